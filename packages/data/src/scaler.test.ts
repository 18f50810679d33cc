import '@unroll/kernels/reference';
import { reshape, tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minMaxScaler, Scaler, standardScaler } from './index.js';

/** Numbers that float32 holds, with three decimals. */
const number = fc.integer({ min: -1e7, max: 1e7 }).map((n) => Math.fround(n / 1000));
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) =>
    fc.array(fc.array(number, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 20 }),
  );
const scalers = [standardScaler, minMaxScaler, (train: number[][]) => minMaxScaler(train, { range: [-1, 1] })];

test('scikit-learn’s examples', () => {
  const standard = standardScaler([
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
  ]);
  expect(standard.toJSON()).toEqual({ center: [0.5, 0.5], scale: [0.5, 0.5] });
  expect(standard.transform([[2, 2]]).toArray()).toEqual([[3, 3]]);
  const train = [
    [-1, 2],
    [-0.5, 6],
    [0, 10],
    [1, 18],
  ];
  const minMax = minMaxScaler(train);
  expect(minMax.transform(train).toArray()).toEqual([
    [0, 0],
    [0.25, 0.25],
    [0.5, 0.5],
    [1, 1],
  ]);
  expect(minMax.transform([[2, 2]]).toArray()).toEqual([[1.5, 0]]);
});

test('each feature gets mean 0 and variance 1, or the range', () => {
  fc.assert(
    fc.property(table, (train) => {
      const columns = (values: unknown): number[][] => {
        const rows = values as number[][];
        return (rows[0] ?? []).map((_, d) => rows.map((row) => row[d] as number));
      };
      const average = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
      const constant = columns(train).map((column) => column.every((x) => x === column[0]));
      columns(standardScaler(train).transform(train).toArray()).forEach((column, d) => {
        expect(average(column)).toBeCloseTo(0, 5);
        expect(average(column.map((x) => x * x))).toBeCloseTo(constant[d] ? 0 : 1, 5);
      });
      columns(
        minMaxScaler(train, { range: [-1, 3] })
          .transform(train)
          .toArray(),
      ).forEach((column, d) => {
        expect([Math.min(...column), Math.max(...column)]).toEqual([-1, constant[d] ? -1 : 3]);
      });
    }),
  );
});

test('inverse undoes transform within the stated bound, also for other numbers than those of training', () => {
  fc.assert(
    fc.property(table, number, fc.constantFrom(...scalers), (train, other, make) => {
      const scaler = make(train);
      const values = [...train, train[0]?.map(() => other) ?? []];
      const back = scaler.inverse(scaler.transform(values)).toArray() as number[][];
      values.forEach((row, i) => {
        row.forEach((x, d) => {
          const bound = 2 ** -24 * (Math.abs(x) + Math.abs(x - (scaler.center[d] as number)));
          expect(Math.abs((back[i]?.[d] as number) - x)).toBeLessThanOrEqual(bound * (1 + 1e-6));
        });
      });
    }),
  );
});

test('features are the last axis, whatever comes before it', () => {
  const train = tensor([1, 10, 2, 20, 3, 30, 4, 40]);
  const scaler = standardScaler(reshape(train, [4, 2]));
  for (const shape of [
    [2, 2, 2],
    [1, 4, 1, 2],
  ]) {
    expect(standardScaler(reshape(train, shape)).toJSON()).toEqual(scaler.toJSON());
    const flat = scaler.transform(reshape(train, [4, 2]));
    expect(scaler.transform(reshape(train, shape)).toArray()).toEqual(reshape(flat, shape).toArray());
  }
  expect(scaler.transform([3, 30]).shape).toEqual([2]);
});

test('a series is one feature, whose scaler takes any shape', () => {
  const scaler = minMaxScaler([2, 4, 6]);
  expect(scaler.toJSON()).toEqual({ center: [2], scale: [4] });
  expect(scaler.transform(tensor(5)).item()).toBe(0.75);
  expect(scaler.inverse([[[0, 1]], [[0.5, 2]]]).toArray()).toEqual([[[2, 6]], [[4, 10]]]);
  const both = new Scaler({ center: [1, 2], scale: [3, 4] });
  expect(both.feature(1).toJSON()).toEqual({ center: [2], scale: [4] });
  expect(both.size).toBe(2);
});

test('a constant feature becomes 0 exactly, and comes back', () => {
  const train = Array.from({ length: 1000 }, () => 0.1);
  expect(standardScaler(train).toJSON()).toEqual({ center: [Math.fround(0.1)], scale: [1] });
  for (const scaler of [standardScaler(train), minMaxScaler(train)]) {
    expect(scaler.transform(0.1).item()).toBe(0);
    expect(scaler.inverse(0).item()).toBe(Math.fround(0.1));
  }
});

