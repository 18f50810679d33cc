import { Rng } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectMean } from './statistics.fixture.js';

test('one number of each half is marked, and the two are the target', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.integer(), (steps, seed) => {
      const { x, y } = synthetic.addingProblem({ count: 4, steps, rng: new Rng(seed) });
      expect([x.shape, x.dtype, y.shape, y.dtype]).toEqual([[4, steps, 2], 'float32', [4, 1], 'float32']);
      const sums = y.toArray() as number[][];
      (x.toArray() as number[][][]).forEach((row, n) => {
        const places = row.flatMap(([, mark], t) => (mark === 1 ? [t] : []));
        const half = Math.floor(steps / 2);
        expect(places.map((t) => t < half)).toEqual([true, false]);
        expect(row.every(([value = -1, mark = -1]) => value >= 0 && value <= 1 && mark * (1 - mark) === 0)).toBe(true);
        const sum = places.reduce((total, t) => total + (row[t]?.[0] ?? 0), 0);
        expect(sums[n]?.[0]).toBe(Math.fround(sum));
      });
    }),
  );
});

test('who always says 1 has a mean squared error of 1/6', () => {
  const { y } = synthetic.addingProblem({ count: 20_000, steps: 2, rng: new Rng(1) });
  const sums = Array.from(y.data);
  expectMean(sums, 1);
  expectMean(
    sums.map((sum) => (sum - 1) ** 2),
    synthetic.ADDING_PROBLEM_BASELINE,
  );
  expect(synthetic.ADDING_PROBLEM_BASELINE).toBe(1 / 6);
});

test('a sample', () => {
  const { x, y } = synthetic.addingProblem({ count: 1, steps: 4, rng: new Rng(1) });
  expect(JSON.stringify([x.toArray(), y.toArray()])).toMatchInlineSnapshot(
    `"[[[[0.39247703552246094,1],[0.20474135875701904,0],[0.40755903720855713,0],[0.08165160566568375,1]]],[[0.4741286337375641]]]"`,
  );
});

test('there is room for two marks', () => {
  expect(() => synthetic.addingProblem({ count: 1, steps: 1, rng: new Rng(1) })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.addingProblem: steps is 1; it must be a whole number of at least 2. Correct steps.]`,
  );
});
