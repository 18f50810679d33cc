import { expect, test } from 'vitest';
import { type TreeNode, type TreeOptions, tree } from './index.js';
import { parsed, partsOf, textsOf, withAttributes } from './parsed-picture.fixture.js';

const leaf = (name: string): TreeNode => ({ name, children: [] });

/** The frames, in the order of the nodes. */
const boxesOf = (svg: string): { x: number; y: number; width: number; height: number }[] =>
  partsOf(parsed(svg))
    .filter(({ name, attributes }) => name === 'rect' && attributes.rx === '5' && attributes.stroke !== undefined)
    .map(({ attributes: { x, y, width, height } }) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }));

test('children stand in a row, and their parent above the middle of them', () => {
  const svg = tree({ name: '+', children: [leaf('1'), { name: '×', children: [leaf('2'), leaf('3')] }] });
  const [plus, one, times, two, three] = boxesOf(svg).map(({ x, y, width }) => ({ x: x + width / 2, y }));
  expect(plus?.x).toBe(((one?.x ?? 0) + (times?.x ?? 0)) / 2);
  expect(times?.x).toBe(((two?.x ?? 0) + (three?.x ?? 0)) / 2);
  expect([one?.y, two?.y]).toEqual([times?.y, three?.y]);
  expect(textsOf(svg)).toEqual(['+', '1', '×', '2', '3']);
});

test.each<[string, TreeNode]>([
  ['a wide parent', { name: 'a parent wider than its children', children: [leaf('1'), leaf('2')] }],
  ['wide children', { name: '+', children: [leaf('a wide child'), leaf('1'), leaf('another wide child')] }],
  [
    'a wide grandparent of few',
    {
      name: 'wide, wide, wide',
      note: 'and wider still than what stands below it',
      children: [{ name: '+', children: [leaf('1'), { name: 'also rather wide', children: [leaf('2')] }] }],
    },
  ],
])('no boxes of one depth meet: %s', (_, root) => {
  const boxes = boxesOf(tree({ name: 'two of them', children: [root, root, leaf('x')] }));
  const tops = new Set(boxes.map(({ y }) => y));
  expect(tops.size).toBeGreaterThan(2);
  for (const top of tops) {
    const ordered = boxes.filter(({ y }) => y === top).sort((a, b) => a.x - b.x);
    ordered.slice(1).forEach(({ x }, i) => {
      const left = ordered[i];
      expect(x).toBeGreaterThanOrEqual((left?.x ?? 0) + (left?.width ?? 0) + 8);
    });
  }
});

test('a value is a colour, a mark a frame, and what is not finite is crossed out', () => {
  const children = [
    { ...leaf('a'), value: 0.5 },
    { ...leaf('b'), value: Number.NaN, marked: true },
  ];
  const svg = tree({ name: '+', note: '3, not 4', value: 1, children });
  const strengths = partsOf(parsed(svg)).flatMap(({ attributes: { rx, 'fill-opacity': strength } }) =>
    rx === '5' && strength !== undefined ? [strength] : [],
  );
  expect(strengths).toEqual(['1', '0.5', '0']);
  expect(withAttributes(svg, { stroke: 'var(--line2)' })).toHaveLength(1);
  expect(textsOf(svg)).toEqual(['+', '3, not 4', 'a', 'b', '1', '0']); // and the legend
  expect(parsed(svg).attributes['aria-label']).toBe('A tree of 3 nodes on 2 levels. +: 3, not 4, 1.');
  expect(textsOf(tree(leaf('a')))).toEqual(['a']);
});

test('what is refused', () => {
  const misspelt = { name: 'Tree' } as unknown as TreeOptions; // as a JavaScript user would pass it
  expect(() => tree(leaf('a'), misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: tree: unknown option 'name'; the options are title. Correct the name, or leave it out.]`,
  );
});
