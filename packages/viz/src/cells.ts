/** The cells of a heat map. */
import { type ColorScale, shadeOf } from './color-scale.js';
import type { Drawn, ElementMaker } from './svg.js';

/** Where the cells are: the corner of the first, and the size of each. */
export interface Grid {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * One path for each colour: runs of cells beside each other as strokes as wide as a row, which take a tenth of the room of a
 * rectangle for every cell. What is not finite is crossed out.
 */
export function drawCells(
  element: ElementMaker,
  rows: readonly (readonly number[])[],
  scale: ColorScale,
  { left, top, width, height }: Grid,
): Drawn[] {
  const paths = new Map<string, { readonly stroke: string; readonly strength: number; d: string }>();
  let crosses = '';
  rows.forEach((row, r) => {
    const y = top + r * height;
    const shades = row.map((value) => shadeOf(value, scale));
    let from = 0;
    shades.forEach((shade, i) => {
      if (shade === null) crosses += `M${left + i * width},${y}l${width},${height}m0,${-height}l${-width},${height}`;
      if (shade !== null && shades[i + 1]?.color === shade.color && shades[i + 1]?.strength === shade.strength) return;
      if (shade !== null && shade.strength > 0) {
        const { color, strength } = shade;
        const path = paths.get(`${color} ${strength}`) ?? { stroke: color, strength, d: '' };
        path.d += `M${left + from * width},${y + height / 2}h${(i + 1 - from) * width}`;
        paths.set(`${color} ${strength}`, path);
      }
      from = i + 1;
    });
  });
  const colored = [...paths.values()].map(({ stroke, strength, d }) => {
    return element('path', { stroke, 'stroke-opacity': strength / 100, d });
  });
  return [
    element('g', { fill: 'none', 'stroke-width': height, 'shape-rendering': 'crispEdges' }, colored),
    ...(crosses === '' ? [] : [element('path', { d: crosses, stroke: 'var(--ink)', fill: 'none' })]),
  ];
}
