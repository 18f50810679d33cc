import { expect, test } from 'vitest';
import { characterHeatMap } from './index.js';
import { numbersIn, parsed, partsOf } from './parsed-picture.fixture.js';

/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;

interface PlacedLetter {
  readonly character: string;
  readonly x: number;
  readonly y: number;
}

/** The letters of a picture, line by line from left to right; spaces are not drawn. */
function lettersOf(svg: string): PlacedLetter[] {
  const lines = partsOf(parsed(svg)).filter(({ name, children }) => name === 'text' && children[0]?.name === 'tspan');
  return lines.flatMap(({ attributes, children }) =>
    children.flatMap((run) => {
      const places = numbersIn(run.attributes.x);
      return [...run.text].map((character, i) => ({ character, x: places[i] ?? Number.NaN, y: Number(attributes.y) }));
    }),
  );
}

/** What colours the cell behind a letter: [strength, whether above 0]. */
function cellBehind(svg: string, { x, y }: PlacedLetter): [number, boolean] {
  for (const { attributes } of partsOf(parsed(svg)).filter((part) => part.attributes['stroke-opacity'] !== undefined)) {
    for (const [, left, middle, run] of (attributes.d ?? '').matchAll(/M([\d.]+),([\d.]+)h([\d.]+)/g)) {
      const within = x > Number(left) && x < Number(left) + Number(run) && Math.abs(y - Number(middle)) < 10;
      if (within) return [Math.round(Number(attributes['stroke-opacity']) * 100), attributes.stroke === 'var(--above)'];
    }
  }
  return [0, true];
}

test('each letter stands on the colour of its number', () => {
  const text = 'abc def\ngh';
  const values = [0, 0.5, -1, 1, 0.25, -0.25, 0.75, 0.1, 1, -0.5];
  const svg = characterHeatMap(text, values);
  const letters = lettersOf(svg);
  expect(letters.map(({ character }) => character).join('')).toBe('abcdef↵gh');
  const expected = values.filter((_, i) => text[i] !== ' ').map((value) => [Math.abs(value) * 100, value >= 0]);
  expect(letters.map((letter) => cellBehind(svg, letter))).toEqual(expected);
});

test('lines end at newlines and after spaces, or where a word is too long', () => {
  const text = `${'word '.repeat(30)}\n\n${'x'.repeat(150)}`;
  const letters = lettersOf(
    characterHeatMap(
      text,
      [...text].map(() => 0),
    ),
  );
  const lines = new Map<number, string>();
  for (const { character, y } of letters) lines.set(y, (lines.get(y) ?? '') + character);
  expect([...lines.values()]).toEqual([
    'word'.repeat(12),
    'word'.repeat(12),
    `${'word'.repeat(6)}↵`,
    '↵',
    'x'.repeat(64),
    'x'.repeat(64),
    'x'.repeat(22),
  ]);
});

test('characters outside of the first plane count once and stand alone', () => {
  const svg = characterHeatMap('a😀b\u0007', [1, 2, 3, 4]);
  expect(lettersOf(svg).map(({ character }) => character)).toEqual(['a', '😀', 'b', '␇']);
  const runs = partsOf(parsed(svg)).filter(({ name }) => name === 'tspan');
  expect(runs.map(({ text }) => text)).toContain('😀');
});

test('a reader who does not see it hears the text', () => {
  const svg = characterHeatMap('ab', [0, 1], { title: 'Unit 3' });
  const [desc] = partsOf(parsed(svg)).filter(({ name }) => name === 'desc');
  expect(desc?.text).toBe('2 characters, each on the colour of its number. The text: ab');
});

test('what is refused', () => {
  expect(() => characterHeatMap('', [])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: characterHeatMap: the text is empty; it has at least one character. Pass a text.]`,
  );
  expect(() => characterHeatMap('abc', [1, 2])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: characterHeatMap: there are 2 values for 3 characters; each character, as [...text] counts them, has one. Pass as many of both.]`,
  );
  expect(() => characterHeatMap('a😀', [1, 2, 3])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: characterHeatMap: there are 3 values for 2 characters; each character, as [...text] counts them, has one; its length of 3 counts halves of some characters. Pass as many of both.]`,
  );
  expect(() => characterHeatMap('a', [1], wrong({ width: 3 }))).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: characterHeatMap: unknown option 'width'; the options are title. Correct the name, or leave it out.]`,
  );
});
