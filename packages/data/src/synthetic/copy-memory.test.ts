import { Rng } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectFrequencies } from './statistics.fixture.js';

test('symbols, blanks, the sign and blanks; then blanks and the same symbols', () => {
  const size = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(size, size, size, fc.integer(), (lag, symbols, length, seed) => {
      const { x, y } = synthetic.copyMemory({ count: 3, lag, symbols, length, rng: new Rng(seed) });
      expect([x.dtype, y.dtype]).toEqual(['int32', 'int32']);
      const targets = y.toArray() as number[][];
      (x.toArray() as number[][]).forEach((row, n) => {
        const remembered = row.slice(0, length);
        expect(remembered.every((symbol) => symbol >= 0 && symbol < symbols)).toBe(true);
        const blanks = (count: number): number[] => new Array<number>(count).fill(symbols);
        expect(row).toEqual([...remembered, ...blanks(lag - 1), symbols + 1, ...blanks(length)]);
        expect(targets[n]).toEqual([...blanks(lag + length), ...remembered]);
      });
    }),
  );
});

test('without a memory each symbol costs ln 8, which is the published baseline', () => {
  const { y } = synthetic.copyMemory({ count: 2_000, lag: 30, rng: new Rng(1) });
  const symbols = Array.from(y.data).filter((symbol) => symbol < 8);
  expectFrequencies(symbols, new Array<number>(8).fill(1 / 8));
  const costs = Array.from(y.data, (symbol): number => (symbol < 8 ? -Math.log(1 / 8) : 0));
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  expect(synthetic.copyMemoryBaseline({ lag: 30 })).toBeCloseTo(mean, 9);
  for (const lag of [1, 50, 100, 500]) {
    expect(synthetic.copyMemoryBaseline({ lag })).toBeCloseTo((10 * Math.log(8)) / (lag + 20), 14);
  }
});

test('a sample', () => {
  const { x, y } = synthetic.copyMemory({ count: 2, lag: 3, length: 4, rng: new Rng(1) });
  expect(JSON.stringify([x.toArray(), y.toArray()])).toMatchInlineSnapshot(
    `"[[[7,2,7,4,8,8,9,8,8,8,8],[7,3,2,2,8,8,9,8,8,8,8]],[[8,8,8,8,8,8,8,7,2,7,4],[8,8,8,8,8,8,8,7,3,2,2]]]"`,
  );
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.copyMemory({ count: 1, lag: 0, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.copyMemory: lag is 0; it must be a whole number of at least 1. Correct lag.]`,
  );
  expect(() => synthetic.copyMemory({ count: 1, lag: 1, symbols: 2.5, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.copyMemory: symbols is 2.5; it must be a whole number of at least 1. Correct symbols.]`,
  );
  expect(() => synthetic.copyMemoryBaseline({ lag: 5, length: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.copyMemoryBaseline: length is 0; it must be a whole number of at least 1. Correct length.]`,
  );
  const misspelt = { lag: 5, delay: 3 };
  expect(() => synthetic.copyMemoryBaseline(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.copyMemoryBaseline: unknown option 'delay'; the options are lag, symbols, length. Correct the name, or leave it out.]`,
  );
});