test('also where its numbers do not add up exactly', () => {
  const train = Array.from({ length: 10 }, () => 0.1);
  expect(train.reduce((sum, x) => sum + x) / 10).not.toBe(0.1);
  expect(standardScaler(Float64Array.from(train)).toJSON()).toEqual({ center: [0.1], scale: [1] });
});

test('missing numbers are left out, and stay missing', () => {
  const train = [[Number.NaN], [1], [3], [Number.NaN]];
  expect(standardScaler(train).toJSON()).toEqual({ center: [2], scale: [1] });
  expect(standardScaler(train).transform(train).toArray()).toEqual([[Number.NaN], [-1], [1], [Number.NaN]]);
});

test('large numbers that differ little keep their differences', () => {
  const train = tensor(Float64Array.of(1e9, 1e9 + 1, 1e9 + 2));
  const scaled = minMaxScaler(train).transform(train);
  expect([scaled.dtype, scaled.toArray()]).toEqual(['float64', [0, 0.5, 1]]);
  expect(standardScaler(train).scale[0]).toBeCloseTo(Math.sqrt(2 / 3), 14);
  expect(minMaxScaler(Int32Array.of(1, 3)).transform(Int32Array.of(2)).toArray()).toEqual([0.5]);
});

test('JSON keeps every bit', () => {
  fc.assert(
    fc.property(table, fc.constantFrom(...scalers), (train, make) => {
      const scaler = make(train);
      expect(Scaler.fromJSON(JSON.parse(JSON.stringify(scaler))).toJSON()).toEqual(scaler.toJSON());
    }),
  );
});

test('bad input is refused', () => {
  const train = [
    [1, 2],
    [3, 4],
  ];
  expect(() => standardScaler(3)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: standardScaler: train has no features. train is []; they are the last axis, or a series with one axis is one feature. Pass the training part, [examples, features].]`,
  );
  expect(() => standardScaler([[], []])).toThrow('train has no features');
  expect(() => standardScaler([])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: standardScaler: feature 0 has no numbers. train is [0]; a scale is found from finite numbers; NaN stands for missing ones. Leave the feature out, or correct it.]`,
  );
  expect(() => minMaxScaler([[1, Number.NaN]])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: minMaxScaler: feature 1 has no numbers. train is [1, 2]; a scale is found from finite numbers; NaN stands for missing ones. Leave the feature out, or correct it.]`,
  );
  expect(() => minMaxScaler([[1, Number.POSITIVE_INFINITY]])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: minMaxScaler: feature 1 has infinite numbers. train is [1, 2]; a scale is found from finite numbers; NaN stands for missing ones. Leave the feature out, or correct it.]`,
  );
  expect(() => minMaxScaler(train, { range: [1, 1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: minMaxScaler: range is [1, 1]; it goes from a number to a larger one. Pass such numbers, as [-1, 1].]`,
  );
  const misspelt: object = { featureRange: [0, 1] };
  expect(() => minMaxScaler(train, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: minMaxScaler: unknown option 'featureRange'; the options are range. Correct the name, or leave it out.]`,
  );
  const scaler = standardScaler(train);
  expect(() => scaler.transform([[1, 2, 3]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: transform: the scaler has 2 features. x is [1, 3]; they are the last axis. Pass all features, or take one of them with scaler.feature(index).transform.]`,
  );
  expect(() => scaler.inverse(3)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: inverse: the scaler has 2 features. y is []; they are the last axis. Pass all features, or take one of them with scaler.feature(index).inverse.]`,
  );
  expect(() => scaler.feature(2)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: feature: there is no feature 2; features of this scaler go from 0 to 1. Correct the index.]`,
  );
});

test('a saved scaler is checked', () => {
  expect(() => Scaler.fromJSON([1])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: Scaler.fromJSON: unknown option '0'; the options are center, scale. Correct the name, or leave it out.]`,
  );
  expect(() => Scaler.fromJSON({ center: 1, scale: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: Scaler.fromJSON: center is 1; it takes { center, scale }: as many finite numbers of each, at least one, and scales above 0. Pass what JSON.parse makes of a saved scaler.]`,
  );
  expect(() => Scaler.fromJSON({ center: [1, 2], scale: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: Scaler.fromJSON: scale is [1], center is [1,2]; it takes { center, scale }: as many finite numbers of each, at least one, and scales above 0. Pass what JSON.parse makes of a saved scaler.]`,
  );
  expect(() => new Scaler({ center: [1], scale: [0] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Scaler: scale is [0], center is [1]; it takes { center, scale }: as many finite numbers of each, at least one, and scales above 0. Correct them.]`,
  );
  expect(() => new Scaler({ center: [], scale: [] })).toThrow('center is []');
  expect(() => new Scaler({ center: [Number.NaN], scale: [1] })).toThrow('center is [null]');
});
