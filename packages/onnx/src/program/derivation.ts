/**
 * Numbers that a program computes from its inputs outside of operations, as `unroll`, losses and attention read lengths:
 * they are recognised by comparing them with what is usually computed, in every recording.
 */
import { type Tensor, ValueError } from '@unroll/core';
import type { Probe } from '../recording/probes.js';
import type { TracedValue } from '../recording/traced.js';
import { type Amount, fitAmount } from './amount.js';

/** Which steps of sequences are real: the first ones, by their lengths, or those where an input is not 0. */
export type Flags =
  | { readonly kind: 'mask'; readonly lengths: string; readonly steps: Amount }
  | { readonly kind: 'same'; readonly input: string };

/** An input that says which steps are real: lengths `[N]`, or a mask `[N, T]`. */
export interface StepsInput {
  readonly input: string;
  readonly isLengths: boolean;
}

/** How numbers follow from inputs or sizes, in row-major order, whatever their shape is. */
export type Derivation =
  /** The numbers of an input; or 1 where a step is real, else 0. */
  | Flags
  /** The ids of an input, and 0 in the place of padding. */
  | { readonly kind: 'cleared'; readonly input: string; readonly flags: Flags }
  /** 1 where the second of two steps is not behind the first, and real; else 0. */
  | { readonly kind: 'causal'; readonly steps: Amount; readonly flags: Flags | null }
  /** `n · steps + t` where `t` is the last real step: its place among the steps of all sequences. */
  | { readonly kind: 'last'; readonly by: StepsInput; readonly steps: Amount }
  /** How many steps are real, of each sequence or of all together, and so many numbers in each step. */
  | { readonly kind: 'count'; readonly by: StepsInput; readonly each: boolean; readonly width: Amount }
  /** `first + i · stride` for `count` values of i. */
  | { readonly kind: 'range'; readonly first: Amount; readonly stride: Amount; readonly count: Amount };

/** One recording: the numbers of the constant, and the inputs. */
interface Sight {
  readonly own: ArrayLike<number>;
  readonly inputs: ReadonlyMap<string, Pick<Tensor, 'shape' | 'dtype'> & { readonly data: ArrayLike<number> }>;
}

type AmountOf = (numberIn: (sight: Sight) => number) => Amount | null;

/**
 * How the numbers of a constant follow from the inputs in all recordings; null where it is not known.
 *
 * Errors: `ValueError` where two inputs have the numbers that it follows from.
 */
export function deriveConstant(leaves: readonly TracedValue[], probes: readonly Probe[]): Derivation | null {
  const sights = probes.map(({ inputs }, p): Sight => {
    const leaf = leaves[p]?.leaf;
    const read = [...inputs].map(([name, { shape, dtype, data }]) => [name, { shape, dtype, data }] as const);
    return { own: leaf?.kind === 'constant' ? leaf.data : [], inputs: new Map(read) };
  });
  const amountOf: AmountOf = (numberIn) =>
    fitAmount(
      sights.map(numberIn),
      probes.map(({ sizes }) => sizes),
    );
  const names = [...(probes[0]?.inputs.keys() ?? [])];
  for (const derive of [deriveFlags, deriveLast, deriveCount, deriveCleared, deriveCausal, deriveRange]) {
    const found = derive(sights, names, amountOf);
    if (found === null) continue;
    for (const name of readBy(found)) requireOnlyOne(name, names, probes);
    return found;
  }
  return null;
}

/** The inputs from which numbers follow. */
function readBy(derivation: Derivation): string[] {
  switch (derivation.kind) {
    case 'mask':
      return [derivation.lengths];
    case 'last':
    case 'count':
      return [derivation.by.input];
    case 'same':
      return [derivation.input];
    case 'cleared':
      return [derivation.input, ...readBy(derivation.flags)];
    case 'causal':
      return derivation.flags === null ? [] : readBy(derivation.flags);
    default:
      return [];
  }
}

