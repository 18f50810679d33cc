import { arange, reshape, tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slidingWindows, splitByTime } from './index.js';

const times = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 3, maxLength: 60 });
const fractionsOf = fc.constantFrom([1], [0.5, 0.5], [0.8, 0.2], [0.6, 0.2, 0.2], [0.1, 0.1, 0.8]);

test('every part is later than the one before, and each example in one part', () => {
  fc.assert(
    fc.property(times, fractionsOf, (when, fractions) => {
      fc.pre(new Set(when).size >= fractions.length);
      const parts = splitByTime(when.length, { times: when, fractions });
      expect(parts.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual(when.map((_, i) => i));
      parts.forEach((part, k) => {
        expect(part.length).toBeGreaterThan(0);
        expect([...part]).toEqual([...part].sort((a, b) => a - b));
        const own = Array.from(part, (i) => when[i] as number);
        const next = Array.from(parts[k + 1] ?? [], (i) => when[i] as number);
        expect(Math.max(...own)).toBeLessThan(Math.min(...next));
      });
    }),
  );
});

test('a gap leaves out the beginning of a part, and nothing else', () => {
  fc.assert(
    fc.property(times, fractionsOf, fc.integer({ min: 1, max: 10 }), (when, fractions, gap) => {
      fc.pre(new Set(when).size >= fractions.length);
      const whole = splitByTime(when.length, { times: when, fractions });
      const ends = whole.map((part) => Math.max(...Array.from(part, (i) => when[i] as number)));
      const expected = whole.map((part, k) =>
        part.filter((i) => k === 0 || (when[i] as number) >= (ends[k - 1] as number) + gap),
      );
      const run = (): unknown => splitByTime(when.length, { times: when, fractions, gap });
      if (expected.every((part) => part.length > 0)) expect(run()).toEqual(expected);
      else expect(run).toThrow('leaves nothing of part');
    }),
  );
});

test('shares are as near as whole times allow', () => {
  const when = [1, 1, 1, 1, 2, 3, 3];
  expect(splitByTime([...'abcdefg'], { times: when, fractions: [0.5, 0.5] })).toEqual([
    ['a', 'b', 'c', 'd'],
    ['e', 'f', 'g'],
  ]);
  expect(splitByTime(7, { times: when, fractions: [0.01, 0.01, 0.98] }).map((part) => [...part])).toEqual([
    [0, 1, 2, 3],
    [4],
    [5, 6],
  ]);
});

test('with a gap as long as its windows, validation shares no step with training', () => {
  const series = arange(40);
  const { x } = slidingWindows(series, { input: 4, horizon: 2 }).all();
  const when = Array.from({ length: x.shape[0] ?? 0 }, (_, i) => i);
  const [train, validation] = splitByTime(x, { times: when, fractions: [0.7, 0.3], gap: 6 });
  const lastTarget = Math.max(...train.data) + 2;
  expect(Math.min(...validation.data)).toBe(lastTarget + 1);
});

test('examples and times may have any form', () => {
  const rows = reshape(arange(6), [3, 2]);
  const [early, late] = splitByTime(rows, { times: tensor([3, 1, 2]), fractions: [0.67, 0.33] });
  expect([early.toArray(), late.toArray()]).toEqual([
    [
      [2, 3],
      [4, 5],
    ],
    [[0, 1]],
  ]);
  const times = Float64Array.of(1.7e12 + 1, 1.7e12);
  expect(splitByTime(Int32Array.of(7, 8), { times, fractions: [0.5, 0.5] })).toEqual([
    Int32Array.of(8),
    Int32Array.of(7),
  ]);
});

test('bad input is refused', () => {
  const fractions = [0.5, 0.5] as const;
  expect(() => splitByTime(3, { times: [1, 2], fractions })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: splitByTime: the times are 2, not 3. times is [2]; each has its own time. Pass as many.]`,
  );
  expect(() => splitByTime(2, { times: [1, Number.NaN], fractions })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByTime: times[1] is NaN; times are finite numbers. Convert dates with Number(date).]`,
  );
  expect(() => splitByTime(2, { times: [1, 1], fractions })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByTime: there are fewer different times than parts, 1 and 2; a part has at least one, and none is in two parts. Pass fewer fractions.]`,
  );
  expect(() => splitByTime(2, { times: [1, 2], fractions: [0.5, 0.6] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByTime: fractions are [0.5, 0.6]; fractions are above 0 and add up to 1. Pass such numbers, as [0.8, 0.1, 0.1].]`,
  );
  expect(() => splitByTime(2, { times: [1, 2], fractions, gap: 3 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByTime: gap 3 leaves nothing of part 1; its last example is 1 after part 0. Pass a smaller gap, or larger fractions.]`,
  );
  expect(() => splitByTime(2, { times: [1, 2], fractions, gap: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByTime: gap is -1; it must be a finite number of at least 0. Correct gap.]`,
  );
  expect(() => splitByTime(tensor(1), { times: [1], fractions: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: splitByTime: tensor is a scalar. tensor is []; its first axis counts what is cut or batched. Pass a tensor of at least one axis.]`,
  );
  const misspelt = { times: [1, 2], fractions, embargo: 1 };
  expect(() => splitByTime(2, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: splitByTime: unknown option 'embargo'; the options are fractions, times, gap. Correct the name, or leave it out.]`,
  );
});
