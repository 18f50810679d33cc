import { afterAll, describe, expect, it } from 'vitest';
import { elementary } from './index.js';
import { allocatePersistent, freePersistent, views } from './memory.js';
import { relaxed } from './relaxed/index.js';
import { ulpAt } from './testing/compare.js';
import { strict } from './wasm/strict.js';

const SIZE = 300_000;
const address = allocatePersistent(4 * SIZE);
const start = address / 4;
afterAll(() => freePersistent(address));

/** Numbers evenly spread between two, or powers of ten between powers evenly spread. */
const evenly = (low: number, high: number) => (i: number) => low + ((high - low) * i) / SIZE;
const powers = (low: number, high: number) => (i: number) => 10 ** evenly(low, high)(i);

describe.each([strict, relaxed])('errors of the $name kernels stay below those stated', ({ float32 }) => {
  it.each([
    ['exp', 0.97, evenly(-104, 88.7)],
    ['expm1', 1.54, evenly(-20, 88.7)],
    ['expm1', 1.54, evenly(-1, 1)],
    ['log', 0.85, powers(-45, 38)],
    ['log', 0.85, evenly(0.5, 2)],
    ['log1p', 0.85, evenly(-0.9999, 3)],
    ['log1p', 0.85, powers(-10, 38)],
    ['sigmoid', 2.34, evenly(-104, 20)],
    ['softplus', 1.67, evenly(-104, 20)],
    ['softplus', 1.67, evenly(-2, 2)],
    ['tanh', 5.993, evenly(-12, 12)],
    // The worst places known, which even spacing misses.
    ['log', 0.85, () => 1.4133185148239136],
    ['log1p', 0.85, () => 0.412837415933609],
  ] as const)('%s: %f ulp', (name, bound, input) => {
    views.float32.set(
      Float32Array.from({ length: SIZE }, (_, i) => input(i)),
      start,
    );
    const values = views.float32.slice(start, start + SIZE);
    float32[name](1, SIZE, start, 0, 1, start, 0, 1);
    let worst = 0;
    for (const [i, value] of values.entries()) {
      const actual = views.float32[start + i] as number;
      const expected = elementary[name](value);
      worst = Math.max(worst, Math.abs(actual - expected) / ulpAt('float32', expected));
    }
    expect(worst).toBeLessThan(bound);
  });

  it('tanh never leaves [−1, 1]', () => {
    views.float32.set(
      Float32Array.from({ length: SIZE }, (_, i) => evenly(6, 12)(i)),
      start,
    );
    float32.tanh(1, SIZE, start, 0, 1, start, 0, 1);
    expect(views.float32.subarray(start, start + SIZE).reduce((found, x) => Math.max(found, x), 0)).toBe(1);
  });

  it('a row of probabilities far below their maximum is as precise as its sum', () => {
    const cols = 2000;
    for (let j = 0; j < cols; j++) views.float32[start + j] = 0.123 + (j / cols) * 60;
    const x = views.float32.slice(start, start + cols);
    float32.softmax(1, cols, start, cols, 1, start, cols, 1);
    const peak = x[cols - 1] as number;
    const weights = Array.from(x, (value) => elementary.exp(value - peak));
    const total = weights.reduce((sum, weight) => sum + weight);
    for (const [j, weight] of weights.entries()) {
      const expected = weight / total;
      const error = Math.abs((views.float32[start + j] as number) - expected) / ulpAt('float32', expected);
      expect(error).toBeLessThan(4);
    }
  });
});
