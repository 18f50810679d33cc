import { expect, test } from 'vitest';
import { attentionMatrix, type HeatMapOptions, heatMap } from './index.js';
import { parsed, partsOf, textsOf } from './parsed-picture.fixture.js';

/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;

/** The cells that a picture colours, read back from its strokes: hundredths, below 0 where the colour says so. */
function strengthsOf(svg: string, rows: number, columns: number): number[][] {
  const parts = partsOf(parsed(svg));
  const frame = parts.find(
    ({ name, attributes }) => name === 'rect' && attributes.stroke === 'var(--rule)',
  )?.attributes;
  const [left, top] = [Number(frame?.x), Number(frame?.y)];
  const [width, height] = [Number(frame?.width) / columns, Number(frame?.height) / rows];
  const cells = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (const { attributes } of parts.filter((part) => part.attributes['stroke-opacity'] !== undefined)) {
    const sign = attributes.stroke === 'var(--below)' ? -1 : 1;
    for (const [, x, y, run] of (attributes.d ?? '').matchAll(/M([\d.]+),([\d.]+)h([\d.]+)/g)) {
      const row = cells[Math.floor((Number(y) - top) / height)];
      const from = Math.round((Number(x) - left) / width);
      row?.fill(
        sign * Math.round(Number(attributes['stroke-opacity']) * 100),
        from,
        from + Math.round(Number(run) / width),
      );
    }
  }
  return cells;
}

test('every cell has the strength of its share of the greatest size', () => {
  const values = Array.from({ length: 7 }, (_, r) =>
    Array.from({ length: 40 }, (_, c) => Math.floor((r * 31 + c * 17) / 9) % 5),
  );
  expect(strengthsOf(heatMap(values), 7, 40)).toEqual(values.map((row) => row.map((value) => value * 25)));
  const signed = values.map((row) => row.map((value) => (value - 2) / 4));
  expect(strengthsOf(heatMap(signed), 7, 40)).toEqual(values.map((row) => row.map((value) => (value - 2) * 50)));
});

test('what is not finite is crossed out, and nothing else changes', () => {
  const svg = heatMap([
    [1, Number.NaN, 0.5],
    [Number.POSITIVE_INFINITY, 0, 1],
  ]);
  expect(strengthsOf(svg, 2, 3)).toEqual([
    [100, 0, 50],
    [0, 0, 100],
  ]);
  const [crosses] = partsOf(parsed(svg)).filter(({ attributes }) => attributes.stroke === 'var(--ink)');
  expect(crosses?.attributes.d?.match(/M/g)).toHaveLength(2);
  expect(parsed(svg).attributes['aria-label']).toBe(
    '2 rows of 3 numbers, between 0 and 1, 2 that are not finite are crossed out.',
  );
});

test('the legend says the ends of the colours', () => {
  expect(textsOf(heatMap([[0, 2500]]))).toEqual(expect.arrayContaining(['2,500', '0']));
  expect(textsOf(heatMap([[-0.25, 0.1]]))).toEqual(expect.arrayContaining(['0.25', '0', '−0.25']));
  expect(textsOf(heatMap([[0, 0]]))).toEqual(expect.arrayContaining(['1', '0'])); // nothing but zeros
  expect(heatMap([[Number.NaN, -1.7e308, 1.7e308]])).not.toMatch(/Infinity|undefined/);
});

test('names stand at their cells, all of them or as many as there is room for', () => {
  const names = (count: number, options: HeatMapOptions = {}): string[] => {
    const rows = Array.from({ length: count }, (_, i) => `row ${i}`);
    return textsOf(
      heatMap(
        rows.map(() => [1]),
        { ...options, rows },
      ),
    ).filter((text) => text.startsWith('row '));
  };
  expect(names(48)).toHaveLength(48);
  expect(names(200).length).toBeGreaterThan(20);
  expect(names(200).length).toBeLessThan(100);
  expect(textsOf(heatMap([[1, 2, 3]], { x: 'step', y: 'unit', title: 'States' }))).toEqual([
    'States',
    ...['0', '1', '2'],
    '0',
    'unit',
    'step',
    ...['3', '0'],
  ]);
});

