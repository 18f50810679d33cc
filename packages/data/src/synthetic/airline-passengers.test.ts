import { expect, test } from 'vitest';
import * as synthetic from './index.js';

test('the series is the published one', () => {
  const series = Array.from(synthetic.airlinePassengers().data);
  expect(series).toHaveLength(144);
  // R's summary of its data set AirPassengers: minimum, quartiles, mean, maximum.
  const ordered = [...series].sort((a, b) => a - b);
  const quantile = (q: number): number => {
    const place = q * 143;
    const [low, high] = [ordered[Math.floor(place)] ?? 0, ordered[Math.ceil(place)] ?? 0];
    return low + (place % 1) * (high - low);
  };
  expect([0, 0.25, 0.5, 0.75, 1].map(quantile)).toEqual([104, 180, 265.5, 360.5, 622]);
  expect((series.reduce((sum, value) => sum + value) / 144).toFixed(1)).toBe('280.3');
});

test('the baselines', () => {
  const series = Array.from(synthetic.airlinePassengers().data);
  const error = (lag: number): number => {
    const squares = series.slice(-24).map((value, i) => (value - (series[120 + i - lag] ?? 0)) ** 2);
    return Math.sqrt(squares.reduce((sum, square) => sum + square) / 24);
  };
  const { naive, seasonalNaive } = synthetic.AIRLINE_PASSENGERS_BASELINES;
  expect([error(1), error(12)]).toEqual([expect.closeTo(naive, 3), expect.closeTo(seasonalNaive, 3)]);
});
