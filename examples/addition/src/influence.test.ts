import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import { influence } from './influence.js';

test('of true sums, a digit changes with its own always, with the next one sometimes, and with none before', () => {
  const add = (question: string): string => {
    const [a = 0, b = 0] = question.split('+').map(Number);
    expect([a, b].every((n) => n >= 500 && n <= 999)).toBe(true);
    return String(a + b);
  };
  const shares = influence((questions) => questions.map(add), new Rng(1));
  expect(shares.map((row) => row.length)).toEqual([6, 6, 6, 6]);
  const [thousands = [], hundreds = [], tens = [], ones = []] = shares;
  expect(thousands).toEqual([0, 0, 0, 0, 0, 0]); // always 1
  expect([hundreds[0], hundreds[3], tens[1], tens[4], ones[2], ones[5]]).toEqual([1, 1, 1, 1, 1, 1]);
  expect([tens[0], tens[3], ones[0], ones[1], ones[3], ones[4]]).toEqual([0, 0, 0, 0, 0, 0]);
  for (const share of [hundreds[1], hundreds[4], tens[2], tens[5]]) {
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.5);
  }
});
