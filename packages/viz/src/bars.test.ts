import { expect, test } from 'vitest';
import { bars } from './index.js';
import { parsed, textsOf, withAttributes } from './parsed-picture.fixture.js';

/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;

test('bars begin at 0 and are as long as their values', () => {
  const values = [2, 1, -0.5, 0];
  const svg = bars(values.map((value, i) => ({ name: `bar ${i}`, value })));
  const drawn = withAttributes(svg, { fill: 'var(--line1)' }).map(({ attributes }) => attributes);
  const [first, , below] = drawn;
  expect(drawn.map(({ width }) => (Number(width) / Number(first?.width)) * 2)).toEqual(values.map(Math.abs));
  expect(Number(below?.x) + Number(below?.width)).toBe(Number(first?.x));
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['bar 0', '2', 'bar 2', '−0.5']));
  expect(parsed(svg).attributes['aria-label']).toBe('bar 0: 2. bar 1: 1. bar 2: −0.5. bar 3: 0.');
});

test('what is refused', () => {
  expect(() => bars([])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: bars: there is no bar; a picture has at least one. Pass [{ name, value }].]`,
  );
  expect(() => bars([{ name: 'loss', value: Number.NaN }])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: bars: the value of 'loss' is NaN; a bar has a finite length. Leave it out.]`,
  );
  expect(() => bars([{ name: 'loss', value: 1 }], wrong({ y: 'loss' }))).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: bars: unknown option 'y'; the options are title, x. Correct the name, or leave it out.]`,
  );
});