test('labels stand on their cells, which are as wide as they need, in an ink that can be read there', () => {
  const values = [
    [1, 0, -0.6],
    [0.1, Number.NaN, 0.2],
  ];
  const labels = [
    ['NOUN', 'a longer label', 'x'],
    ['', 'NaN', '<'],
  ];
  const svg = heatMap(values, { labels });
  expect(strengthsOf(svg, 2, 3)).toEqual([
    [100, 0, -60],
    [10, 0, 20],
  ]);
  const parts = partsOf(parsed(svg));
  const frame = parts.find(
    ({ name, attributes }) => name === 'rect' && attributes.stroke === 'var(--rule)',
  )?.attributes;
  const [left, top, width, height] = [frame?.x, frame?.y, frame?.width, frame?.height].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  expect(width / 3).toBeGreaterThan(12 * 6);
  const written = parts.filter(({ attributes }) => /^var\(--(?:pale|middle|full)\)$/.test(attributes.fill ?? ''));
  const placed = written.map(({ text, attributes: { x, y, fill } }) => {
    const [column, row] = [((Number(x) - left) / width) * 3, ((Number(y) - top) / height) * 2].map(Math.floor);
    return [row, column, text, fill];
  });
  expect(placed).toEqual([
    [0, 0, 'NOUN', 'var(--full)'],
    [0, 1, 'a longer label', 'var(--pale)'],
    [0, 2, 'x', 'var(--middle)'],
    [1, 0, '', 'var(--pale)'],
    [1, 1, 'NaN', 'var(--pale)'],
    [1, 2, '<', 'var(--pale)'],
  ]);
});

test('where cells have labels, names of columns lie beside each other', () => {
  const turned = (options: HeatMapOptions): boolean => /rotate\(-90/.test(heatMap([[1, 2]], options));
  expect(turned({ columns: ['a few words', 'b'] })).toBe(true);
  expect(turned({ columns: ['a few words', 'b'], labels: [['1', '2']] })).toBe(false);
  expect(turned({ columns: ['far too many words for that', 'b'], labels: [['1', '2']] })).toBe(true);
});

test('names that XML cannot hold are made visible', () => {
  const svg = heatMap([[1, 2, 3, 4]], { columns: ['\n', '\u0000<&"', '\ud800', '😀'] });
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['↵', '␀<&"', '\ufffd', '😀']));
});

test('an attention matrix names its targets and sources', () => {
  const svg = attentionMatrix(
    [
      [0.75, 0.25, 0],
      [0, 0.25, 0.75],
    ],
    { source: ['ich', 'bin', 'da'], target: ['I', 'am'] },
  );
  expect(strengthsOf(svg, 2, 3)).toEqual([
    [100, 33, 0],
    [0, 33, 100],
  ]);
  expect(textsOf(svg)).toEqual(['ich', 'bin', 'da', 'I', 'am', 'target', 'source', '0.75', '0']);
});

test('what is refused', () => {
  expect(() => heatMap([])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: heatMap: there is no number; a heat map has at least one row and one column. Pass rows of numbers.]`,
  );
  expect(() => heatMap([[1, 2], [3]])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: heatMap: the first row has 2 numbers, row 1 has 1; all rows are of one length. Pad the shorter ones with NaN, which is crossed out.]`,
  );
  expect(() => heatMap([[1, 2]], { rows: ['a', 'b'] })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: heatMap: there are 2 names of rows for 1 rows; each has one. Correct rows, or leave it out.]`,
  );
  expect(() => heatMap([[1, 2]], wrong({ xlabel: 'x' }))).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: heatMap: unknown option 'xlabel'; the options are title, rows, columns, labels, x, y. Correct the name, or leave it out.]`,
  );
  expect(() => heatMap([[1, 2]], { labels: [['a', 'b'], ['c']] })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: heatMap: the labels are not as many as the 1 rows of 2 cells; labels[i][j] is written on the cell of values[i][j]. Correct labels; '' writes nothing.]`,
  );
  const axes = { source: ['a', 'b'], target: ['c'] };
  expect(() => attentionMatrix([[1], [0]], axes)).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: attentionMatrix: the weights have 2 rows and 1 columns for 1 target and 2 source tokens; weights[i][j] is how much target i looks at source j. Transpose the weights, or correct the tokens.]`,
  );
  expect(() => attentionMatrix([[1.5, -0.5]], axes)).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: attentionMatrix: a weight is -0.5; weights of an attention are at least 0. Pass them after the softmax, or draw scores by heatMap.]`,
  );
  expect(() => attentionMatrix([], { source: [], target: [] })).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: attentionMatrix: there is no number; a heat map has at least one row and one column. Pass rows of numbers.]`,
  );
  expect(() => attentionMatrix([[1, 0]], wrong({ ...axes, rows: ['a'] }))).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: attentionMatrix: unknown option 'rows'; the options are title, source, target. Correct the name, or leave it out.]`,
  );
});
