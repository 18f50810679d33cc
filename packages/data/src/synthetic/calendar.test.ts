import { expect, test } from 'vitest';
import { dateOf, daysBefore, isLeapYear, weekdayOf } from './calendar.js';

// In universal time, Date is an independent calendar.
const DAY = 86_400_000;
const midnight = (year: number): number => {
  const date = new Date(0);
  date.setUTCFullYear(year, 0, 1);
  return date.getTime();
};

test.each([
  [1000, 1004],
  [1599, 1601],
  [1900, 2099],
  [9996, 9999],
])('each day from %i to %i is that of another calendar', (from, to) => {
  const wrong: string[] = [];
  for (let time = midnight(from), day = daysBefore(from); time < midnight(to + 1); time += DAY, day++) {
    const date = new Date(time);
    const own = dateOf(day);
    const same =
      own.year === date.getUTCFullYear() &&
      own.month === date.getUTCMonth() + 1 &&
      own.day === date.getUTCDate() &&
      (weekdayOf(day) + 1) % 7 === date.getUTCDay();
    if (!same) wrong.push(date.toISOString());
  }
  expect(wrong).toEqual([]);
  expect((midnight(to + 1) - midnight(from)) / DAY).toBe(daysBefore(to + 1) - daysBefore(from));
});

test('every fourth year is a leap year, but of the hundreds only every fourth', () => {
  expect([1600, 1700, 1800, 1900, 2000, 2023, 2024, 2100].filter(isLeapYear)).toEqual([1600, 2000, 2024]);
});
