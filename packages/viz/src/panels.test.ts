import { expect, test } from 'vitest';
import { type PanelMark, type PanelsOptions, panels } from './index.js';
import { numbersIn, parsed, partsOf, textsOf, withAttributes } from './parsed-picture.fixture.js';

const values = [
  [1, 0.5],
  [0, 0],
];
const none = [
  [0, 0],
  [0, 0],
];

/** Where each panel is drawn. */
const cornersOf = (svg: string): number[][] =>
  partsOf(parsed(svg))
    .filter(({ name, children }) => name === 'g' && children.at(-1)?.name.match(/rect|text/) !== null)
    .map(({ attributes }) => numbersIn(attributes.transform))
    .filter(({ length }) => length === 2)
    .slice(1); // the picture below its title is no panel

test('panels stand beside each other, lines below each other, each with its name and captions', () => {
  const svg = panels(
    [
      { name: 'first', panels: [{ values, caption: 'a' }, { values, caption: 'b' }, { values: none }] },
      { name: 'second', panels: [{ values: none, caption: 'c' }] },
    ],
    { title: 'Panels' },
  );
  expect(textsOf(svg)).toEqual(['Panels', 'first', 'a', 'b', 'second', 'c', '1', '0']);
  const [a = [], b = [], last = [], c = []] = cornersOf(svg);
  expect([b[0], last[0]]).toEqual([(a[0] ?? 0) + 116, (a[0] ?? 0) + 232]);
  expect([a[1], b[1], last[1], c]).toEqual([14, 14, 14, [a[0], 14 + 104 + 18 + 14]]);
  expect(parsed(svg).children.find(({ name }) => name === 'desc')?.text).toBe(
    '4 panels of 2 by 2 cells, the greatest number 1: a, b, c.',
  );
});

test('all panels have one scale of colours', () => {
  const brighter = [
    [0.25, 0],
    [0, 2],
  ];
  const svg = panels([{ panels: [{ values }, { values: brighter }] }]);
  const strengths = partsOf(parsed(svg)).flatMap(({ attributes }) => attributes['stroke-opacity'] ?? []);
  expect(strengths).toEqual(['0.5', '0.25', '0.13', '1']);
  expect(textsOf(svg)).toEqual(['2', '0']);
});

test('a legend stands where there are colours between', () => {
  const bitmap = [[1, 0, 1]];
  expect(textsOf(panels([{ panels: [{ values: bitmap }] }]))).toEqual([]);
  expect(textsOf(panels([{ panels: [{ values: [[1, 0, 0.5]] }] }]))).toEqual(['1', '0']);
});

test('marks lie in the middle of their cells', () => {
  const symbols = ['circle', 'square', 'triangle', 'star'] as const;
  const marks = symbols.map((symbol, i): PanelMark => ({ row: i >> 1, column: i & 1, symbol, color: `#00000${i}` }));
  const svg = panels([{ panels: [{ values, marks }] }]);
  marks.forEach(({ row, column, color }, i) => {
    const [mark] = withAttributes(svg, { fill: color });
    const { cx, cy, d } = mark?.attributes ?? {};
    const places = i === 0 ? [Number(cx), Number(cy)] : numbersIn(d);
    const [xs, ys] = [0, 1].map((axis) => places.filter((_, j) => j % 2 === axis)) as [number[], number[]];
    for (const [along, start] of [
      [xs, column * 52],
      [ys, row * 52],
    ] as const) {
      expect(Math.min(...along)).toBeGreaterThan(start);
      expect(Math.max(...along)).toBeLessThan(start + 52);
      expect(Math.abs((Math.min(...along) + Math.max(...along)) / 2 - start - 26)).toBeLessThan(3);
    }
  });
});

test('many cells make small ones, and what is not finite is crossed out', () => {
  const many = Array.from({ length: 80 }, () => Array.from({ length: 90 }, (_, i) => (i === 3 ? Number.NaN : i)));
  const svg = panels([{ panels: [{ values: many }] }]);
  const [frame] = withAttributes(svg, { stroke: 'var(--rule)', width: '180', height: '160' });
  expect(frame?.name).toBe('rect');
  const [crosses] = withAttributes(svg, { stroke: 'var(--ink)' });
  expect(crosses?.attributes.d?.match(/M/g)).toHaveLength(80);
});

test('what is refused', () => {
  expect(() => panels([{ panels: [] }])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: panels: there is no number; there is at least one panel, of at least one row and one column. Pass [{ panels: [{ values }] }], with rows of numbers.]`,
  );
  expect(() =>
    panels([{ panels: [{ values }] }, { panels: [{ values: [[1, 2]] }] }]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: panels: panel 1 is not of 2 by 2 cells; all are as large as the first. Pad the smaller ones with NaN, which is crossed out.]`,
  );
  const mark: PanelMark = { row: 0, column: 2, symbol: 'star', color: 'red' };
  expect(() => panels([{ panels: [{ values, marks: [mark] }] }])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: panels: panel 0 has a mark at row 0, column 2; its cells are 2 by 2, counted from 0. Correct row or column.]`,
  );
  const misspelt = { name: 'Panels' } as unknown as PanelsOptions; // as a JavaScript user would pass it
  expect(() => panels([{ panels: [{ values }] }], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: panels: unknown option 'name'; the options are title. Correct the name, or leave it out.]`,
  );
});
