/**
 * The Gregorian calendar in whole numbers. JavaScript's `Date` is no help: it reads and writes in the time zone of
 * whoever runs the program.
 */

/** A day. */
export interface CalendarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** How many days lie before 1 January of a year, counted from that of year 1, which is a Monday. */
export function daysBefore(year: number): number {
  const past = year - 1;
  return 365 * past + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}

/** The day that `dayNumber` days lie before, counted as in {@link daysBefore}. */
export function dateOf(dayNumber: number): CalendarDate {
  let year = Math.floor(dayNumber / 366) + 1; // never too late
  while (daysBefore(year + 1) <= dayNumber) year += 1;
  let day = dayNumber - daysBefore(year) + 1;
  let month = 1;
  for (let length = daysIn(year, 1); day > length; length = daysIn(year, month)) {
    day -= length;
    month += 1;
  }
  return { year, month, day };
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(dayNumber: number): number {
  return dayNumber % 7;
}

function daysIn(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS[month - 1] as number);
}
