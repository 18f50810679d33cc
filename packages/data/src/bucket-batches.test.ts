import { Rng, tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BucketBatch, batches, bucketBatches, padSequences } from './index.js';

/** Sequence `i` of each length holds its own number. */
const sequencesOf = (lengths: readonly number[]): Int32Array[] =>
  lengths.map((length, i) => new Int32Array(length).fill(i + 1));
const lengthsOf = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 60 });
const limits = fc.record(
  { size: fc.integer({ min: 1, max: 9 }), maxTokens: fc.integer({ min: 12, max: 60 }) },
  { requiredKeys: ['maxTokens'] },
);

/** The share of padding in batches as they are read. */
function measure(read: Iterable<Pick<BucketBatch, 'values' | 'lengths'>>): number {
  let [real, all] = [0, 0];
  for (const { values, lengths } of read) {
    for (const length of lengths.data) real += length;
    all += (values.shape[0] as number) * (values.shape[1] as number);
  }
  return 1 - real / all;
}

test('each pass has every sequence once, padded and with its length, and keeps the limits', () => {
  fc.assert(
    fc.property(lengthsOf, limits, fc.option(fc.integer(), { nil: undefined }), (lengths, limit, seed) => {
      const rng = seed === undefined ? {} : { rng: new Rng(seed) };
      const epoch = bucketBatches(sequencesOf(lengths), { ...limit, value: -1, ...rng });
      for (let pass = 0; pass < 2; pass++) {
        const read = [...epoch];
        expect(read.length).toBe(epoch.count);
        expect(read.flatMap(({ indices }) => [...indices]).sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
        expect(measure(read)).toBeCloseTo(epoch.padding, 12);
        for (const { values, lengths: own, indices } of read) {
          expect([...own.data]).toEqual(Array.from(indices, (i) => lengths[i]));
          const longest = Math.max(...own.data);
          expect(values.toArray()).toEqual(
            Array.from(indices, (i) => Array.from({ length: longest }, (_, t) => (t < (lengths[i] ?? 0) ? i + 1 : -1))),
          );
          expect(indices.length).toBeLessThanOrEqual(limit.size ?? 60);
          expect(values.size).toBeLessThanOrEqual(limit.maxTokens);
        }
      }
    }),
  );
});

test('with a size, no batches of that many have less padding', () => {
  // All partitions of few sequences into batches of two, the last one maybe smaller.
  const best = (lengths: readonly number[]): number => {
    const [first, ...rest] = lengths;
    if (first === undefined) return 0;
    const pairs = rest.map((other, i) => 2 * Math.max(first, other) + best(rest.filter((_, j) => j !== i)));
    return Math.min(...pairs, ...(lengths.length % 2 === 1 ? [first + best(rest)] : []));
  };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 }), (lengths) => {
      fc.pre(lengths.length % 2 === 0);
      const real = lengths.reduce((sum, length) => sum + length, 0);
      const { padding } = bucketBatches(sequencesOf(lengths), { size: 2 });
      expect(padding).toBeCloseTo(1 - real / best(lengths), 12);
    }),
  );
});

test('waste is far below that of batches in any order', () => {
  const rng = new Rng(1);
  const sequences = sequencesOf(Array.from({ length: 500 }, () => 1 + rng.integer(40)));
  const unbucketed = measure(
    [...batches(sequences, { size: 16, rng: new Rng(2) })].map((chosen) => padSequences(chosen)),
  );
  const bucketed = bucketBatches(sequences, { size: 16, rng: new Rng(2) });
  expect(unbucketed).toBeGreaterThan(0.4);
  expect(bucketed.padding).toBeLessThan(unbucketed / 10);
  expect(measure(bucketed)).toBeCloseTo(bucketed.padding, 12);
  expect(bucketBatches(sequences, { maxTokens: 320 }).padding).toBeLessThan(unbucketed / 10);
});

test('the order is new each epoch, and follows from the seed', () => {
  const sequences = sequencesOf(Array.from({ length: 60 }, (_, i) => 1 + (i % 5)));
  const twoEpochs = (seed: number): number[][] => {
    const epoch = bucketBatches(sequences, { size: 4, rng: new Rng(seed) });
    const read = (): number[] => [...epoch].flatMap(({ indices }) => [...indices]);
    return [read(), read()];
  };
  const [first, second] = twoEpochs(7);
  expect(first).not.toEqual(second);
  expect(twoEpochs(7)).toEqual([first, second]);
  expect(twoEpochs(8)[0]).not.toEqual(first);
  const inOrder = [...bucketBatches(sequences, { size: 4 })].map(({ values }) => values.shape[1]);
  const shuffled = [...bucketBatches(sequences, { size: 4, rng: new Rng(7) })].map(({ values }) => values.shape[1]);
  expect(inOrder).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]);
  expect(shuffled).not.toEqual(inOrder);
  // The batches, not only their order: sequences of one length change places.
  const together = (epoch: number[] | undefined): string[] =>
    Array.from({ length: 15 }, (_, k) => String(epoch?.slice(4 * k, 4 * k + 4).sort())).sort();
  expect(together(first)).not.toEqual(together(second));
});

test('steps may have axes of their own', () => {
  const [batch] = bucketBatches(
    [
      tensor([[1, 2]]),
      tensor([
        [3, 4],
        [5, 6],
      ]),
    ],
    { maxTokens: 4 },
  );
  expect(batch?.values.toArray()).toEqual([
    [
      [1, 2],
      [0, 0],
    ],
    [
      [3, 4],
      [5, 6],
    ],
  ]);
});

test('bad input is refused as it is called', () => {
  const sequences = sequencesOf([3, 1]);
  expect(() => bucketBatches(sequences, {})).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bucketBatches: neither size nor maxTokens is given; one of them, or both, say when a batch is full. Pass { size: 32 }, for example.]`,
  );
  expect(() => bucketBatches(sequences, { size: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bucketBatches: size is 0; it must be a whole number of at least 1. Correct size.]`,
  );
  expect(() => bucketBatches(sequences, { maxTokens: 1.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bucketBatches: maxTokens is 1.5; it must be a whole number of at least 1. Correct maxTokens.]`,
  );
  expect(() => bucketBatches(sequences, { maxTokens: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bucketBatches: sequences[0] has 3 steps; a batch holds at most maxTokens 2. Pass a larger maxTokens, or cut or leave out the sequence.]`,
  );
  expect(() => bucketBatches([], { size: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bucketBatches: there are no sequences; at least one is needed. Check where they come from.]`,
  );
  expect(() => bucketBatches([[1], []], { size: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bucketBatches: sequences[1] is empty; a sequence has at least one step, or it would have no last state. Leave it out.]`,
  );
  expect(() => bucketBatches(sequences, { size: 2, value: 0.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bucketBatches: value is 0.5; among int32 sequences it must be a whole number of 32 bits. Correct value.]`,
  );
  const misspelt = { size: 2, shuffle: true };
  expect(() => bucketBatches(sequences, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bucketBatches: unknown option 'shuffle'; the options are size, maxTokens, rng, value, dtype. Correct the name, or leave it out.]`,
  );
});
