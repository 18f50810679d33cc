/** Names at the ends of lines, in place of a legend. */
import { FONT_SIZE, type Places } from './picture.js';
import type { Drawn, ElementMaker } from './svg.js';
import { visible, widthOf } from './text.js';

/** The end of a line in pixels, and its name. */
export interface LineEnd {
  readonly name: string;
  readonly color: string;
  readonly x: number;
  readonly y: number;
}

/** From the plot to the names. */
const GAP = 14;

/** From one name to the next. */
export const LINE_HEIGHT: number = FONT_SIZE + 4;

/** How much room the names need to the right of the plot. */
export function labelWidth(names: readonly string[]): number {
  return GAP + 8 + Math.max(...names.map((name) => widthOf(visible(name), FONT_SIZE)));
}

/** Of the lines of one name, the end in the middle. */
export function namedOnce(ends: readonly LineEnd[]): LineEnd[] {
  const groups = new Map<string, LineEnd[]>();
  for (const end of ends) groups.set(end.name, [...(groups.get(end.name) ?? []), end]);
  return [...groups.values()].map((group) => {
    const sorted = group.toSorted((a, b) => a.y - b.y);
    return sorted[Math.floor(sorted.length / 2)] as LineEnd;
  });
}

/** Writes each name at the height of its line's end, or as near as the other names let it, with a thread to the end. */
export function directLabels(element: ElementMaker, ends: readonly LineEnd[], { right, top, bottom }: Places): Drawn[] {
  const sorted = [...ends].sort((a, b) => a.y - b.y);
  const heights = spread(
    sorted.map(({ y }) => y),
    LINE_HEIGHT,
    [top, bottom],
  );
  return sorted.flatMap(({ name, color, x, y }, i) => {
    const height = heights[i] ?? y;
    const text = element('text', { x: right + GAP, y: height, dy: '0.32em', fill: color, 'font-weight': 500 }, name);
    if (right - x < 6 && Math.abs(height - y) < 3) return [text];
    const thread = element('path', {
      d: `M${x + 4},${y}L${Math.max(x + 4, right + 2)},${y}L${right + GAP - 3},${height}`,
      fill: 'none',
      stroke: color,
      'stroke-dasharray': '1 3',
    });
    return [thread, text];
  });
}

/** Heights in their order, at least `gap` apart and, if they fit, between the limits. */
export function spread(heights: readonly number[], gap: number, [top, bottom]: readonly [number, number]): number[] {
  const moved = [...heights];
  moved.forEach((height, i) => {
    moved[i] = Math.max(height, i === 0 ? top : (moved[i - 1] ?? top) + gap);
  });
  for (let i = moved.length - 1; i >= 0; i--) {
    moved[i] = Math.min(moved[i] ?? bottom, i === moved.length - 1 ? bottom : (moved[i + 1] ?? bottom) - gap);
  }
  return moved;
}
