import { expect, test } from 'vitest';
import { type Curve, type CurvesOptions, curves } from './index.js';
import { numbersIn, type Part, parsed, partsOf, textsOf, withAttributes } from './parsed-picture.fixture.js';

/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;

const [FIRST, SECOND] = ['var(--line1)', 'var(--line2)'];

/** What Plot draws of a line: a group for each, with a path. */
function pathsOf(svg: string): string[] {
  const lines = withAttributes(svg, { 'stroke-width': '2' });
  return lines.flatMap(({ children }) => children).map(({ attributes }) => attributes.d ?? '');
}

/** Where the ticks of an axis are, by what they say; Plot translates each, those of the y axis ending at the axis. */
function ticksOf(svg: string, axis: 'x' | 'y'): [said: string, place: number][] {
  const groups = partsOf(parsed(svg)).filter(({ children }) => children[0]?.name === 'text');
  const isTick = ({ attributes }: Part): boolean => attributes.transform !== undefined;
  const labels = groups
    .filter(({ attributes }) => (attributes['text-anchor'] === 'end') === (axis === 'y'))
    .flatMap(({ children }) => children.filter(isTick));
  return labels.map(({ text, attributes }) => [text, numbersIn(attributes.transform)[axis === 'x' ? 0 : 1] ?? 0]);
}

test('points are where the axes say', () => {
  const y = [0, 3.25, 7, 1, 10];
  const svg = curves([{ name: 'line', y, x: [0, 10, 20, 50, 100] }]);
  const points = numbersIn(pathsOf(svg)[0]);
  const ends = (axis: 'x' | 'y'): [number, number, number, number] => {
    const ticks = ticksOf(svg, axis);
    const [first, last] = [ticks[0], ticks.at(-1)];
    return [Number(first?.[0]), first?.[1] ?? 0, Number(last?.[0]), last?.[1] ?? 0];
  };
  for (const [axis, values] of [
    ['x', [0, 10, 20, 50, 100]],
    ['y', y],
  ] as const) {
    const [low, lowPlace, high, highPlace] = ends(axis);
    expect([low, high]).toEqual(axis === 'x' ? [0, 100] : [0, 10]);
    values.forEach((value, i) => {
      const place = lowPlace + ((value - low) / (high - low)) * (highPlace - lowPlace);
      expect(points[2 * i + (axis === 'x' ? 0 : 1)]).toBeCloseTo(place, 1);
    });
  }
});

test('a logarithmic scale gives every power of ten the same height', () => {
  const svg = curves([{ name: 'line', y: [1000, 1, 1e-6, 1e-3] }], { yScale: 'log' });
  const heights = numbersIn(pathsOf(svg)[0]).filter((_, i) => i % 2 === 1);
  const [a = 0, b = 0, c = 0, d = 0] = heights;
  expect(b - a).toBeCloseTo((c - a) / 3, 1);
  expect(d - b).toBeCloseTo((c - b) / 2, 1);
  const said = ticksOf(svg, 'y').map(([text]) => text);
  expect(said).toEqual(['10⁻⁶', '10⁻⁴', '10⁻²', '1', '10²']);
});

test('on a logarithmic scale of few powers of ten all ticks are written', () => {
  const svg = curves([{ name: 'line', y: [0.0012, 0.2] }], { yScale: 'log' });
  const said = ticksOf(svg, 'y').map(([text]) => text);
  expect(said).toEqual(['0.001', '0.002', '0.005', '0.01', '0.02', '0.05', '0.1', '0.2']);
});

test('what cannot be drawn is a gap', () => {
  const moves = (y: number[], options?: CurvesOptions): number =>
    pathsOf(curves([{ name: 'line', y }], options))[0]?.match(/M/g)?.length ?? 0;
  expect(moves([1, 2, 3, 4])).toBe(1);
  expect(moves([1, 2, Number.NaN, 4])).toBe(2);
  expect(moves([1, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY, 1e301, 4])).toBe(3);
  expect(moves([1, 0, 3, -1, 4])).toBe(1);
  expect(moves([1, 0, 3, -1, 4], { yScale: 'log' })).toBe(3);
});

test('every line has its name, in its colour; after six colours lines are dashed', () => {
  const lines = Array.from({ length: 8 }, (_, i) => ({ name: `line ${i}`, y: [i, i + 1] }));
  const svg = curves(lines);
  const named = partsOf(parsed(svg)).filter(({ text }) => text.startsWith('line '));
  const styles = new Map(named.map(({ text, attributes }) => [text, attributes.fill]));
  expect(styles.size).toBe(8);
  expect([styles.get('line 0'), styles.get('line 1'), styles.get('line 6')]).toEqual([FIRST, SECOND, FIRST]);
  const dashes = withAttributes(svg, { 'stroke-width': '2', stroke: FIRST ?? '' }).map(
    (part) => part.attributes['stroke-dasharray'],
  );
  expect(new Set(dashes).size).toBe(2);
});

