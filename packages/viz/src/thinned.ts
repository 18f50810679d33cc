/** Fewer points, the same picture. */

/** A value and its place; a y that is not drawn is NaN. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Of the points that fall into one column of `width` columns, the first, the least, the greatest and the last: what a line
 * through all of them covers. A gap stays a gap.
 *
 * @source U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, "M4: A Visualization-Oriented Time Series Data Aggregation",
 * PVLDB 7(10), 2014
 */
export function thinned(points: readonly Point[], [low, high]: readonly [number, number], width: number): Point[] {
  if (points.length <= 4 * width) return [...points];
  const columnOf = ({ x, y }: Point): number =>
    Number.isNaN(y) ? Number.NaN : Math.floor(((x - low) / (high - low)) * width);
  const kept: Point[] = [];
  let from = 0;
  points.forEach((point, i) => {
    const next = points[i + 1];
    if (next !== undefined && Object.is(columnOf(next), columnOf(point))) return;
    kept.push(...extremes(points.slice(from, i + 1)));
    from = i + 1;
  });
  return kept;
}

function extremes(points: readonly Point[]): Point[] {
  let [least, greatest] = [0, 0];
  points.forEach(({ y }, i) => {
    if (y < (points[least]?.y ?? y)) least = i;
    if (y > (points[greatest]?.y ?? y)) greatest = i;
  });
  const places = new Set([0, least, greatest, points.length - 1]);
  return points.filter((_, i) => places.has(i));
}