/** Errors: `ValueError` for another input that has the same numbers in all recordings. */
function requireOnlyOne(name: string, names: readonly string[], probes: readonly Probe[]): void {
  const numbers = probes.map(({ inputs }) => inputs.get(name)?.data ?? []);
  const isTwin = (other: string): boolean =>
    numbers.every((own, p) => {
      const theirs = probes[p]?.inputs.get(other)?.data ?? [];
      return own.length === theirs.length && every(own, (i) => theirs[i] ?? Number.NaN);
    });
  const twin = names.find((other) => other !== name && isTwin(other));
  if (twin === undefined) return;
  throw new ValueError({
    op: 'exportOnnx',
    what: `the inputs '${name}' and '${twin}' have the same numbers in every recording`,
    arrays: Object.fromEntries([name, twin].map((own) => [own, probes[0]?.inputs.get(own) as Tensor])),
    rule: 'the program reads those of one of them outside of operations, and which one cannot be seen',
    mend: 'Pass an example in which they differ',
  });
}

const numbersOf = ({ inputs }: Sight, name: string): ArrayLike<number> => inputs.get(name)?.data ?? [];

function every(own: ArrayLike<number>, numberAt: (i: number) => number): boolean {
  return Array.prototype.every.call(own, (value: number, i) => value === numberAt(i));
}

/** Whether an input is int32 `[N]`, as lengths are. */
function mayBeLengths([sight]: readonly Sight[], name: string): boolean {
  const input = sight?.inputs.get(name);
  return input?.dtype === 'int32' && input.shape.length === 1;
}

/** Whether step `t` of sequence `n` is real, of `steps`, if the input says so. */
function isReal(sight: Sight, name: string, byLengths: boolean, n: number, t: number, steps: number): boolean {
  const numbers = numbersOf(sight, name);
  return byLengths ? t < (numbers[n] ?? 0) : numbers[n * steps + t] !== 0;
}

function deriveFlags(sights: readonly Sight[], names: readonly string[], amountOf: AmountOf): Flags | null {
  for (const name of names) {
    const isSame = (sight: Sight): boolean => {
      const numbers = numbersOf(sight, name);
      return sight.own.length === numbers.length && every(sight.own, (i) => numbers[i] ?? Number.NaN);
    };
    if (sights.every(isSame)) return { kind: 'same', input: name };
    if (!mayBeLengths(sights, name)) continue;
    const width = (sight: Sight): number => sight.own.length / numbersOf(sight, name).length;
    const isMask = (sight: Sight): boolean => {
      const w = width(sight);
      return every(sight.own, (i) => (isReal(sight, name, true, Math.floor(i / w), i % w, w) ? 1 : 0));
    };
    const steps = amountOf(width);
    if (steps !== null && sights.every(isMask)) return { kind: 'mask', lengths: name, steps };
  }
  return null;
}

/** The inputs that may say which steps are real. */
function stepsInputs(sights: readonly Sight[], names: readonly string[]): StepsInput[] {
  return names.flatMap((input) => {
    const isLengths = mayBeLengths(sights, input);
    return isLengths || sights[0]?.inputs.get(input)?.shape.length === 2 ? [{ input, isLengths }] : [];
  });
}

/** Of each sequence how many steps are real, and which is the last of them. */
function realStepsBy(sight: Sight, { input, isLengths }: StepsInput): { counts: number[]; last: number[] } {
  const numbers = Array.from(numbersOf(sight, input));
  if (isLengths) return { counts: numbers, last: numbers.map((length) => length - 1) };
  const [count = 0, width = 0] = sight.inputs.get(input)?.shape ?? [];
  const rows = Array.from({ length: count }, (_, n) => numbers.slice(n * width, (n + 1) * width));
  return {
    counts: rows.map((row) => row.filter((flag) => flag !== 0).length),
    last: rows.map((row) => row.findLastIndex((flag) => flag !== 0)),
  };
}

function deriveLast(sights: readonly Sight[], names: readonly string[], amountOf: AmountOf): Derivation | null {
  for (const by of stepsInputs(sights, names)) {
    const stride = (sight: Sight): number => {
      const [first = 0, second = 0] = realStepsBy(sight, by).last;
      return (sight.own[1] ?? 0) - second - ((sight.own[0] ?? 0) - first);
    };
    const areLast = (sight: Sight): boolean => {
      const [{ last }, between] = [realStepsBy(sight, by), stride(sight)];
      return sight.own.length === last.length && every(sight.own, (n) => n * between + (last[n] as number));
    };
    const steps = amountOf(stride);
    if (steps !== null && sights.every(areLast)) return { kind: 'last', by, steps };
  }
  return null;
}

