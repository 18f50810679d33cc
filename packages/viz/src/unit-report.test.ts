import { expect, test } from 'vitest';
import { encodedValues, LETTERS, STEPS } from './encoded-values.js';
import { type UnitReportOptions, unitReport } from './index.js';

/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;

const text = 'if (a) {}';
const values = [...text].map((_, i) => i);
const options: UnitReportOptions = {
  title: 'Units',
  text,
  units: [
    { name: 'unit 0', values, score: 0.1 },
    { name: 'unit 1', values, score: 0.95 },
  ],
  score: 'correlation with depth',
};

test('each number is a letter, to a forty-fourth of the greatest', () => {
  const values = [0, 1.5, -3, 0.02, Number.NaN, 3, Number.NEGATIVE_INFINITY, -0.75];
  const { greatest, values: letters } = encodedValues(values);
  expect(greatest).toBe(3);
  expect(letters).toHaveLength(values.length);
  values.forEach((value, i) => {
    const place = LETTERS.indexOf(letters[i] ?? '');
    if (Number.isFinite(value))
      expect(Math.abs(((place - 1 - STEPS) / STEPS) * 3 - value)).toBeLessThanOrEqual(3 / STEPS / 2);
    else expect(place).toBe(0);
  });
  expect(JSON.stringify(LETTERS)).toHaveLength(LETTERS.length + 2);
});

test('a page of two hundred and fifty-six units is little more than their numbers', () => {
  const long = 'x'.repeat(5000);
  const many = Array.from({ length: 256 }, (_, u) => ({
    name: `unit ${u}`,
    values: [...long].map((_, i) => (i * u) % 17),
  }));
  const size = unitReport({ title: 'Many', text: long, units: many }).length;
  expect(size).toBeGreaterThan(256 * 5000);
  expect(size).toBeLessThan(1.05 * 256 * 5000 + 60_000);
});

test('no text ends the script or the title', () => {
  const name = '</script><b>';
  const html = unitReport({ title: '</title>&<b>', text: '<', units: [{ name, values: [0], notes: name }] });
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).toContain('<title>&lt;/title>&amp;&lt;b></title>');
  expect(html).not.toContain('<b>');
});

test('what is refused', () => {
  const unit = { name: 'unit', values: [1] };
  expect(() => unitReport({ ...options, text: '' })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: unitReport: the text is empty; a report has at least one character and one unit. Pass a text.]`,
  );
  expect(() => unitReport({ ...options, units: [] })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: unitReport: there are no units; a report has at least one character and one unit. Pass [{ name, values }].]`,
  );
  expect(() => unitReport({ title: 'T', text: 'ab', units: [unit] })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: unitReport: 'unit' has 1 values for 2 characters; each character, as [...text] counts them, has one. Pass as many of both.]`,
  );
  expect(() => unitReport({ title: 'T', text, units: options.units })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: unitReport: units have scores, of which nothing is said; all units have one and score says what it is, or none has. Pass score, in words.]`,
  );
  expect(() => unitReport({ title: 'T', text: 'a', units: [unit], score: 'luck' })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: unitReport: 'unit' has no score; all units have one and score says what it is, or none has. Pass all scores, or leave score out.]`,
  );
  expect(() =>
    unitReport({ ...options, units: [{ ...unit, values, score: Number.NaN }] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: unitReport: the score of 'unit' is NaN; units are ranked by finite numbers. Leave the unit out, or look at what computed its score.]`,
  );
  expect(() => unitReport(wrong({ ...options, scores: 'x' }))).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: unitReport: unknown option 'scores'; the options are title, text, units, score. Correct the name, or leave it out.]`,
  );
});
