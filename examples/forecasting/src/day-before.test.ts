import { expect, test } from 'vitest';
import { dayBefore } from './day-before.js';

test('the nearest to a day before, of what is known', () => {
  const hours = [0, 10, 20, 23, 30, 45.5, 54];
  expect(dayBefore(hours, 6)).toBe(4); // 30 itself
  expect(dayBefore(hours, 5)).toBe(3); // 20 and 23 are equally near to 21.5
  expect(dayBefore(hours, 4)).toBe(1); // 10 is nearer to 6 than 0
  expect(dayBefore(hours, 1)).toBe(0);
});
