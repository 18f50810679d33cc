/** Sequences of different lengths in one batch: which steps are real, and which are padding. */
import {
  forEachTensor,
  mapTensors,
  ones,
  requireIndices,
  ShapeError,
  Tensor,
  type TensorLike,
  type TensorTree,
  tensor,
  toTensor,
  ValueError,
  where,
} from '@unroll/core';
import { positionIn } from '../losses/selection.js';

/** How many steps of each sequence are real: int32 `[N]`, or an array of N whole numbers. */
export type Lengths = Tensor | readonly number[] | Int32Array;

/** 1 or true where a step is real, 0 or false where it is padding, anywhere in a sequence: `[N, T]`. */
export type StepMask = TensorLike | readonly (readonly (number | boolean)[])[];

/** Which steps are real; all of them unless one of the two is given. */
export interface RealStepsOptions {
  /** How many steps of each sequence are real; what follows is padding. */
  readonly lengths?: Lengths | undefined;
  /** Which steps are real, where that is not the first ones: padding in front, or in between. */
  readonly mask?: StepMask | undefined;
}

/** Flags `[N, T]`, row by row: 1 where a step is real. */
export interface RealSteps {
  readonly batch: number;
  readonly steps: number;
  readonly flags: Uint8Array;
}

/**
 * Reads and checks lengths or a mask; null when every step is real.
 *
 * Errors: `ShapeError` unless there is one length for each sequence, or one flag for each step; `ValueError` for a
 * length outside of 1 to `steps`, a flag that is none, a sequence without a real step, or both at once; `DataTypeError`
 * for a tensor of lengths that is not int32.
 */
export function readRealSteps(
  op: string,
  { lengths, mask }: RealStepsOptions,
  batch: number,
  steps: number,
): RealSteps | null {
  if (lengths !== undefined && mask !== undefined) {
    throw new ValueError({
      op,
      what: 'there are lengths and a mask',
      rule: 'both say which steps are real',
      mend: 'Pass one of them',
    });
  }
  let flags: Uint8Array | null = null;
  if (lengths !== undefined) flags = fromLengths(readLengths(op, lengths, batch, steps), steps);
  if (mask !== undefined) flags = readMask(op, mask, batch, steps);
  return flags === null || flags.every((flag) => flag === 1) ? null : { batch, steps, flags };
}

function fromLengths(lengths: readonly number[], steps: number): Uint8Array {
  const flags = new Uint8Array(lengths.length * steps);
  for (const [n, length] of lengths.entries()) flags.fill(1, n * steps, n * steps + length);
  return flags;
}

function readLengths(op: string, lengths: Lengths, batch: number, steps: number): readonly number[] {
  if (lengths instanceof Tensor) requireIndices(op, lengths, 'lengths');
  const shape = lengths instanceof Tensor ? lengths.shape : [lengths.length];
  if (shape.length !== 1 || shape[0] !== batch) {
    throw new ShapeError({
      op,
      what: 'there is not one length for each sequence',
      arrays: { lengths: { shape } },
      rule: `with a batch of ${batch} it must be [${batch}]`,
      mend: 'Pass one length for each sequence',
    });
  }
  const list = Array.from(lengths instanceof Tensor ? lengths.data : lengths);
  const wrong = list.findIndex((length) => !(Number.isInteger(length) && length >= 1 && length <= steps));
  if (wrong >= 0) {
    throw new ValueError({
      op,
      what: `lengths[${wrong}] is ${list[wrong]}`,
      rule: `a length is a whole number from 1 to ${steps}, the size of the time axis`,
      mend: list[wrong] === 0 ? 'Leave empty sequences out' : 'Correct it',
    });
  }
  return list;
}

