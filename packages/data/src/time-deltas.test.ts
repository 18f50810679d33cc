import { tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeDeltas } from './index.js';

const times = fc
  .array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 20 })
  .map((deltas) => deltas.map((_, i) => deltas.slice(0, i + 1).reduce((sum, delta) => sum + delta, 1.7e12)));

test('each step is told how long ago the one before was', () => {
  fc.assert(
    fc.property(times, fc.constantFrom(1, 1000, 86_400_000), (points, unit) => {
      const rows = timeDeltas(points, { unit, forms: ['plain', 'log1p'] }).toArray() as number[][];
      expect(rows.length).toBe(points.length);
      rows.forEach(([plain = Number.NaN, log = Number.NaN], t) => {
        const delta = ((points[t] as number) - (points[t - 1] ?? (points[0] as number))) / unit;
        expect(plain).toBe(Math.fround(delta));
        expect(Math.abs(log - Math.log1p(delta))).toBeLessThanOrEqual(2 ** -24 * Math.log1p(delta) * (1 + 1e-6));
      });
    }),
  );
});

test('forms are features, in the order in which they are named', () => {
  expect(timeDeltas([3, 3, 5]).toArray()).toEqual([[0], [0], [Math.fround(Math.log(3))]]);
  expect(timeDeltas(Float64Array.of(1.7e12, 1.7e12 + 1), { forms: ['plain'] }).toArray()).toEqual([[0], [1]]);
  expect(timeDeltas(tensor([1, 2]), { forms: ['plain', 'plain'] }).shape).toEqual([2, 2]);
  expect(timeDeltas([]).shape).toEqual([0, 1]);
});

test('bad input is refused', () => {
  expect(() => timeDeltas([1, 3, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: timeDeltas: times[2] is 2, after 3; times of one sequence never fall. Sort its steps by time.]`,
  );
  expect(() => timeDeltas([1, Number.NaN])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: timeDeltas: times[1] is NaN; times are finite numbers. Convert dates with Number(date).]`,
  );
  expect(() => timeDeltas(tensor([[1, 2]]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: timeDeltas: the times are not in one row. times is [1, 2]; times have one axis. Reshape them.]`,
  );
  expect(() => timeDeltas([1], { unit: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: timeDeltas: unit is 0; it must be a finite number above 0. Correct unit.]`,
  );
  expect(() => timeDeltas([1], { forms: [] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: timeDeltas: forms are []; each is 'log1p' or 'plain', and there is at least one. Correct forms.]`,
  );
  const wrong = { forms: ['log'] } as object;
  expect(() => timeDeltas([1], wrong)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: timeDeltas: forms are ["log"]; each is 'log1p' or 'plain', and there is at least one. Correct forms.]`,
  );
  const misspelt: object = { form: 'plain' };
  expect(() => timeDeltas([1], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: timeDeltas: unknown option 'form'; the options are forms, unit. Correct the name, or leave it out.]`,
  );
});
