/** Dates as people write them, and as `YYYY-MM-DD`. */
import { checkSize, ValueError } from '@unroll/core';
import { CharVocabulary } from '../char-vocabulary.js';
import { type CalendarDate, dateOf, daysBefore, weekdayOf } from './calendar.js';
import { drawExamples } from './draw-examples.js';
import { checkSynthetic, type DistinctOptions } from './options.js';
import { encodeTexts, type Texts } from './texts.js';

/** Options of {@link dates}. */
export interface DatesOptions extends DistinctOptions {
  /** The first year; 1900 unless given. */
  readonly from?: number;
  /** The last year; 2099 unless given. */
  readonly to?: number;
}

/** Dates, written twice. */
export interface Dates {
  /** As people write them. */
  readonly human: Texts;
  /** As `YYYY-MM-DD`. */
  readonly iso: Texts;
}

/** How many of the 10 characters of `YYYY-MM-DD` are right in who always says the same, with the default years. */
export const DATES_BASELINE: number = 0.45615;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

/** A point is between day and month, a slash between month and day, or after a year that stands first. */
const FORMATS: readonly string[] = [
  '{day} {month} {year}',
  '{dd} {month} {year}',
  '{month} {day}, {year}',
  '{month} {dd} {year}',
  '{month} {ordinal}, {year}',
  'the {ordinal} of {month} {year}',
  '{ordinal} of {month}, {year}',
  '{weekday}, {month} {day}, {year}',
  '{weekday}, {day} {month} {year}',
  '{weekday} the {ordinal} of {month}, {year}',
  '{wkd} {day} {mon} {year}',
  '{wkd}, {mon} {dd}, {year}',
  '{day} {mon} {year}',
  '{mon} {day}, {year}',
  '{dd}-{mon}-{year}',
  '{year} {month} {day}',
  '{day}.{m}.{year}',
  '{dd}.{mm}.{year}',
  '{m}/{day}/{year}',
  '{mm}/{dd}/{year}',
  '{year}/{mm}/{dd}',
  '{year}{mm}{dd}',
];

const CAPITALS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
];

/**
 * Days between two years, each equally likely, in one of 22 formats: `Saturday, May 9, 1998`, `the 9th of may 1998`,
 * `09.05.1998` (day first), `5/9/1998` (month first), `19980509` and others, in capitals, small letters or both.
 * Weekdays are right, and so are leap years (1900 is none, 2000 is one). With `distinct` no text occurs twice; the same
 * day may, in two formats.
 *
 * Shapes: `human.ids` `[count, T]`; `iso.ids` `[count, 11]`.
 * Errors: `ValueError` for options that are unknown or wrong; years have four digits.
 * Differs: from `Date`, which knows time zones; here a day is a day.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { human, iso } = synthetic.dates({ count: 2, rng: new Rng(8) });
 * human.texts; // ['may 14th, 2003', 'Thursday the 21st of April, 1949']
 * iso.texts; // ['2003-05-14', '1949-04-21']
 * iso.ids.shape; // [2, 11]
 * ```
 */
export function dates(options: DatesOptions): Dates {
  const op = 'synthetic.dates';
  checkSynthetic(op, options, ['distinct', 'from', 'to']);
  const { from = 1900, to = 2099, rng } = options;
  checkYears(op, from, to);
  const first = daysBefore(from);
  const days = daysBefore(to + 1) - first;
  const draw = (): { readonly human: string; readonly iso: string } => {
    const dayNumber = first + rng.integer(days);
    const format = FORMATS[rng.integer(FORMATS.length)] as string;
    const capitals = CAPITALS[rng.integer(CAPITALS.length)] as (text: string) => string;
    const date = dateOf(dayNumber);
    return { human: capitals(write(date, weekdayOf(dayNumber), format)), iso: isoOf(date) };
  };
  const drawn = drawExamples(op, options, draw, ({ human }) => human);
  return {
    human: encodeTexts(
      drawn.map(({ human }) => human),
      humanVocabulary(),
    ),
    iso: encodeTexts(
      drawn.map(({ iso }) => iso),
      new CharVocabulary('\n-0123456789'),
    ),
  };
}

function isoOf({ year, month, day }: CalendarDate): string {
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

function write({ year, month, day }: CalendarDate, weekday: number, format: string): string {
  const monthName = MONTHS[month - 1] as string;
  const weekdayName = WEEKDAYS[weekday] as string;
  const fields: Readonly<Record<string, string>> = {
    year: String(year),
    month: monthName,
    mon: monthName.slice(0, 3),
    mm: twoDigits(month),
    m: String(month),
    day: String(day),
    dd: twoDigits(day),
    ordinal: `${day}${suffixOf(day)}`,
    weekday: weekdayName,
    wkd: weekdayName.slice(0, 3),
  };
  return format.replaceAll(/\{(\w+)\}/g, (_, name: string) => fields[name] as string);
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

/** 1st, 2nd, 3rd, but 11th, 12th, 13th. */
function suffixOf(day: number): string {
  const last = Math.floor(day / 10) === 1 ? 0 : day % 10;
  return ['th', 'st', 'nd', 'rd'][last] ?? 'th';
}

function humanVocabulary(): CharVocabulary {
  const literal = FORMATS.map((format) => format.replaceAll(/\{\w+\}/g, ''));
  const words = [...MONTHS, ...WEEKDAYS, ...literal, 'stndrdth'];
  return new CharVocabulary(['\n0123456789', ...words.flatMap((word) => CAPITALS.map((capitals) => capitals(word)))]);
}

function checkYears(op: string, from: number, to: number): void {
  checkSize(op, 'from', from, 1000);
  checkSize(op, 'to', to, 1000);
  if (from <= to && to <= 9999) return;
  throw new ValueError({
    op,
    what: `from is ${from} and to is ${to}`,
    rule: 'years have four digits, and the first is not after the last',
    mend: 'Correct them',
  });
}
