import { expect, test } from 'vitest';
import { ClipRatio } from './clip-ratio.js';

test('counts what was clipped, and by how much', () => {
  const clipping = new ClipRatio(2);
  for (const norm of [1, 2, 4, 8]) clipping.add(norm);
  expect(clipping.ratio).toBe(0.5);
  expect(clipping.meanFactor).toBe((1 + 1 + 0.5 + 0.25) / 4);
  expect(clipping.meanNorm).toBe(3.75);
  expect([clipping.largestNorm, clipping.steps, clipping.nonFinite]).toEqual([8, 4, 0]);
});

test('steps without a finite norm count as such, and in nothing else', () => {
  const clipping = new ClipRatio(2).add(4).add(Number.NaN).add(Infinity);
  expect([clipping.steps, clipping.nonFinite]).toEqual([3, 2]);
  expect([clipping.ratio, clipping.meanFactor, clipping.meanNorm, clipping.largestNorm]).toEqual([1, 0.5, 4, 4]);
});

test('begins with nothing clipped', () => {
  const { ratio, meanFactor, meanNorm, largestNorm, steps } = new ClipRatio(Infinity);
  expect([ratio, meanFactor, meanNorm, largestNorm, steps]).toEqual([0, 1, 0, 0, 0]);
});

test('an infinite threshold measures alone', () => {
  expect(new ClipRatio(Infinity).add(1e30).ratio).toBe(0);
});

test('refuses a threshold that is none', () => {
  for (const maxNorm of [0, -1, Number.NaN]) expect(() => new ClipRatio(maxNorm)).toThrow('it must be above 0');
  expect(() => new ClipRatio(0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ClipRatio: maxNorm is 0; it must be above 0. Pass what clipGradNorm is given.]`,
  );
});