test('lines of one name look alike and are named once', () => {
  const seeds = [
    [1, 2, 3],
    [1, 2, 9],
    [1, 2, 4],
  ].map((y) => ({ name: 'three seeds', y }));
  const svg = curves([...seeds, { name: 'other', y: [0, 0, 0] }]);
  const strokes = withAttributes(svg, { 'stroke-width': '2' }).map(({ attributes }) => attributes.stroke);
  expect(strokes).toEqual([FIRST, FIRST, FIRST, SECOND]);
  expect(textsOf(svg).filter((text) => text === 'three seeds')).toHaveLength(1);
});

test('few values are marked by dots, noisy ones are pale below their mean', () => {
  const dots = (line: Curve): number => partsOf(parsed(curves([line]))).filter(({ name }) => name === 'circle').length;
  expect(dots({ name: 'a', y: [1, 2, Number.NaN, 4] })).toBe(3);
  expect(dots({ name: 'a', y: Array.from({ length: 31 }, (_, i) => i) })).toBe(0);

  const svg = curves([{ name: 'a', y: [0, 2, 0, 2, 0, 2], smooth: 2 }]);
  expect(withAttributes(svg, { 'stroke-opacity': '0.35' })).toHaveLength(1);
  const heights = numbersIn(pathsOf(svg)[0]).filter((_, i) => i % 2 === 1);
  expect(new Set(heights.slice(0, 5)).size).toBe(1); // the mean is 1 everywhere but for the last, which has no neighbour
});

test('a hundred thousand values make no larger file than can be seen', () => {
  const y = Array.from({ length: 100_000 }, (_, i) => Math.abs(((i * 7919) % 1000) - 500));
  expect(curves([{ name: 'noise', y }]).length).toBeLessThan(60_000);
});

test('words of a picture', () => {
  const svg = curves([{ name: 'a < b & c', y: [0.5, 2, 1.23456] }], {
    title: 'The "title" <b>',
    x: 'steps',
    y: 'bits\u0000',
  });
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['The "title" <b>', 'a < b & c', 'steps', 'bits␀']));
  const { attributes, children } = parsed(svg);
  expect(attributes).toMatchObject({
    role: 'img',
    'aria-label': 'The "title" <b>',
    xmlns: 'http://www.w3.org/2000/svg',
  });
  expect(children.find(({ name }) => name === 'desc')?.text).toBe('a < b & c: from 0.5 to 1.23, between 0.5 and 2.');
  expect(parsed(curves([{ name: 'a', y: [1] }])).attributes['aria-label']).toBe('a: from 1 to 1, between 1 and 1.');
});

test('numbers have at most two decimals', () => {
  const svg = curves([{ name: 'a', y: Array.from({ length: 50 }, (_, i) => Math.sqrt(i)) }], { yScale: 'log' });
  const drawn = svg.slice(svg.indexOf('</style>'));
  expect(drawn.match(/\d\.\d{3,}/g)).toBe(null);
});

test('constants, single points and numbers near the ends of float64 have axes', () => {
  const numbers = [
    [0],
    [3],
    [-2, -2],
    [1e300, -1e300],
    [5e-324, 1e-323],
    [1e-320, 1, 1e300],
    [1e-300, 1e300],
    [1e-300],
    [1e20, 1e20 + 1e5],
  ];
  for (const y of numbers) {
    const scales = y.every((value) => value >= 1e-300) ? (['linear', 'log'] as const) : (['linear'] as const);
    for (const yScale of scales) {
      const svg = curves([{ name: 'a', y }], { yScale });
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(ticksOf(svg, 'y').length).toBeLessThan(20);
    }
  }
});

test('what is refused', () => {
  const line = { name: 'loss', y: [1, 2] };
  expect(() => curves([])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: curves: there is no line; a picture has at least one. Pass [{ name, y }].]`,
  );
  expect(() => curves([{ name: 'loss', y: [] }])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: curves: 'loss' has no value that can be drawn; finite numbers are drawn. Leave the line out, or look at what computed it.]`,
  );
  expect(() => curves([{ name: 'loss', y: [0, -1] }], { yScale: 'log' })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: curves: 'loss' has no value that can be drawn; a logarithmic scale draws finite numbers above 0. Leave the line out, or look at what computed it.]`,
  );
  expect(() => curves([{ ...line, x: [1] }])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: curves: 'loss' has 1 places x for 2 values y; each value has one. Pass as many of both, or leave x out.]`,
  );
  expect(() => curves([{ ...line, x: [1, Number.NaN] }])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: curves: x[1] of 'loss' is NaN; places are finite numbers. Leave such points out.]`,
  );
  expect(() => curves([{ ...line, smooth: 0.5 }])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: curves: smooth of 'loss' is 0.5; it must be a whole number of at least 1. Correct smooth.]`,
  );
  expect(() => curves([line], { yScale: wrong('ln') })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: curves: yScale is 'ln'; it must be 'linear' or 'log'. Correct yScale.]`,
  );
  expect(() => curves([line], wrong({ xLabel: 'steps' }))).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: curves: unknown option 'xLabel'; the options are title, x, y, yScale. Correct the name, or leave it out.]`,
  );
});
