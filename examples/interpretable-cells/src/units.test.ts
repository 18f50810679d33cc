import { Rng, randn, tensor } from '@unroll/core';
import { expect, test } from 'vitest';
import { correlations } from './units.js';

/** From the definition, with sums of products. */
function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;
  const covariance = (x: readonly number[], y: readonly number[]): number => {
    return x.reduce((sum, value, i) => sum + (value - mean(x)) * ((y[i] ?? 0) - mean(y)), 0) / x.length;
  };
  return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
}

test('correlations of columns with columns', () => {
  const rng = new Rng(1);
  const [a, b] = [randn([50, 3], { rng }), randn([50, 2], { rng })];
  const column = (rows: unknown, i: number): number[] => (rows as number[][]).map((row) => row[i] ?? Number.NaN);
  const found = correlations(a, b).toArray() as number[][];
  for (const [i, row] of found.entries()) {
    for (const [j, value] of row.entries()) {
      expect(value).toBeCloseTo(pearson(column(a.toArray(), i), column(b.toArray(), j)), 5);
    }
  }
});

test('what never changes correlates with nothing', () => {
  const changing = tensor([[1], [2], [5]]);
  expect(correlations(tensor([[0.1], [0.1], [0.1]]), changing).item()).toBe(0);
  expect(correlations(changing, changing).item()).toBeCloseTo(1, 6);
});
