/** Trees with something to say at every node: a parse, an expression, what a recursive network made of each part. */
import { type ColorScale, colorLegend, colorScale, legendWidth, shadeOf } from './color-scale.js';
import { checkOptions } from './errors.js';
import { drawPicture, FONT_SIZE, MARGIN } from './picture.js';
import type { Drawn, ElementMaker } from './svg.js';
import { rounded, visible, widthOf } from './text.js';
import { inkOn } from './theme.js';

/** A node of {@link tree}, with what stands below it. */
export interface TreeNode {
  /** What the node is. */
  readonly name: string;
  /** What there is to say of it, written below its name. */
  readonly note?: string;
  /** How strongly it is coloured; not at all unless given. */
  readonly value?: number;
  /** Whether it has a thick frame in a colour of its own: what is wrong, or meant. */
  readonly marked?: boolean;
  /** From left to right; none for a leaf. */
  readonly children: readonly TreeNode[];
}

/** Options of {@link tree}. */
export interface TreeOptions {
  readonly title?: string;
}

/** A node with its place. */
interface Placed {
  readonly node: TreeNode;
  readonly name: string;
  readonly note: string;
  /** The middle of its box, and how wide and high that is. */
  readonly x: number;
  readonly width: number;
  readonly height: number;
  /** From the root, which is 0. */
  readonly depth: number;
  /** Where it and what stands below it end. */
  readonly right: number;
  readonly below: readonly Placed[];
}

/** Around the words of a box, and from one line of them to the next. */
const PADDING = 6;
const LINE_HEIGHT = 17;
/** The width of a box at least, and what is between boxes: beside each other, and from one depth to the next. */
const LEAST = 26;
const GAP = 8;
const RISE = 30;
const TOP = 10;

/**
 * A tree, its root on top: each node a box with its name and what there is to say of it.
 *
 * Colours are those of {@link heatMap}; a number that is not finite is crossed out.
 *
 * Errors: `PictureError` for unknown options.
 * @source R. Socher et al., "Recursive deep models for semantic compositionality over a sentiment treebank", EMNLP 2013,
 * figure 1
 *
 * @example
 * ```ts
 * import { tree } from '@unroll/viz';
 * const leaf = (name: string) => ({ name, children: [] });
 * const sum = { name: '+', note: '5', value: 0.98, children: [leaf('2'), leaf('3')] };
 * const svg = tree({ name: '×', note: '42, not 40', value: 0.6, marked: true, children: [sum, leaf('8')] });
 * svg.startsWith('<svg'); // true
 * ```
 */
export function tree(root: TreeNode, options: TreeOptions = {}): string {
  checkOptions('tree', options, ['title']);
  const top = placed(root, 0, MARGIN);
  const nodes = allOf(top);
  const tops = topsOf(nodes);
  const values = nodes.flatMap(({ node: { value } }) => (value === undefined ? [] : [value]));
  const scale = colorScale(values);
  const bottom = Math.max(...nodes.map(({ depth, height }) => (tops[depth] ?? 0) + height));
  const legendHeight = Math.min(140, Math.max(60, bottom - TOP));
  const legend = values.length > 0;
  return drawPicture({
    title: options.title,
    description: describe(nodes, tops.length),
    width: top.right + (legend ? legendWidth(scale) : MARGIN),
    height: MARGIN + Math.max(bottom, legend ? TOP + legendHeight : 0),
    draw: (element) => [
      element('path', {
        d: nodes.map((node) => edgesBelow(node, tops)).join(''),
        stroke: 'var(--quiet)',
        fill: 'none',
      }),
      element(
        'g',
        { 'text-anchor': 'middle' },
        nodes.flatMap((node) => drawNode(element, node, tops[node.depth] ?? 0, scale)),
      ),
      ...(legend ? colorLegend(element, scale, top.right, TOP, legendHeight) : []),
    ],
  });
}

