import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectMean } from './statistics.fixture.js';

/** Figures of each of many series, which are independent where the steps of one are not. */
const overSeries = (figures: (returns: readonly number[]) => number[]): number[][] =>
  Array.from({ length: 200 }, (_, seed) => {
    const { returns } = synthetic.stockSeries({ steps: 2_000, rng: new Rng(seed) });
    return figures(Array.from(returns.data));
  });

const column = (rows: readonly number[][], i: number): number[] => rows.map((row) => row[i] ?? Number.NaN);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('prices follow from returns', () => {
  const { prices, returns } = synthetic.stockSeries({ steps: 300, rng: new Rng(1) });
  let price = 100;
  returns.data.forEach((gain, t) => {
    price *= 1 + gain;
    expect((prices.data[t] ?? 0) / price).toBeCloseTo(1, 5);
  });
  expect([prices.shape, returns.shape, prices.dtype, returns.dtype]).toEqual([[300], [300], 'float32', 'float32']);
});

test('nothing beats a forecast of 0, whose mean squared error is the baseline', () => {
  const moments = overSeries((returns) => [
    mean(returns),
    mean(returns.map((gain) => gain * gain)),
    mean(returns.slice(1).map((gain, t) => gain * (returns[t] ?? 0))),
  ]);
  expectMean(column(moments, 0), 0);
  expectMean(column(moments, 1), synthetic.STOCK_SERIES_BASELINE);
  expectMean(column(moments, 2), 0); // neighbours are not related
});

test('squares follow those before, as GARCH(1, 1) says', () => {
  const [a, b] = [0.1, 0.85];
  const kurtosis = (3 * (1 - (a + b) ** 2)) / (1 - (a + b) ** 2 - 2 * a * a);
  const correlation = (a * (1 - a * b - b * b)) / (1 - 2 * a * b - b * b);
  expect(correlation).toBeCloseTo(0.179, 3);
  const squares = (returns: readonly number[]): number[] =>
    returns.map((gain) => (gain * gain) / synthetic.STOCK_SERIES_BASELINE);
  const moments = overSeries((returns) => {
    const all = squares(returns);
    return [mean(all.map((square) => square * square)), mean(all.slice(1).map((square, t) => square * (all[t] ?? 0)))];
  });
  expectMean(column(moments, 0), kurtosis);
  expectMean(column(moments, 1), 1 + correlation * (kurtosis - 1)); // E[r²_t·r²_{t+1}], in units of the variance
});

test('a sample', () => {
  expect(JSON.stringify(synthetic.stockSeries({ steps: 5, rng: new Rng(1) }).prices.toArray())).toMatchInlineSnapshot(
    `"[99.53358459472656,98.30965423583984,98.14421081542969,97.43365478515625,96.4066390991211]"`,
  );
});
