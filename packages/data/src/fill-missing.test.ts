import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillMissing } from './index.js';

const NA = Number.NaN;
const rounded = (rows: unknown): number[][] =>
  (rows as number[][]).map((row) => row.map((x) => Number(x.toPrecision(6))));
const turned = (rows: number[][]): number[][] => (rows[0] ?? []).map((_, t) => rows.map((row) => row[t] as number));

test('the worked example of Che et al. 2018', () => {
  const x = turned([
    [47, 49, NA, 40, NA, 43, 55],
    [NA, 15, 14, NA, NA, NA, 15],
  ]);
  const { values, mask, deltas } = fillMissing(x, { times: [0, 0.1, 0.6, 1.6, 2.2, 2.5, 3.1] });
  expect(turned(mask.toArray() as number[][])).toEqual([
    [1, 1, 0, 1, 0, 1, 1],
    [0, 1, 1, 0, 0, 0, 1],
  ]);
  expect(turned(rounded(deltas.toArray()))).toEqual([
    [0, 0.1, 0.5, 1.5, 0.6, 0.9, 0.6],
    [0, 0.1, 0.5, 1, 1.6, 1.9, 2.5],
  ]);
  expect(turned(values.toArray() as number[][])).toEqual([
    [47, 49, 49, 40, 40, 43, 55],
    [0, 15, 14, 14, 14, 14, 15],
  ]);
});

test('mask, time interval and last observation as the paper defines them, step by step', () => {
  const row = fc.array(fc.option(fc.integer({ min: 1, max: 99 }), { nil: NA }), { minLength: 3, maxLength: 3 });
  const steps = fc.array(fc.tuple(row, fc.nat(9)), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(steps, (read) => {
      const x = read.map(([values]) => values);
      const s = read.map((_, t) => read.slice(0, t + 1).reduce((sum, [, delta]) => sum + delta, 0));
      const { values, mask, deltas } = fillMissing(x, { times: s });
      const m = x.map((own) => own.map((value) => (Number.isNaN(value) ? 0 : 1)));
      const delta = x.map((own) => own.map(() => 0));
      const last = x.map((own) => own.map((value) => (Number.isNaN(value) ? 0 : value)));
      for (let t = 1; t < x.length; t++) {
        for (let d = 0; d < 3; d++) {
          const [mRow, deltaRow, lastRow] = [m[t - 1] ?? [], delta[t - 1] ?? [], last[t - 1] ?? []];
          const elapsed = (s[t] as number) - (s[t - 1] as number);
          (delta[t] ?? [])[d] = mRow[d] === 1 ? elapsed : elapsed + (deltaRow[d] as number);
          if (m[t]?.[d] === 0) (last[t] ?? [])[d] = lastRow[d] as number;
        }
      }
      expect([values, mask, deltas].map((t) => t.toArray())).toEqual([last, m, delta]);
    }),
  );
});

test('without times steps are 1 apart; a series may have one axis', () => {
  const { values, mask, deltas } = fillMissing([NA, 5, NA, NA, 6]);
  expect(values.toArray()).toEqual([0, 5, 5, 5, 6]);
  expect(mask.toArray()).toEqual([0, 1, 0, 0, 1]);
  expect(deltas.toArray()).toEqual([0, 1, 1, 2, 3]);
});

test('bad input is refused', () => {
  expect(() => fillMissing(1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: fillMissing: series is a scalar. series is []; its first axis counts what is cut or batched. Pass a tensor of at least one axis.]`,
  );
  expect(() => fillMissing([1, 2], { times: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: fillMissing: the times are 1, not 2. times is [1]; each has its own time. Pass as many.]`,
  );
  expect(() => fillMissing([1, 2], { times: [2, 1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: fillMissing: times[1] is 1, after 2; times of one sequence never fall. Sort its steps by time.]`,
  );
  const misspelt: object = { time: [1, 2] };
  expect(() => fillMissing([1, 2], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: fillMissing: unknown option 'time'; the options are times. Correct the name, or leave it out.]`,
  );
});
