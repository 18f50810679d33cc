import { arange, reshape, tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slidingWindows } from './index.js';

test('each window holds input steps and, after the gap, the horizon', () => {
  const size = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), size, size, size, fc.nat(3), (length, input, horizon, stride, gap) => {
      fc.pre(length >= input + gap + horizon);
      const windows = slidingWindows(arange(length), { input, horizon, stride, gap });
      const read = [...windows].map(({ x, y }) => [x.toArray(), y.toArray()]);
      const expected: unknown[] = [];
      for (let start = 0; start + input + gap + horizon <= length; start += stride) {
        const steps = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
        expected.push([steps(start, input), steps(start + input + gap, horizon)]);
      }
      expect(read).toEqual(expected);
      expect(windows.count).toBe(expected.length);
      const { x, y } = windows.all();
      expect([x.toArray(), y.toArray()]).toEqual([read.map(([own]) => own), read.map(([, own]) => own)]);
    }),
  );
});

test('a step may hold several features, of any dtype', () => {
  const series = reshape(arange(0, 10, 1, { dtype: 'int32' }), [5, 2]);
  const [first, ...rest] = slidingWindows(series, { input: 2, stride: 2 });
  expect([first?.x.toArray(), first?.y.toArray(), first?.x.dtype]).toEqual([
    [
      [0, 1],
      [2, 3],
    ],
    [[4, 5]],
    'int32',
  ]);
  expect(rest.length).toBe(1);
  expect(slidingWindows(series, { input: 2 }).all().x.shape).toEqual([3, 2, 2]);
});

test('bad input is refused', () => {
  expect(() => slidingWindows([1, 2, 3], { input: 2, horizon: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: slidingWindows: the series is shorter than one window. series is [3]; a window takes input 2 + gap 0 + horizon 2 = 4 steps. Pass a longer series, or smaller options.]`,
  );
  expect(() => slidingWindows(tensor(3), { input: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: slidingWindows: series is a scalar. series is []; its first axis counts what is cut or batched. Pass a tensor of at least one axis.]`,
  );
  expect(() => slidingWindows([1, 2, 3], { input: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: slidingWindows: input is 0; it must be a whole number of at least 1. Correct input.]`,
  );
  expect(() => slidingWindows([1, 2, 3], { input: 1, gap: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: slidingWindows: gap is -1; it must be a whole number of at least 0. Correct gap.]`,
  );
  const misspelt = { input: 1, step: 2 };
  expect(() => slidingWindows([1, 2, 3], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: slidingWindows: unknown option 'step'; the options are input, horizon, stride, gap. Correct the name, or leave it out.]`,
  );
});
