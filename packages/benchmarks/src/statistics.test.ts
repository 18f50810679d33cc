import { describe, expect, test } from 'vitest';
import { median, threeDigits } from './statistics.js';

describe('median', () => {
  test.each([
    [[5], 5],
    [[9, 1, 4], 4],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('leaves its argument in order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test('of nothing is an error', () => {
    expect(() => median([])).toThrowErrorMatchingInlineSnapshot(`[Error: median: there are no values.]`);
  });
});

test('three digits that count', () => {
  expect([0, 0.00123456, 0.5, 9.876, 98.76, 987.6, 66775].map(threeDigits)).toEqual([
    '0',
    '0.00123',
    '0.500',
    '9.88',
    '98.8',
    '988',
    '66775',
  ]);
});
