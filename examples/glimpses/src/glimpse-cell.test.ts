import '@unroll/kernels/reference';
import { Rng, randn, reshape, tensor, zeros } from '@unroll/core';
import { describeCell } from '@unroll/nn/testing';
import { describe, expect, test } from 'vitest';
import { GlimpseCell } from './glimpse-cell.js';

describe('as any cell', () => {
  const cases = describeCell({
    create: (options) => new GlimpseCell({ pictureSize: 4, windowSize: 2, hiddenSize: 3, ...options }),
  });
  for (const { name, run } of cases) test(name, run);
});

describe('what it sees', () => {
  const S = 5;
  const K = 3;
  const cell = new GlimpseCell({ pictureSize: S, windowSize: K, hiddenSize: 2, rng: new Rng(1), dtype: 'float64' });
  /** A look with this window, whatever the state: tanh a and tanh b place its middle, σ(z) its width. */
  const look = (picture: number[][], a: number, b: number, z: number): { window: number[]; glimpse: number[][] } => {
    cell.where.weight.assign(zeros([3, 2], { dtype: 'float64' }));
    cell.where.bias?.assign(tensor([a, b, z], { dtype: 'float64' }));
    const x = reshape(tensor(picture, { dtype: 'float64' }), [1, S * S]);
    const { window, glimpse } = cell.step(x, cell.initialState(1)).state;
    return {
      window: (window.toArray() as number[][])[0] ?? [],
      glimpse: (glimpse.toArray() as number[][][])[0] ?? [],
    };
  };
  const picture = randn([S, S], { dtype: 'float64', rng: new Rng(2) }).toArray() as number[][];

  /** The formula in plain loops. */
  const restated = (a: number, b: number, z: number): number[][] => {
    const distance = 0.5 + ((S - 1) / (K - 1) - 0.5) / (1 + Math.exp(-z));
    const filters = (middle: number): number[][] =>
      Array.from({ length: K }, (_, k) => {
        const point = middle + (k - 1) * distance;
        const shares = Array.from({ length: S }, (_, i) => Math.exp((-2 * (i - point) ** 2) / distance ** 2));
        const all = shares.reduce((sum, share) => sum + share, 0);
        return shares.map((share) => share / all);
      });
    const [across, down] = [filters(2 * (1 + Math.tanh(a))), filters(2 * (1 + Math.tanh(b)))];
    return down.map((rows) =>
      across.map((columns) =>
        rows.reduce(
          (sum, share, y) =>
            sum + columns.reduce((part, weight, x) => part + share * weight * (picture[y]?.[x] ?? 0), 0),
          0,
        ),
      ),
    );
  };

  test.each([
    [0, 0, 0],
    [0.3, -0.8, 1],
    [-2, 1.5, -3],
  ])('is the formula at %j, %j, %j', (a, b, z) => {
    const { window, glimpse } = look(picture, a, b, z);
    expect(window[0]).toBeCloseTo(2 * (1 + Math.tanh(a)), 12);
    expect(window[1]).toBeCloseTo(2 * (1 + Math.tanh(b)), 12);
    restated(a, b, z).forEach((row, i) => {
      row.forEach((value, j) => {
        expect(glimpse[i]?.[j]).toBeCloseTo(value, 12);
      });
    });
  });

  test('is nothing but the pixels in the middle where points are close, the first axis being that of the rows', () => {
    const dot = Array.from({ length: S }, (_, y) => Array.from({ length: S }, (_, x) => Number(y === 1 && x === 3)));
    const { window, glimpse } = look(dot, Math.atanh(0.5), Math.atanh(-0.5), -30); // half a pixel from point to point
    expect(window.map((value) => Math.round(1e9 * value) / 1e9)).toEqual([3, 1, 0.5]);
    expect(glimpse[1]?.[1]).toBeGreaterThan(0.99);
  });
});
