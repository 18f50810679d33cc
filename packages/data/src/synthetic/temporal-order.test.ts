import { Rng } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectFrequencies } from './statistics.fixture.js';

const stringsOf = ({ x }: synthetic.TemporalOrder): string[] =>
  (x.toArray() as number[][]).map((row) => row.map((id) => synthetic.TEMPORAL_ORDER_SYMBOLS[id]).join(''));

describe.each([
  {
    relevant: 2,
    windows: [
      [10, 20],
      [50, 60],
    ],
    form: /^E[abcd]+[XY][abcd]+[XY][abcd]+B$/,
  },
  {
    relevant: 3,
    windows: [
      [10, 20],
      [33, 43],
      [66, 76],
    ],
    form: /^E[abcd]+[XY][abcd]+[XY][abcd]+[XY][abcd]+B$/,
  },
] as const)('$relevant relevant symbols', ({ relevant, windows, form }) => {
  const classes = 2 ** relevant;

  test.each([10, 11, 19, 50, 100])(
    'strings of %i steps have the form of the task, and their class is their order',
    (steps) => {
      const data = synthetic.temporalOrder({ count: 300, steps, relevant, rng: new Rng(steps) });
      expect([data.x.shape, data.x.dtype, data.y.shape, data.y.dtype]).toEqual([[300, steps], 'int32', [300], 'int32']);
      stringsOf(data).forEach((string, n) => {
        if (steps > 19) expect(string).toMatch(form);
        expect(string).toMatch(/^E[abcdXY]+B$/);
        const order = string.replaceAll(/[^XY]/g, '').replaceAll('X', '0').replaceAll('Y', '1');
        expect(order).toHaveLength(relevant);
        expect(data.y.data[n]).toBe(Number.parseInt(order, 2));
      });
    },
  );

  test('the windows are those of the paper, and are used from end to end', () => {
    const data = synthetic.temporalOrder({ count: 2_000, steps: 100, relevant, rng: new Rng(1) });
    const places = stringsOf(data).map((string) => [...string.matchAll(/[XY]/g)].map(({ index }) => index));
    windows.forEach((window, i) => {
      const found = places.map((row) => row[i] ?? -1);
      expect([Math.min(...found), Math.max(...found)]).toEqual(window);
    });
  });

  test('a guess is right once in as many cases as there are classes', () => {
    const { y } = synthetic.temporalOrder({ count: 20_000, steps: 10, relevant, rng: new Rng(2) });
    expectFrequencies(Array.from(y.data), new Array<number>(classes).fill(synthetic.temporalOrderBaseline(relevant)));
    expect(synthetic.temporalOrderBaseline(relevant)).toBe(1 / classes);
  });
});

test('25 % is the chance with two symbols, 12.5 % that with three', () => {
  expect([synthetic.temporalOrderBaseline(2), synthetic.temporalOrderBaseline(3)]).toEqual([0.25, 0.125]);
});

test('a sample', () => {
  const data = synthetic.temporalOrder({ count: 3, steps: 20, relevant: 3, rng: new Rng(1) });
  expect([stringsOf(data), data.y.toArray()]).toMatchInlineSnapshot(`
    [
      [
        "EdcXaddXccdbacbXbcdB",
        "EcccXbcXcbacbbbXcadB",
        "EdXaccbYbcbdcccXddbB",
      ],
      [
        0,
        0,
        2,
      ],
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  const four: number = 4;
  expect(() => synthetic.temporalOrder({ count: 1, steps: 9, relevant: 2, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.temporalOrder: steps is 9; it must be a whole number of at least 10. Correct steps.]`,
  );
  expect(() =>
    synthetic.temporalOrder({ count: 1, steps: 50, relevant: four as 2, rng }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.temporalOrder: relevant is 4; the task has 2 relevant symbols, for 4 classes, or 3, for 8. Pass one of them.]`,
  );
  expect(() => synthetic.temporalOrderBaseline(four as 2)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.temporalOrderBaseline: relevant is 4; the task has 2 relevant symbols, for 4 classes, or 3, for 8. Pass one of them.]`,
  );
});
