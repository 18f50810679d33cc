import '@unroll/kernels/reference';
import { slice, tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference, undifference } from './index.js';

const shapes = fc.record({
  steps: fc.integer({ min: 2, max: 30 }),
  width: fc.integer({ min: 1, max: 3 }),
  lag: fc.integer({ min: 1, max: 5 }),
});

test('each step is compared with the one lag before', () => {
  fc.assert(
    fc.property(shapes, fc.infiniteStream(fc.integer({ min: -999, max: 999 })), ({ steps, width, lag }, numbers) => {
      fc.pre(steps > lag);
      const series = Array.from({ length: steps }, () => Array.from({ length: width }, () => numbers.next().value));
      const changes = series.slice(lag).map((row, t) => row.map((x, d) => x - (series[t]?.[d] as number)));
      expect(difference(series, { lag }).toArray()).toEqual(changes);
      expect(undifference(changes, series.slice(0, lag)).toArray()).toEqual(series);
    }),
  );
});

test('undifference undoes difference but for the rounding of the changes, which adds up', () => {
  fc.assert(
    fc.property(shapes, fc.infiniteStream(fc.integer({ min: -1e9, max: 1e9 })), ({ steps, lag }, numbers) => {
      fc.pre(steps > lag);
      const series = tensor(Array.from({ length: steps }, () => numbers.next().value / 1000));
      const changes = difference(series, { lag });
      const [x, d, back] = [series, changes, undifference(changes, slice(series, 0, 0, lag))].map(({ data }) => data);
      x?.forEach((value, t) => {
        let rounded = Math.abs(value); // what was rounded on the way to this step, the step itself included
        for (let k = t - lag; k >= 0; k -= lag) rounded += Math.abs(d?.[k] as number);
        expect(Math.abs((back?.[t] as number) - value)).toBeLessThanOrEqual(2 ** -24 * rounded * (1 + 1e-6));
      });
    }),
  );
});

test('small changes of a large number are not lost on the way', () => {
  const back = undifference(new Float32Array(100).fill(1), [2 ** 24]);
  expect(back.data[100]).toBe(2 ** 24 + 100);
});

test('differences of differences take out a season and a trend', () => {
  const season = [3, -1, 4, 0];
  const series = Array.from({ length: 16 }, (_, t) => 2 * t + (season[t % 4] as number));
  const changes = difference(series, { lag: 4 });
  expect(changes.toArray()).toEqual(new Array(12).fill(8));
  expect(difference(changes).toArray()).toEqual(new Array(11).fill(0));
});

test('dtypes are those that can be computed with', () => {
  expect(difference(Int32Array.of(-(2 ** 31), 2 ** 31 - 1)).toArray()).toEqual([2 ** 32]);
  const series = tensor(Float64Array.of(0.1, 0.3));
  const changes = difference(series);
  expect([changes.dtype, changes.toArray()]).toEqual(['float64', [0.3 - 0.1]]);
});

test('bad input is refused', () => {
  expect(() => difference([1, 2], { lag: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: difference: the series is too short. series is [2]; with lag 2 it needs at least 3 steps. Pass a longer series, or a smaller lag.]`,
  );
  expect(() => difference([1, 2], { lag: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: difference: lag is 0; it must be a whole number of at least 1. Correct lag.]`,
  );
  expect(() => difference(1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: difference: series is a scalar. series is []; its first axis counts what is cut or batched. Pass a tensor of at least one axis.]`,
  );
  const misspelt: object = { order: 2 };
  expect(() => difference([1, 2], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: difference: unknown option 'order'; the options are lag. Correct the name, or leave it out.]`,
  );
  expect(() => undifference([1, 2], [])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: undifference: start has no steps. differences is [2], start is [0]; start is the first lag steps of the series, alike after the first axis. Pass slice(series, 0, 0, lag).]`,
  );
  expect(() => undifference([[1, 2]], [[1, 2, 3]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: undifference: start does not fit the differences. differences is [1, 2], start is [1, 3]; start is the first lag steps of the series, alike after the first axis. Pass slice(series, 0, 0, lag).]`,
  );
  expect(() => undifference([[1, 2]], [1])).toThrow('start does not fit the differences');
});