function deriveCount(sights: readonly Sight[], names: readonly string[], amountOf: AmountOf): Derivation | null {
  for (const by of stepsInputs(sights, names)) {
    for (const each of [true, false]) {
      const countsOf = (sight: Sight): number[] => {
        const { counts } = realStepsBy(sight, by);
        return each ? counts : [counts.reduce((sum, count) => sum + count, 0)];
      };
      const widthOf = (sight: Sight): number => (sight.own[0] ?? 0) / (countsOf(sight)[0] ?? 0);
      const areCounts = (sight: Sight): boolean => {
        const [counts, width] = [countsOf(sight), widthOf(sight)];
        const isSame = sight.own.length === counts.length && every(sight.own, (n) => (counts[n] as number) * width);
        return isSame && Number.isInteger(width);
      };
      const width = sights.every(areCounts) ? amountOf(widthOf) : null;
      if (width !== null) return { kind: 'count', by, each, width };
    }
  }
  return null;
}

function deriveCleared(sights: readonly Sight[], names: readonly string[], amountOf: AmountOf): Derivation | null {
  const stepsOf = (sight: Sight, input: string): number => sight.inputs.get(input)?.shape[1] ?? 0;
  const isSequence = (input: string): boolean => {
    const { dtype, shape } = sights[0]?.inputs.get(input) ?? {};
    return dtype === 'int32' && shape?.length === 2;
  };
  for (const input of names.filter(isSequence)) {
    for (const name of names) {
      const byLengths = mayBeLengths(sights, name);
      const areCleared = (sight: Sight): boolean => {
        const [ids, w] = [numbersOf(sight, input), stepsOf(sight, input)];
        const real = (i: number): boolean => isReal(sight, name, byLengths, Math.floor(i / w), i % w, w);
        return sight.own.length === ids.length && every(sight.own, (i) => (real(i) ? (ids[i] ?? Number.NaN) : 0));
      };
      const steps = amountOf((sight) => stepsOf(sight, input));
      if (steps !== null && sights.every(areCleared)) {
        return { kind: 'cleared', input, flags: flagsBy(name, byLengths, steps) };
      }
    }
  }
  return null;
}

const flagsBy = (name: string, byLengths: boolean, steps: Amount): Flags =>
  byLengths ? { kind: 'mask', lengths: name, steps } : { kind: 'same', input: name };

function deriveCausal(sights: readonly Sight[], names: readonly string[], amountOf: AmountOf): Derivation | null {
  for (const name of [null, ...names]) {
    const byLengths = name !== null && mayBeLengths(sights, name);
    const width = (sight: Sight): number => {
      const batch = name === null ? 1 : (sight.inputs.get(name)?.shape[0] ?? 1);
      return Math.sqrt(sight.own.length / batch);
    };
    const isCausal = (sight: Sight): boolean => {
      const w = width(sight);
      return every(sight.own, (i) => {
        const [n, t, key] = [Math.floor(i / (w * w)), Math.floor(i / w) % w, i % w];
        return key <= t && (name === null || isReal(sight, name, byLengths, n, key, w)) ? 1 : 0;
      });
    };
    const steps = amountOf(width);
    if (steps === null || !sights.every(isCausal)) continue;
    return { kind: 'causal', steps, flags: name === null ? null : flagsBy(name, byLengths, steps) };
  }
  return null;
}

function deriveRange(sights: readonly Sight[], _names: readonly string[], amountOf: AmountOf): Derivation | null {
  const step = ({ own }: Sight): number => (own[1] ?? 0) - (own[0] ?? 0);
  const first = amountOf(({ own }) => own[0] ?? 0);
  const stride = amountOf(step);
  const count = amountOf(({ own }) => own.length);
  const areEven = sights.every((sight) => every(sight.own, (i) => (sight.own[0] ?? 0) + i * step(sight)));
  const isRange = first !== null && stride !== null && count !== null && areEven;
  return isRange ? { kind: 'range', first, stride, count } : null;
}
