import { expect, test } from 'vitest';
import { carries } from './carries.js';

test('carries are those of adding by hand', () => {
  expect([carries(95, 4), carries(95, 7), carries(5, 995), carries(123, 456), carries(109, 1), carries(0, 0)]).toEqual([
    0, 2, 3, 0, 1, 0,
  ]);
});

test('each of them takes 9 from the sum of the digits', () => {
  const digitSum = (n: number): number => [...String(n)].reduce((sum, digit) => sum + Number(digit), 0);
  for (let a = 0; a < 1000; a += 7) {
    for (let b = 0; b < 1000; b += 11) {
      expect(9 * carries(a, b)).toBe(digitSum(a) + digitSum(b) - digitSum(a + b));
    }
  }
});
