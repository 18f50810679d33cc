/**
 * Numbers that a program computes from its inputs outside of operations, as `unroll` and the losses read lengths: they are
 * recognised by comparing them with what is usually computed, at several sizes.
 */
import type { Probe } from '../recording/inputs.js';
import type { TracedValue } from '../recording/traced.js';
import { type Amount, fitAmount } from './amount.js';

/** How numbers follow from an input, or from sizes; in row-major order, whatever shape they have. */
export type Derivation =
  /** The numbers of an input. */
  | { readonly kind: 'same'; readonly input: string }
  /** 1 where `t < lengths[n]`, else 0, over n and `steps` values of t. */
  | { readonly kind: 'mask'; readonly lengths: string; readonly steps: Amount }
  /** `n · steps + lengths[n] − 1`: the last real step, among all steps of all sequences. */
  | { readonly kind: 'last'; readonly lengths: string; readonly steps: Amount }
  /** `first + i · stride` for `count` values of i. */
  | { readonly kind: 'range'; readonly first: Amount; readonly stride: Amount; readonly count: Amount };

/** One recording: the numbers of the constant, and those of the inputs. */
interface Sight {
  readonly own: ArrayLike<number>;
  readonly inputs: ReadonlyMap<string, ArrayLike<number>>;
}

/** How the numbers of a constant follow from the inputs in all recordings; null where it is not known. */
export function deriveConstant(leaves: readonly TracedValue[], probes: readonly Probe[]): Derivation | null {
  const sights = probes.map(({ inputs }, p): Sight => {
    const leaf = leaves[p]?.leaf;
    const numbers = [...inputs].map(([name, t]) => [name, t.data] as const);
    return { own: leaf?.kind === 'constant' ? leaf.data : [], inputs: new Map(numbers) };
  });
  const amountOf = (numberIn: (sight: Sight) => number): Amount | null =>
    fitAmount(
      sights.map(numberIn),
      probes.map(({ sizes }) => sizes),
    );
  for (const [name, { dtype, rank }] of probes[0]?.inputs ?? []) {
    const input = (sight: Sight): ArrayLike<number> => sight.inputs.get(name) ?? [];
    if (sights.every((sight) => isSame(sight.own, input(sight)))) return { kind: 'same', input: name };
    if (dtype !== 'int32' || rank !== 1) continue;
    const steps = amountOf((sight) => widthOf(sight.own, input(sight)));
    if (steps !== null && sights.every((sight) => isMask(sight.own, input(sight)))) {
      return { kind: 'mask', lengths: name, steps };
    }
    const stride = amountOf((sight) => strideOf(sight.own, input(sight)));
    if (stride !== null && sights.every((sight) => areLast(sight.own, input(sight)))) {
      return { kind: 'last', lengths: name, steps: stride };
    }
  }
  const first = amountOf(({ own }) => own[0] ?? 0);
  const stride = amountOf(({ own }) => (own[1] ?? 0) - (own[0] ?? 0));
  const count = amountOf(({ own }) => own.length);
  const isRange = first !== null && stride !== null && count !== null && sights.every(({ own }) => isEven(own));
  return isRange ? { kind: 'range', first, stride, count } : null;
}

function every(own: ArrayLike<number>, numberAt: (i: number) => number): boolean {
  return Array.prototype.every.call(own, (value: number, i) => value === numberAt(i));
}

function isSame(own: ArrayLike<number>, input: ArrayLike<number>): boolean {
  return own.length === input.length && every(own, (i) => input[i] ?? Number.NaN);
}

/** How many numbers there are for each length. */
const widthOf = (own: ArrayLike<number>, lengths: ArrayLike<number>): number => own.length / lengths.length;

function isMask(own: ArrayLike<number>, lengths: ArrayLike<number>): boolean {
  const width = widthOf(own, lengths);
  return every(own, (i) => (i % width < (lengths[Math.floor(i / width)] ?? 0) ? 1 : 0));
}

/** How far apart two sequences are, where the numbers are places among the steps of all. */
const strideOf = (own: ArrayLike<number>, lengths: ArrayLike<number>): number =>
  (own[1] ?? 0) - (lengths[1] ?? 0) - (own[0] ?? 0) + (lengths[0] ?? 0);

function areLast(own: ArrayLike<number>, lengths: ArrayLike<number>): boolean {
  const stride = strideOf(own, lengths);
  return own.length === lengths.length && every(own, (i) => i * stride + (lengths[i] ?? 0) - 1);
}

const isEven = (own: ArrayLike<number>): boolean =>
  every(own, (i) => (own[0] ?? 0) + i * ((own[1] ?? 0) - (own[0] ?? 0)));
