import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectMean } from './statistics.fixture.js';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** What a text says, read by rules that know no format: its words and numbers decide. */
function read(text: string): string {
  const parts = text.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
  const iso = (year: string | undefined, month: number, day: string | undefined): string =>
    `${year}-${String(month).padStart(2, '0')}-${day?.padStart(2, '0')}`;
  const eight = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (eight) return iso(eight[1], Number(eight[2]), eight[3]);
  const numbers = parts.filter((part) => /\d/.test(part));
  const year = numbers.find((part) => part.length === 4);
  const others = numbers.filter((part) => part !== year);
  const word = parts.map((part) => MONTHS.indexOf(part.slice(0, 3))).find((month) => month >= 0);
  if (word !== undefined) return iso(year, word + 1, others[0]);
  const monthFirst = text.includes('/');
  return iso(year, Number(others[monthFirst ? 0 : 1]), others[monthFirst ? 1 : 0]);
}

test('each text means its date, and weekdays are right', () => {
  const { human, iso } = synthetic.dates({ count: 5_000, rng: new Rng(1) });
  expect(human.texts.map(read)).toEqual(iso.texts);
  human.texts.forEach((text, n) => {
    const time = Date.parse(`${iso.texts[n]}T00:00:00Z`);
    expect(new Date(time).toISOString().slice(0, 10)).toBe(iso.texts[n]); // there is such a day
    const weekday = WEEKDAYS.findIndex((name) => new RegExp(`^${name}`, 'i').test(text));
    if (weekday >= 0) expect([text, weekday]).toEqual([text, new Date(time).getUTCDay()]);
  });
});

test('ordinals end as they do in English', () => {
  const rules = new Intl.PluralRules('en', { type: 'ordinal' });
  const endings: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
  const { human } = synthetic.dates({ count: 5_000, rng: new Rng(6) });
  const found = new Set(human.texts.flatMap((text) => text.toLowerCase().match(/\d+(?:st|nd|rd|th)/g) ?? []));
  const all = Array.from({ length: 31 }, (_, i) => `${i + 1}${endings[rules.select(i + 1)]}`);
  expect([...found].sort()).toEqual(all.sort());
});

test('ids spell the texts, with a line end after each', () => {
  const { human, iso } = synthetic.dates({ count: 200, rng: new Rng(2) });
  for (const side of [human, iso]) {
    const longest = Math.max(...side.texts.map(({ length }) => length));
    expect(side.ids.shape).toEqual([200, longest + 1]);
    expect((side.ids.toArray() as number[][]).map((row) => side.vocabulary.decode(row))).toEqual(
      side.texts.map((text) => text.padEnd(longest + 1, '\n')),
    );
    expect(side.lengths.toArray()).toEqual(side.texts.map(({ length }) => length + 1));
    expect((side.mask.toArray() as number[][]).map((row) => row.join(''))).toEqual(
      side.texts.map((text) => `${'1'.repeat(text.length + 1)}${'0'.repeat(longest - text.length)}`),
    );
    expect([side.vocabulary.characters[0], side.ids.dtype, side.lengths.dtype, side.mask.dtype]).toEqual([
      '\n',
      'int32',
      'int32',
      'float32',
    ]);
  }
});

test('the vocabulary does not depend on what was drawn', () => {
  const characters = (seed: number, count: number): unknown => {
    const { human, iso } = synthetic.dates({ count, rng: new Rng(seed) });
    return [human.vocabulary.characters, iso.vocabulary.characters];
  };
  expect(characters(1, 1)).toEqual(characters(2, 3_000));
});

test('days of the years asked for, from the first to the last', () => {
  const { iso } = synthetic.dates({ count: 3_000, from: 2000, to: 2000, rng: new Rng(3) });
  expect(new Set(iso.texts).size).toBeGreaterThan(360);
  expect(iso.texts.every((text) => text.startsWith('2000-'))).toBe(true);
  expect(iso.texts).toContain('2000-02-29');
  expect(iso.texts).toContain('2000-01-01');
  expect(iso.texts).toContain('2000-12-31');
});

test('one answer for all is right in 46 % of its characters', () => {
  const counts = Array.from({ length: 10 }, () => new Map<string, number>());
  let days = 0;
  for (let time = Date.UTC(1900, 0, 1); time < Date.UTC(2100, 0, 1); time += 86_400_000, days++) {
    const text = new Date(time).toISOString();
    for (const [i, count] of counts.entries()) count.set(text.charAt(i), (count.get(text.charAt(i)) ?? 0) + 1);
  }
  const best = counts.map((count) => Math.max(...count.values()));
  const exact = best.reduce((sum, most) => sum + most, 0) / (10 * days);
  expect(exact).toBeCloseTo(synthetic.DATES_BASELINE, 5);
  const answer = counts.map((count, i) => [...count].find(([, most]) => most === best[i])?.[0]);
  const { iso } = synthetic.dates({ count: 4_000, rng: new Rng(4) });
  expectMean(
    iso.texts.map((text) => answer.filter((character, i) => text[i] === character).length / 10),
    exact,
  );
});

test('distinct texts are distinct', () => {
  const { human } = synthetic.dates({ count: 2_000, from: 2000, to: 2000, distinct: true, rng: new Rng(5) });
  expect(new Set(human.texts).size).toBe(2_000);
});

test('samples', () => {
  const { human, iso } = synthetic.dates({ count: 12, rng: new Rng(1) });
  expect(human.texts.map((text, n) => `${text} → ${iso.texts[n]}`)).toMatchInlineSnapshot(`
    [
      "Sun 10 Jul 1977 → 1977-07-10",
      "20 DECEMBER 2068 → 2068-12-20",
      "5 FEB 2004 → 2004-02-05",
      "12/23/1933 → 1933-12-23",
      "October 08 2040 → 2040-10-08",
      "13-dec-1926 → 1926-12-13",
      "24 sep 2074 → 2074-09-24",
      "1985 JANUARY 11 → 1985-01-11",
      "1/23/1903 → 1903-01-23",
      "February 20 1919 → 1919-02-20",
      "Wednesday, 7 September 1994 → 1994-09-07",
      "07-aug-1909 → 1909-08-07",
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.dates({ count: 1, from: 200, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.dates: from is 200; it must be a whole number of at least 1000. Correct from.]`,
  );
  expect(() => synthetic.dates({ count: 1, from: 2001, to: 2000, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.dates: from is 2001 and to is 2000; years have four digits, and the first is not after the last. Correct them.]`,
  );
  expect(() => synthetic.dates({ count: 1, to: 10_000, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.dates: from is 1900 and to is 10000; years have four digits, and the first is not after the last. Correct them.]`,
  );
  expect(() =>
    synthetic.dates({ count: 100_000, from: 2000, to: 2000, distinct: true, rng }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.dates: count is 100000, but only 18672 different examples were found; distinct gives up after 10000 draws that bring nothing new. Ask for fewer, allow longer ones, or leave distinct out.]`,
  );
});