function readMask(op: string, mask: StepMask, batch: number, steps: number): Uint8Array {
  const given = isNested(mask) ? tensor(mask.map((row) => Array.from(row, Number))) : toTensor(op, mask, 'mask');
  if (given.rank !== 2 || given.shape[0] !== batch || given.shape[1] !== steps) {
    throw new ShapeError({
      op,
      what: 'there is not one flag for each step',
      arrays: { mask: given },
      rule: `the mask must be [N, T], here [${batch}, ${steps}]`,
      mend: 'Pass a flag for each step of each sequence, or lengths',
    });
  }
  const { data } = given;
  const wrong = data.findIndex((flag) => flag !== 0 && flag !== 1);
  if (wrong >= 0) {
    throw new ValueError({
      op,
      what: `the mask is ${data[wrong]} at ${positionIn(given.shape, wrong)}`,
      rule: 'a mask is 1 or true where a step is real, and 0 or false where it is padding',
      mend: 'Compare first: greater(weights, 0)',
    });
  }
  const flags = Uint8Array.from(data);
  for (let n = 0; n < batch; n++) {
    if (flags.subarray(n * steps, (n + 1) * steps).includes(1)) continue;
    throw new ValueError({
      op,
      what: `sequence ${n} has no real step`,
      arrays: { mask: given },
      rule: 'each sequence has at least one',
      mend: 'Leave empty sequences out',
    });
  }
  return flags;
}

function isNested(mask: StepMask): mask is readonly (readonly (number | boolean)[])[] {
  return Array.isArray(mask);
}

/** The same from step `from` to before step `to`; a sequence may have no real step there. Null when every step is real. */
export function windowOf({ batch, steps, flags }: RealSteps, from: number, to: number): RealSteps | null {
  const inside = new Uint8Array(batch * (to - from));
  for (let n = 0; n < batch; n++) inside.set(flags.subarray(n * steps + from, n * steps + to), n * (to - from));
  return inside.every((flag) => flag === 1) ? null : { batch, steps: to - from, flags: inside };
}

/** 1 where a step is real, as a mask of losses: `[N, T]`. */
export function maskOf(real: RealSteps | null, batch: number, steps: number): Tensor {
  return real === null ? ones([batch, steps]) : tensor(Float32Array.from(real.flags), { shape: [batch, steps] });
}

/** Whether every sequence has a real step at `t`. */
export function allReal({ batch, steps, flags }: RealSteps, t: number): boolean {
  for (let n = 0; n < batch; n++) if (flags[n * steps + t] === 0) return false;
  return true;
}

/** At step `t`: `next` `[N, …]` of the sequences for which it is real, `previous` of the others. */
export function whereReal({ batch, steps, flags }: RealSteps, t: number, next: Tensor, previous: Tensor | 0): Tensor {
  const real = (n: number): boolean => flags[n * steps + t] === 1;
  if (next.dtype !== 'int32') {
    const condition = tensor(
      Float64Array.from({ length: batch }, (_, n) => (real(n) ? 1 : 0)),
      { dtype: next.dtype, shape: [batch, ...new Array<number>(next.rank - 1).fill(1)] },
    );
    return where(condition, next, previous);
  }
  // Indices are not computed with, and no gradient flows through them.
  const [width, before] = [next.size / batch, previous === 0 ? null : previous.data];
  const chosen = Int32Array.from(next.data, (id, i) => (real(Math.floor(i / width)) ? id : (before?.[i] ?? 0)));
  return tensor(chosen, { shape: next.shape });
}

/** The next state of the sequences for which step `t` is real, the previous one of the others. */
export function keepStopped<State extends TensorTree>(real: RealSteps, t: number, next: State, previous: State): State {
  const before: Tensor[] = [];
  forEachTensor(previous, (part) => before.push(part));
  let i = 0;
  return mapTensors(next, (part) => {
    const old = before[i++] ?? part;
    return old === part ? part : whereReal(real, t, part, old);
  });
}

/** Sequences `[N, T, …]`, or ids `[N, T]`, with `filler` in the place of padding, which may hold anything. */
export function clearPadding(x: Tensor, { batch, steps, flags }: RealSteps, filler = 0): Tensor {
  if (x.dtype === 'int32') {
    const ids = Int32Array.from(x.data, (id, i) => (flags[i] === 1 ? id : filler));
    return tensor(ids, { shape: x.shape });
  }
  const shape = [batch, steps, ...new Array<number>(x.rank - 2).fill(1)];
  return where(tensor(Float64Array.from(flags), { dtype: x.dtype, shape }), x, filler);
}
