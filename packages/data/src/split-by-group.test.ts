import { arange, Rng } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitByGroup } from './index.js';

const labels = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 1, 2), { minLength: 3, maxLength: 60 });
const fractionsOf = fc.constantFrom([1], [0.5, 0.5], [0.8, 0.2], [0.6, 0.2, 0.2], [0.1, 0.1, 0.8]);

test('no group is in two parts, and each example in one', () => {
  fc.assert(
    fc.property(labels, fractionsOf, fc.option(fc.integer(), { nil: undefined }), (groups, fractions, seed) => {
      fc.pre(new Set(groups).size >= fractions.length);
      const rng = seed === undefined ? {} : { rng: new Rng(seed) };
      const parts = splitByGroup(groups.length, { groups, fractions, ...rng });
      expect(parts.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual(groups.map((_, i) => i));
      const own = parts.map((part) => new Set(Array.from(part, (i) => groups[i])));
      expect(own.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(groups).size);
      parts.forEach((part) => {
        expect(part.length).toBeGreaterThan(0);
        expect([...part]).toEqual([...part].sort((a, b) => a - b));
      });
    }),
  );
});

test('the first cut is the best that whole groups in their order allow', () => {
  fc.assert(
    fc.property(labels, fc.integer({ min: 1, max: 9 }), (groups, tenths) => {
      const order = [...new Set(groups)];
      fc.pre(order.length >= 2);
      const fractions = [tenths / 10, 1 - tenths / 10];
      const [first] = splitByGroup(groups, { groups, fractions });
      const miss = (count: number): number => Math.abs(count - groups.length * (tenths / 10));
      const sizes = order.slice(1).map((_, i) => groups.filter((own) => order.indexOf(own) <= i).length);
      expect(miss(first?.length ?? 0)).toBe(Math.min(...sizes.map(miss)));
    }),
  );
});

test('the same seed shuffles groups alike, others otherwise', () => {
  const groups = Int32Array.from({ length: 100 }, (_, i) => i % 20);
  const shuffled = (seed: number): unknown => splitByGroup(100, { groups, fractions: [0.5, 0.5], rng: new Rng(seed) });
  expect(shuffled(7)).toEqual(shuffled(7));
  expect(shuffled(7)).not.toEqual(shuffled(8));
  const [first] = splitByGroup(arange(100), { groups, fractions: [0.5, 0.5] });
  expect(first.shape).toEqual([50]);
});

test('bad input is refused', () => {
  const fractions = [0.5, 0.5] as const;
  expect(() => splitByGroup(3, { groups: ['a', 'b'], fractions })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: splitByGroup: there are 2 groups for 3 examples. groups is [2]; each example names its group. Pass as many.]`,
  );
  expect(() => splitByGroup(2, { groups: ['a', 'a'], fractions })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByGroup: there are fewer groups than parts, 1 and 2; a part has at least one, and none is in two parts. Pass fewer fractions.]`,
  );
  expect(() => splitByGroup(2, { groups: ['a', 'b'], fractions: [1, 0] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByGroup: fractions are [1, 0]; fractions are above 0 and add up to 1. Pass such numbers, as [0.8, 0.1, 0.1].]`,
  );
  const misspelt = { groups: ['a', 'b'], fractions, shuffle: true };
  expect(() => splitByGroup(2, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByGroup: unknown option 'shuffle'; the options are fractions, groups, rng. Correct the name, or leave it out.]`,
  );
});
