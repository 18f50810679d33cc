/** Sequences in pairs: what is read, and what is to be written. */
import type { Rng, Tensor } from '@unroll/core';

/** A pair at each place; every sequence with its end. */
export interface Pairs {
  readonly source: readonly Int32Array[];
  readonly target: readonly Int32Array[];
}

/** Some of a generator's examples. */
export interface Part extends Pairs {
  /** Which of them. */
  readonly indices: readonly number[];
}

/** Sequences as generators of `@unroll/data` answer them, and what their ids mean. */
export interface Side {
  readonly ids: Tensor;
  readonly lengths: Tensor;
  readonly vocabulary: { readonly size: number };
}

/**
 * Both sides without their padding, shuffled: those to learn from, and `unseen` others. Where no example occurs twice, a
 * generator draws long ones in the end, since the short ones are used up; shuffled, both parts have as many of them.
 */
export function pairsOf(source: Side, target: Side, unseen: number, rng: Rng): readonly [Part, Part] {
  const [read, written] = [withoutPadding(source), withoutPadding(target)];
  const order = Array.from(rng.permutation(read.length));
  const partOf = (indices: readonly number[]): Part => ({
    source: indices.map((n) => read[n] as Int32Array),
    target: indices.map((n) => written[n] as Int32Array),
    indices,
  });
  return [partOf(order.slice(0, -unseen)), partOf(order.slice(-unseen))];
}

function withoutPadding({ ids, lengths }: Side): Int32Array[] {
  const [data, steps] = [Int32Array.from(ids.data), ids.shape[1] as number];
  return Array.from(lengths.data, (length, n) => data.slice(n * steps, n * steps + length));
}
