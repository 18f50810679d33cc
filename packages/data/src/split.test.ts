import { arange, Rng, reshape, tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { split } from './index.js';

const shares = fc
  .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
  .map((weights) => weights.map((weight) => weight / weights.reduce((sum, own) => sum + own, 0)));

test('the parts cover each example once, in order unless shuffled', () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 200 }), shares, fc.integer(), (count, fractions, seed) => {
      const all = Array.from({ length: count }, (_, i) => i);
      const parts = split(all, { fractions });
      expect(parts.flat()).toEqual(all);
      parts.forEach((part, k) => {
        expect(Math.abs(part.length - (fractions[k] ?? 0) * count)).toBeLessThanOrEqual(1);
      });
      const shuffled = split(count, { fractions, rng: new Rng(seed) });
      expect(shuffled.map(({ length }) => length)).toEqual(parts.map(({ length }) => length));
      expect(shuffled.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual(all);
    }),
  );
});

test('ids stay ids, tensors tensors', () => {
  const [train, rest] = split(Int32Array.of(5, 6, 7, 8), { fractions: [0.75, 0.25] });
  expect([train, rest]).toEqual([Int32Array.of(5, 6, 7), Int32Array.of(8)]);
  const [left, right] = split(reshape(arange(6), [3, 2]), { fractions: [2 / 3, 1 / 3] });
  expect([left.toArray(), right.toArray()]).toEqual([
    [
      [0, 1],
      [2, 3],
    ],
    [[4, 5]],
  ]);
});

test('fractions that a computer adds up to a little less than 1 leave nothing out', () => {
  expect(0.7 + 0.2 + 0.1).toBeLessThan(1);
  expect(split(10, { fractions: [0.7, 0.2, 0.1] }).map(({ length }) => length)).toEqual([7, 2, 1]);
});

test('the same seed shuffles alike', () => {
  const shuffled = (seed: number): unknown => split(100, { fractions: [0.5, 0.5], rng: new Rng(seed) });
  expect(shuffled(7)).toEqual(shuffled(7));
  expect(shuffled(7)).not.toEqual(shuffled(8));
});

test('bad input is refused', () => {
  expect(() => split(10, { fractions: [0.8, 0.1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: fractions are [0.8, 0.1]; fractions are above 0 and add up to 1. Pass such numbers, as [0.8, 0.1, 0.1].]`,
  );
  expect(() => split(10, { fractions: [1.5, -0.5] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: fractions are [1.5, -0.5]; fractions are above 0 and add up to 1. Pass such numbers, as [0.8, 0.1, 0.1].]`,
  );
  expect(() => split(10, { fractions: [] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: fractions are []; fractions are above 0 and add up to 1. Pass such numbers, as [0.8, 0.1, 0.1].]`,
  );
  expect(() => split(10, { fractions: [Number.NaN] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: fractions are [NaN]; fractions are above 0 and add up to 1. Pass such numbers, as [0.8, 0.1, 0.1].]`,
  );
  expect(() => split(3, { fractions: [0.9, 0.1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: part 1 would be empty; 3 examples are cut at 3, 3. Pass more examples or fewer fractions.]`,
  );
  expect(() => split([], { fractions: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: part 0 would be empty; 0 examples are cut at 0. Pass more examples or fewer fractions.]`,
  );
  expect(() => split(0, { fractions: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: length is 0; it must be a whole number of at least 1. Correct length.]`,
  );
  expect(() => split(tensor(3), { fractions: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: split: tensor is a scalar. tensor is []; its first axis counts what is cut or batched. Pass a tensor of at least one axis.]`,
  );
  const misspelt = { fractions: [1], shuffle: true };
  expect(() => split(3, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: unknown option 'shuffle'; the options are fractions, rng. Correct the name, or leave it out.]`,
  );
});
