import { arange, Rng, reshape, tensor, zeros } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches } from './index.js';

const items = fc.array(fc.integer(), { minLength: 1, maxLength: 30 });
const size = fc.integer({ min: 1, max: 12 });

test('in order, batches laid end to end are the items', () => {
  fc.assert(
    fc.property(items, size, (all, each) => {
      const epoch = batches(all, { size: each });
      const read = [...epoch];
      expect(read.flat()).toEqual(all);
      expect(read.length).toBe(epoch.count);
      expect(read.slice(0, -1).every(({ length }) => length === each)).toBe(true);
    }),
  );
});

test('shuffled, they hold each item once, and the rows of tensors stay together', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), size, fc.integer(), (count, each, seed) => {
      const x = reshape(arange(2 * count), [count, 2]);
      const y = arange(0, count, 1, { dtype: 'int32' });
      const seen: number[] = [];
      for (const batch of batches({ x, y }, { size: each, rng: new Rng(seed) })) {
        const own = [...batch.y.data];
        expect(batch.x.toArray()).toEqual(own.map((i) => [2 * i, 2 * i + 1]));
        expect([batch.x.dtype, batch.y.dtype]).toEqual(['float32', 'int32']);
        seen.push(...own);
      }
      expect(seen.sort((a, b) => a - b)).toEqual([...y.data]);
    }),
  );
});

test('the order is new each epoch, and follows from the seed', () => {
  const all = Array.from({ length: 50 }, (_, i) => i);
  const twoEpochs = (seed: number): number[][] => {
    const epoch = batches(all, { size: 7, rng: new Rng(seed) });
    return [[...epoch].flat(), [...epoch].flat()];
  };
  const [first, second] = twoEpochs(7);
  expect(first).not.toEqual(second);
  expect(first).not.toEqual(all);
  expect(twoEpochs(7)).toEqual([first, second]);
  expect(twoEpochs(8)[0]).not.toEqual(first);
});

test('dropLast leaves out a smaller last batch only', () => {
  expect([...batches('abcde', { size: 2, dropLast: true })]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(batches('abcd', { size: 2, dropLast: true }).count).toBe(2);
});

test('bad input is refused', () => {
  expect(() => batches([], { size: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: batches: there are no examples; there is at least one batch. Check where they come from.]`,
  );
  expect(() => batches({}, { size: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: batches: there are no examples; there is at least one batch. Check where they come from.]`,
  );
  expect(() => batches([1], { size: 2, dropLast: true })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: batches: dropLast leaves none of 1 examples; there is at least one batch. Pass a size of at most 1, or leave dropLast out.]`,
  );
  expect(() => batches([1], { size: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: batches: size is 0; it must be a whole number of at least 1. Correct size.]`,
  );
  expect(() => batches({ x: zeros([3, 2]), y: zeros([4]) }, { size: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: batches: the tensors have different numbers of rows. x is [3, 2], y is [4]; row i of each belongs to example i. Correct the tensor whose first axis differs.]`,
  );
  expect(() => batches({ x: tensor(1) }, { size: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: batches: x is a scalar. x is []; its first axis counts what is cut or batched. Pass a tensor of at least one axis.]`,
  );
  const misspelt = { size: 2, shuffle: true };
  expect(() => batches([1], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: batches: unknown option 'shuffle'; the options are size, rng, dropLast. Correct the name, or leave it out.]`,
  );
});
