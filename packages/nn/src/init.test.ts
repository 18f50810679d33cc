import '@unroll/kernels/reference';
import { Rng, type Tensor, tensor } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { init } from './index.js';

const moments = (t: Tensor) => {
  const data = Array.from(t.data);
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  const variance = data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length;
  return { mean, variance, low: Math.min(...data), high: Math.max(...data) };
};

test('uniform draws fill ±bound evenly', () => {
  const { mean, variance, low, high } = moments(init.uniform([200, 100], { bound: 0.3, rng: new Rng(1) }));
  expect(mean).toBeCloseTo(0, 2);
  expect(variance).toBeCloseTo(0.3 ** 2 / 3, 3);
  expect(low).toBeGreaterThanOrEqual(-0.3);
  expect(low).toBeLessThan(-0.299);
  expect(high).toBeLessThanOrEqual(0.3);
  expect(high).toBeGreaterThan(0.299);
});

test('normal draws have the standard deviation', () => {
  const { mean, variance } = moments(init.normal([200, 100], { std: 0.5, rng: new Rng(1) }));
  expect(mean).toBeCloseTo(0, 2);
  expect(variance).toBeCloseTo(0.25, 2);
});

test('Xavier draws have the variance gain² · 2 / (fanIn + fanOut)', () => {
  for (const draw of [init.xavierUniform, init.xavierNormal]) {
    const { mean, variance } = moments(draw([300, 100], { gain: 2, rng: new Rng(1) }));
    expect(mean).toBeCloseTo(0, 2);
    expect(variance / (4 * (2 / 400))).toBeCloseTo(1, 1);
  }
  const { low, high } = moments(init.xavierUniform([300, 100], { rng: new Rng(1) }));
  const bound = Math.sqrt(6 / 400);
  expect([low > -bound * 1.0001, low < -0.99 * bound, high < bound * 1.0001, high > 0.99 * bound]).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

test('the identity, also of a matrix that is not square', () => {
  expect(init.identity([2, 2], { gain: 0.5 }).toArray()).toEqual([
    [0.5, 0],
    [0, 0.5],
  ]);
  expect(init.identity([2, 3]).toArray()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(init.identity([3, 2]).toArray()).toEqual([
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
});

test('chrono: units forget after 2 to `longest` steps, evenly spread', () => {
  const biases = init.chrono([100, 100], { longest: 50, rng: new Rng(1), dtype: 'float64' });
  // What a gate at bias b lets go in a step, 1 − σ(b), is the inverse of how long a state lasts.
  const lasts = biases.data.map((bias) => 1 + Math.exp(bias));
  const { mean, variance, low, high } = moments(tensor(lasts));
  expect(mean / ((2 + 50) / 2)).toBeCloseTo(1, 1);
  expect(variance / ((50 - 2) ** 2 / 12)).toBeCloseTo(1, 1);
  expect([low >= 2, low < 2.1, high > 49.9, high <= 50]).toEqual([true, true, true, true]);
  expect(init.chrono([3], { longest: 2 }).toArray()).toEqual([0, 0, 0]);
});

describe('orthogonal', () => {
  /** The largest deviation of q·qᵀ (or qᵀ·q, where there are more rows) from gain² on the diagonal. */
  const deviation = (q: Tensor, gain: number): number => {
    const [rows, cols] = q.shape as readonly [number, number];
    const { data } = q;
    const [count, length] = [Math.min(rows, cols), Math.max(rows, cols)];
    const entry = (vector: number, i: number): number =>
      (rows <= cols ? data[vector * cols + i] : data[i * cols + vector]) ?? 0;
    let worst = 0;
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let i = 0; i < length; i++) dot += entry(a, i) * entry(b, i);
        worst = Math.max(worst, Math.abs(dot - (a === b ? gain * gain : 0)));
      }
    }
    return worst;
  };

  test('has orthonormal rows or columns, whichever are fewer', () => {
    for (const shape of [
      [1, 1],
      [5, 5],
      [64, 64],
      [3, 7],
      [7, 3],
      [1, 4],
      [4, 1],
    ]) {
      expect(deviation(init.orthogonal(shape, { rng: new Rng(1), dtype: 'float64' }), 1)).toBeLessThan(1e-14);
    }
    expect(deviation(init.orthogonal([6, 6], { gain: 3, rng: new Rng(1), dtype: 'float64' }), 3)).toBeLessThan(1e-13);
  });

  test('is even over all rotations and reflections', () => {
    // For such 3 × 3 matrices the mean of each entry is 0, of its square 1/3, of its fourth power 1/5, of the trace's
    // square 1, and half of the determinants are negative.
    const rng = new Rng(1);
    const draws = 4000;
    const [first, second, fourth] = [0, 1, 2].map(() => new Float64Array(9)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    let [traces, negative] = [0, 0];
    for (let n = 0; n < draws; n++) {
      const q = init.orthogonal([3, 3], { rng, dtype: 'float64' }).data;
      for (let i = 0; i < 9; i++) {
        const x = q[i] ?? 0;
        first[i] = (first[i] ?? 0) + x / draws;
        second[i] = (second[i] ?? 0) + x ** 2 / draws;
        fourth[i] = (fourth[i] ?? 0) + x ** 4 / draws;
      }
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, k = 0] = q;
      traces += (a + e + k) ** 2 / draws;
      negative += a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g) < 0 ? 1 : 0;
    }
    for (let i = 0; i < 9; i++) {
      expect(Math.abs(first[i] ?? 1)).toBeLessThan(0.04);
      expect(Math.abs((second[i] ?? 1) - 1 / 3)).toBeLessThan(0.02);
      expect(Math.abs((fourth[i] ?? 1) - 1 / 5)).toBeLessThan(0.02);
    }
    expect(Math.abs(traces - 1)).toBeLessThan(0.1);
    expect(Math.abs(negative / draws - 0.5)).toBeLessThan(0.04);
  });
});

test('equal seeds give equal bits, in float32 those of float64 rounded', () => {
  const chrono = (shape: readonly number[], options: init.InitOptions) =>
    init.chrono(shape, { longest: 9, ...options });
  for (const draw of [init.orthogonal, init.xavierUniform, init.xavierNormal, chrono]) {
    const exact = draw([4, 3], { rng: new Rng(3), dtype: 'float64' });
    expect(draw([4, 3], { rng: new Rng(3) }).data).toEqual(Float32Array.from(exact.data));
    expect(draw([4, 3], { rng: new Rng(4) }).data).not.toEqual(Float32Array.from(exact.data));
  }
});

test('refuses bad input', () => {
  expect(() => init.uniform([2], { bound: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: init.uniform: bound is -1; bound must be a finite number of at least 0. Pass such a bound.]`,
  );
  expect(() => init.uniform([2, -1], { bound: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: init.uniform: the size of axis 1 is -1; it must be a whole number of at least 0. Correct the size of axis 1.]`,
  );
  expect(() => init.normal([2], { std: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: init.normal: std is NaN; std must be a finite number of at least 0. Pass such a std.]`,
  );
  expect(() => init.chrono([2], { longest: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: init.chrono: longest is 1; it must be a whole number of at least 2. Correct longest.]`,
  );
  expect(() => init.xavierUniform([2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: init.xavierUniform: the shape is not that of a matrix. shape is [2]; weights are [outputs, inputs]. Pass two sizes.]`,
  );
  expect(() => init.xavierNormal([2, 2], { gain: Number.POSITIVE_INFINITY })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: init.xavierNormal: gain is Infinity; gain must be a finite number of at least 0. Pass such a gain.]`,
  );
  expect(() => init.orthogonal([2, 2, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: init.orthogonal: the shape is not that of a matrix. shape is [2, 2, 2]; weights are [outputs, inputs]. Pass two sizes.]`,
  );
  expect(() => init.orthogonal([0, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: init.orthogonal: the number of outputs is 0; it must be a whole number of at least 1. Correct the number of outputs.]`,
  );
  expect(() => init.identity([2, 2.5])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: init.identity: the number of inputs is 2.5; it must be a whole number of at least 1. Correct the number of inputs.]`,
  );
  const misspelt = { bound: 1, seed: 3 };
  expect(() => init.uniform([2], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: init.uniform: unknown option 'seed'; the options are bound, rng, dtype. Correct the name, or leave it out.]`,
  );
});
