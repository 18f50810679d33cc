/** Sequences of similar length in batches, so that little is padded. */
import { checkOptions, checkSize, type Rng, type Tensor, ValueError } from '@unroll/core';
import type { Batches } from './batches.js';
import { orderOf } from './order.js';
import {
  checkPadding,
  type PaddedSequences,
  type PadSequencesOptions,
  padSequences,
  toSequences,
} from './pad-sequences.js';
import type { Numbers } from './rows.js';

/** Options of {@link bucketBatches}: `size`, `maxTokens`, or both. */
export interface BucketBatchesOptions extends Pick<PadSequencesOptions, 'value' | 'dtype'> {
  /** The most sequences in a batch; no limit unless given. */
  readonly size?: number;
  /** The most steps in a batch, those of the padding included; no limit unless given. */
  readonly maxTokens?: number;
  /** Shuffles with this generator, anew each time the batches are read; from short to long unless given. */
  readonly rng?: Rng;
}

/** Sequences of similar length as one tensor. */
export interface BucketBatch extends PaddedSequences {
  /** Which sequences these are, so that what belongs to them can be found. */
  readonly indices: Int32Array;
}

/** Batches of sequences, to be read once an epoch. */
export interface BucketBatches extends Batches<BucketBatch> {
  /** How much of all batches is padding, from 0 up to 1. */
  readonly padding: number;
}

/**
 * Batches of sequences of similar length: sorted by length, then cut, and each batch padded to its longest one. Every
 * sequence is in one batch. With a generator, sequences of the same length change places and the batches come in random
 * order; how many there are, and how much is padding, stays the same.
 *
 * `padding = 1 − Σ lengths / Σ N·T` over all batches, each of N sequences and T steps. A batch takes sequences as
 * long as N ≤ size and N·T ≤ maxTokens, so that batches of long sequences hold fewer of them.
 *
 * Shapes: sequences `[Tᵢ, …]`, alike after the first axis; values `[N, T, …]`, lengths and indices `[N]`.
 * Errors: `ValueError` without size and maxTokens, for a sequence longer than maxTokens, and for options that are
 * unknown or wrong; otherwise as {@link padSequences}.
 * @source A. Vaswani et al., "Attention Is All You Need", arXiv:1706.03762, section 5.1: batches by approximate length,
 * of about 25,000 tokens
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import { bucketBatches } from '@unroll/data';
 * const sequences = [[1, 2, 3, 4], [5], [6, 7, 8], [9]];
 * const labels = ['a', 'b', 'c', 'd'];
 * const epoch = bucketBatches(sequences, { size: 2 });
 * epoch.count; // 2
 * epoch.padding; // 0.1
 * const [short] = epoch;
 * short?.values.toArray(); // [[5], [9]]
 * for (const { indices } of epoch) Array.from(indices, (i) => labels[i]); // ['b', 'd'], then ['c', 'a']
 * for (const { values } of bucketBatches(sequences, { maxTokens: 6, rng: new Rng(7) })) values.size; // at most 6
 * ```
 */
export function bucketBatches(sequences: readonly Numbers[], options: BucketBatchesOptions): BucketBatches {
  const op = 'bucketBatches';
  checkOptions(op, options, ['size', 'maxTokens', 'rng', 'value', 'dtype']);
  const { rng, value = 0, dtype } = options;
  const limits = readLimits(op, options);
  const tensors = toSequences(op, sequences, dtype);
  checkPadding(op, value, (tensors[0] as Tensor).dtype);
  const lengths = Int32Array.from(tensors, ({ shape }) => shape[0] as number);
  checkLongest(op, lengths, limits.maxTokens);
  const sorted = lengths.slice().sort();
  const ends = endsOf(sorted, limits);
  return {
    count: ends.length,
    padding: paddingOf(sorted, ends),
    *[Symbol.iterator]() {
      const order = byLength(lengths, rng);
      for (const batch of orderOf(ends.length, rng)) {
        const indices = order.slice(ends[batch - 1] ?? 0, ends[batch]);
        const chosen = Array.from(indices, (i) => tensors[i] as Tensor);
        yield { ...padSequences(chosen, { value }), indices };
      }
    },
  };
}

/** The places of sequences, the shortest first; those of the same length shuffled where there is a generator. */
function byLength(lengths: Int32Array, rng: Rng | undefined): Int32Array {
  const order = Array.from(orderOf(lengths.length, rng)); // arrays sort stably
  return Int32Array.from(order.sort((a, b) => (lengths[a] as number) - (lengths[b] as number)));
}

/** Where each batch ends, in rising lengths: the last sequence of a batch is its longest. */
function endsOf(sorted: Int32Array, { size, maxTokens }: Limits): number[] {
  const ends: number[] = [];
  let begin = 0;
  sorted.forEach((length, i) => {
    const count = i - begin + 1;
    if (count <= size && count * length <= maxTokens) return;
    ends.push(i);
    begin = i;
  });
  return [...ends, sorted.length];
}

function paddingOf(sorted: Int32Array, ends: readonly number[]): number {
  const places = ends.reduce(
    (sum, end, batch) => sum + (end - (ends[batch - 1] ?? 0)) * (sorted[end - 1] as number),
    0,
  );
  return 1 - sorted.reduce((sum, length) => sum + length, 0) / places;
}

interface Limits {
  readonly size: number;
  readonly maxTokens: number;
}

function readLimits(op: string, { size, maxTokens }: BucketBatchesOptions): Limits {
  if (size === undefined && maxTokens === undefined) {
    throw new ValueError({
      op,
      what: 'neither size nor maxTokens is given',
      rule: 'one of them, or both, say when a batch is full',
      mend: 'Pass { size: 32 }, for example',
    });
  }
  const limits = { size: size ?? Number.MAX_SAFE_INTEGER, maxTokens: maxTokens ?? Number.MAX_SAFE_INTEGER };
  checkSize(op, 'size', limits.size);
  checkSize(op, 'maxTokens', limits.maxTokens);
  return limits;
}

function checkLongest(op: string, lengths: Int32Array, maxTokens: number): void {
  const tooLong = lengths.findIndex((length) => length > maxTokens);
  if (tooLong < 0) return;
  throw new ValueError({
    op,
    what: `sequences[${tooLong}] has ${lengths[tooLong]} steps`,
    rule: `a batch holds at most maxTokens ${maxTokens}`,
    mend: 'Pass a larger maxTokens, or cut or leave out the sequence',
  });
}
