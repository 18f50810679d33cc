/** Sequences of different lengths in one batch: which steps are real, and which are padding. */
import { requireIndices, ShapeError, Tensor, tensor, ValueError, where } from '@unroll/core';

/** How many steps of each sequence are real: int32 `[N]`, or an array of N whole numbers. */
export type Lengths = Tensor | readonly number[] | Int32Array;

/**
 * Reads and checks lengths; null when no sequence is shorter than `steps`.
 *
 * Errors: `ShapeError` unless there is one for each sequence; `ValueError` for one outside of 1 to `steps`;
 * `DataTypeError` for a tensor that is not int32.
 */
export function readLengths(lengths: Lengths | undefined, batch: number, steps: number): readonly number[] | null {
  if (lengths === undefined) return null;
  if (lengths instanceof Tensor) requireIndices('unroll', lengths, 'lengths');
  const shape = lengths instanceof Tensor ? lengths.shape : [lengths.length];
  if (shape.length !== 1 || shape[0] !== batch) {
    throw new ShapeError({
      op: 'unroll',
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
      op: 'unroll',
      what: `lengths[${wrong}] is ${list[wrong]}`,
      rule: `a length is a whole number from 1 to ${steps}, the size of the time axis`,
      mend: list[wrong] === 0 ? 'Leave empty sequences out' : 'Correct it',
    });
  }
  return list.every((length) => length === steps) ? null : list;
}

/** 1 for each sequence that is still running at step `t`, else 0, to be broadcast against `like` `[N, …]`. */
export function runningAt(lengths: readonly number[], t: number, like: Tensor): Tensor {
  const flags = lengths.map((length) => (t < length ? 1 : 0));
  const shape = [lengths.length, ...new Array<number>(like.rank - 1).fill(1)];
  return tensor(Float64Array.from(flags), { dtype: like.dtype, shape });
}

/** Inputs `[N, T, D]`, or ids `[N, T]`, with 0 in the place of padding. */
export function clearPadding(x: Tensor, lengths: readonly number[]): Tensor {
  const steps = x.shape[1] as number;
  const real = (i: number): boolean => i % steps < (lengths[Math.floor(i / steps)] as number);
  if (x.dtype === 'int32')
    return tensor(
      Int32Array.from(x.data, (id, i) => (real(i) ? id : 0)),
      { shape: x.shape },
    );
  const flags = Float64Array.from({ length: lengths.length * steps }, (_, i) => (real(i) ? 1 : 0));
  return where(tensor(flags, { dtype: x.dtype, shape: [lengths.length, steps, 1] }), x, 0);
}