/** A tree that begins at `left`: leaves beside each other, each other node above the middle of its children. */
function placed(node: TreeNode, depth: number, left: number): Placed {
  const [name, note] = [visible(node.name), visible(node.note ?? '')];
  const words = Math.max(widthOf(name, FONT_SIZE), widthOf(note, FONT_SIZE));
  const width = Math.max(LEAST, words + 2 * PADDING);
  const height = (note === '' ? 1 : 2) * LINE_HEIGHT + PADDING;
  const own = { node, name, note, width, height, depth };
  const below: Placed[] = [];
  let next = left;
  for (const child of node.children) {
    below.push(placed(child, depth + 1, next));
    next = (below.at(-1)?.right ?? next) + GAP;
  }
  const [first, last] = [below[0], below.at(-1)];
  if (first === undefined || last === undefined) return { ...own, x: left + width / 2, right: left + width, below };
  const missing = width - (last.right - left);
  if (missing > 0) {
    const moved = below.map((child) => movedBy(child, missing / 2));
    return { ...own, x: left + width / 2, right: left + width, below: moved };
  }
  const middle = (first.x + last.x) / 2;
  const x = Math.min(Math.max(middle, left + width / 2), last.right - width / 2);
  return { ...own, x, right: last.right, below };
}

/** The same further to the right, where a parent is wider than all its children. */
function movedBy(node: Placed, distance: number): Placed {
  const below = node.below.map((child) => movedBy(child, distance));
  return { ...node, x: node.x + distance, right: node.right + distance, below };
}

/** Each before what stands below it. */
function allOf(node: Placed): Placed[] {
  return [node, ...node.below.flatMap(allOf)];
}

/** Where the boxes of each depth begin. */
function topsOf(nodes: readonly Placed[]): number[] {
  const heights: number[] = [];
  for (const { depth, height } of nodes) heights[depth] = Math.max(heights[depth] ?? 0, height);
  let top = TOP;
  return heights.map((height) => {
    const own = top;
    top += height + RISE;
    return own;
  });
}

function edgesBelow({ x, depth, height, below }: Placed, tops: readonly number[]): string {
  const [from, to] = [(tops[depth] ?? 0) + height, tops[depth + 1] ?? 0];
  return below.map((child) => `M${x},${from}L${child.x},${to}`).join('');
}

function drawNode(element: ElementMaker, placed: Placed, y: number, scale: ColorScale): Drawn[] {
  const { node, name, note, width, height } = placed;
  const { value = 0, marked = false } = node;
  const shade = shadeOf(value, scale);
  const x = placed.x - width / 2;
  const box = { x, y, width, height, rx: 5 };
  const frame = marked ? { stroke: 'var(--line2)', 'stroke-width': 3 } : { stroke: 'var(--quiet)' };
  const cross = { d: `M${x},${y}l${width},${height}m0,${-height}l${-width},${height}`, stroke: 'var(--quiet)' };
  const fill = inkOn(shade?.strength ?? 0);
  return [
    element('rect', { ...box, fill: 'var(--paper)' }),
    ...(shade === null ? [element('path', cross)] : []),
    element('rect', { ...box, fill: shade?.color ?? 'none', 'fill-opacity': (shade?.strength ?? 0) / 100, ...frame }),
    element('text', { x: placed.x, y: y + LINE_HEIGHT, fill, 'font-weight': 600 }, name),
    ...(note === '' ? [] : [element('text', { x: placed.x, y: y + 2 * LINE_HEIGHT, fill }, note)]),
  ];
}

function describe(nodes: readonly Placed[], depths: number): string {
  const said = nodes
    .filter(({ note }) => note !== '')
    .map(({ node, name, note }) => {
      const value = node.value === undefined ? '' : `, ${rounded(node.value)}`;
      return `${name}: ${note}${value}${node.marked === true ? ', marked' : ''}.`;
    });
  return [`A tree of ${nodes.length} nodes on ${depths} levels.`, ...said].join(' ');
}
