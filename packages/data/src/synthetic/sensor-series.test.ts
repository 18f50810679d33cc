import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectFrequencies, expectMean } from './statistics.fixture.js';

const ANGLE = (2 * Math.PI) / 96;
const DECAY = 959 / 960;
const GAPS = Array.from({ length: 48 }, (_, i) => i + 1);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Pair {
  readonly gap: number;
  readonly value: number;
  readonly next: number;
}

const pairsOf = (seed: number, steps = 1_000): Pair[] => {
  const series = synthetic.sensorSeries({ steps, rng: new Rng(seed) });
  const [times, values] = [series.times.data, series.values.data];
  return Array.from({ length: steps - 1 }, (_, t) => ({
    gap: 4 * ((times[t + 1] ?? 0) - (times[t] ?? 0)),
    value: values[t] ?? Number.NaN,
    next: values[t + 1] ?? Number.NaN,
  }));
};

test('gaps are from a quarter of an hour to 12 hours, each equally likely', () => {
  const gaps = pairsOf(1, 10_000).map(({ gap }) => gap);
  expect([Math.min(...gaps), Math.max(...gaps), new Set(gaps).size]).toEqual([1, 48, 48]);
  expectFrequencies(
    gaps.map((gap) => Math.floor((gap - 1) / 6)),
    new Array<number>(8).fill(1 / 8),
  );
  const { times, values } = synthetic.sensorSeries({ steps: 3, rng: new Rng(1) });
  expect([times.data[0], times.shape, values.shape, times.dtype, values.dtype]).toEqual([
    0,
    [3],
    [3],
    'float32',
    'float32',
  ]);
});

test('neighbours are related as a turning, fading point says', () => {
  const series = Array.from({ length: 200 }, (_, seed) => pairsOf(seed));
  for (const gap of [1, 6, 24, 36, 48]) {
    expectMean(
      series.map((pairs) =>
        mean(pairs.filter((pair) => pair.gap === gap).map(({ value, next }) => (next - value) ** 2)),
      ),
      2 * (1 - DECAY ** gap * Math.cos(gap * ANGLE)),
    );
  }
});

test('the baselines', () => {
  const { mean: ofMean, naive, state } = synthetic.SENSOR_SERIES_BASELINES;
  expect(mean(GAPS.map((k) => 2 * (1 - DECAY ** k * Math.cos(k * ANGLE))))).toBeCloseTo(naive, 5);
  expect(mean(GAPS.map((k) => 1 - DECAY ** (2 * k)))).toBeCloseTo(state, 5);
  const series = Array.from({ length: 200 }, (_, seed) => pairsOf(seed));
  expectMean(
    series.map((pairs) => mean(pairs.map(({ next }) => next ** 2))),
    ofMean,
  );
  expectMean(
    series.map((pairs) => mean(pairs.map(({ value, next }) => (next - value) ** 2))),
    naive,
  );
});

test('two readings and their times tell the next one well', () => {
  // The turn between the last two readings gives the other coordinate, where it is large enough.
  const errors = Array.from({ length: 200 }, (_, seed) => {
    const pairs = pairsOf(seed);
    const squares = pairs.slice(1).flatMap((pair, i) => {
      const before = pairs[i];
      if (before === undefined || Math.abs(Math.sin(before.gap * ANGLE)) < 0.5) return [];
      const [c, s] = [Math.cos(before.gap * ANGLE), Math.sin(before.gap * ANGLE)];
      const other = (before.value - c * pair.value) / s;
      return [
        (pair.next -
          DECAY ** pair.gap * (Math.cos(pair.gap * ANGLE) * pair.value - Math.sin(pair.gap * ANGLE) * other)) **
          2,
      ];
    });
    return mean(squares);
  });
  expect(mean(errors)).toBeLessThan(0.2);
  expect(mean(errors)).toBeGreaterThan(synthetic.SENSOR_SERIES_BASELINES.state);
});

test('a sample', () => {
  const { times, values } = synthetic.sensorSeries({ steps: 4, rng: new Rng(1) });
  expect(JSON.stringify([times.toArray(), values.toArray()])).toMatchInlineSnapshot(
    `"[[0,2,11,21.75],[-0.46641871333122253,0.35945743322372437,0.5867941975593567,-1.6044132709503174]]"`,
  );
});
