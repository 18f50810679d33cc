/** Lines over steps or time: losses, forecasts, norms. */
import * as Plot from '@observablehq/plot';
import { type Axis, drawable, drawableOnLog, extentOf, innerAxis, linearAxis, logAxis, tickFormat } from './axes.js';
import { directLabels, LINE_HEIGHT, labelWidth, namedOnce } from './direct-labels.js';
import { checkOptions, PictureError } from './errors.js';
import { drawPicture, FONT_SIZE, MARGIN } from './picture.js';
import { runningMean } from './running-mean.js';
import { rounded, visible, widthOf } from './text.js';
import { lineStyle } from './theme.js';
import { type Point, thinned } from './thinned.js';

/** One line of {@link curves}. */
export interface Curve {
  /** Written at the end of the line. Lines of one name, as of several seeds, look alike and are named once. */
  readonly name: string;
  readonly y: readonly number[];
  /** Where the values stand, as many as y; 1, 2, 3, … unless given. */
  readonly x?: readonly number[];
  /** For noisy values: over how many of them the mean runs that is drawn on top of the values, which turn pale; 1 unless given. */
  readonly smooth?: number;
}

/** Options of {@link curves}. */
export interface CurvesOptions {
  readonly title?: string;
  /** What the x axis counts. */
  readonly x?: string;
  /** What the y axis measures. */
  readonly y?: string;
  /** `'linear'` unless given. */
  readonly yScale?: 'linear' | 'log';
}

interface Line {
  readonly name: string;
  readonly color: string;
  readonly dashes: string;
  /** Drawn pale below the line. */
  readonly noise: readonly Point[];
  readonly points: readonly Point[];
  readonly last: Point;
}

/** The plot without its margins. */
const WIDTH = 520;
const HEIGHT = 290;
const TOP = 34;
const BOTTOM = 48;

/** Up to so many values are marked by dots. */
const FEW = 30;

/**
 * Lines over steps or time, each with its name at its end.
 *
 * A value that is not finite, or of a size above 1e300, is a gap in its line; on a logarithmic scale so is one below
 * 1e-300. Up to 30 values are marked by dots. Of more than 2,080 values of a line only those are written that can be seen.
 *
 * Errors: `PictureError` for no lines, a line that has no value to draw, as many places x as there are not values y, places
 * that are not finite, and options that are unknown or wrong.
 *
 * @example
 * ```ts
 * import { curves } from '@unroll/viz';
 * const training = [4.1, 3.2, 2.7, 2.5, 2.3, 2.2];
 * const validation = [3.1, 2.6, 2.4];
 * const svg = curves(
 *   [
 *     { name: 'training', y: training },
 *     { name: 'validation', x: [2, 4, 6], y: validation },
 *   ],
 *   { title: 'Learning curve', x: 'windows', y: 'bits per character' },
 * );
 * svg.startsWith('<svg'); // true
 * ```
 */
export function curves(lines: readonly Curve[], options: CurvesOptions = {}): string {
  const op = 'curves';
  checkOptions(op, options, ['title', 'x', 'y', 'yScale']);
  return drawCurves(op, lines, options);
}

/** The same under the name of another function, whose errors then name it. */
export function drawCurves(op: string, curves: readonly Curve[], options: CurvesOptions): string {
  const { title, yScale = 'linear' } = options;
  checkScale(op, yScale);
  const lines = linesOf(op, curves, yScale);
  const yAxis = axisOf(yScale, extentOf(valuesOf(lines)));
  const xAxis = innerAxis(extentOf(lines.flatMap(({ points }) => points.map(({ x }) => x))), 7);
  const left = MARGIN + 10 + Math.max(...yAxis.ticks.map((tick) => widthOf(tickFormat(yAxis)(tick), FONT_SIZE)));
  const right = left + WIDTH;
  const bottom = TOP + Math.max(HEIGHT, new Set(lines.map(({ name }) => name)).size * LINE_HEIGHT);
  const places = { left, right, top: TOP, bottom };
  const x: Plot.ScaleOptions = { domain: [...xAxis.domain], range: [left, right], label: null };
  const y: Plot.ScaleOptions = { type: yScale, domain: [...yAxis.domain], range: [bottom, TOP], label: null };
  const [placeX, placeY] = [Plot.scale({ x }), Plot.scale({ y })];
  const ends = namedOnce(
    lines.map(({ name, color, last }) => ({ name, color, x: placeX.apply(last.x), y: placeY.apply(last.y) })),
  );
  return drawPicture({
    title,
    description: lines.map(describe).join(' '),
    width: right + labelWidth(lines.map(({ name }) => name)),
    height: bottom + BOTTOM,
    plot: {
      places,
      x: options.x,
      y: options.y,
      options: {
        x,
        y,
        marks: [
          Plot.gridY(yAxis.ticks, { stroke: 'var(--rule)', strokeOpacity: 1 }),
          // As `tickFormat` it would be asked for some of the ticks only where the scale is logarithmic.
          Plot.axisY(yAxis.ticks, { text: tickFormat(yAxis), label: null, tickSize: 0 }),
          Plot.axisX(xAxis.ticks, { tickFormat: tickFormat(xAxis), label: null }),
          ...lines.flatMap((line) => marksOf(line, xAxis)),
        ],
      },
    },
    draw: (element) => directLabels(element, ends, places),
  });
}

function* valuesOf(lines: readonly Line[]): Iterable<number> {
  for (const { points, noise } of lines) for (const { y } of [...noise, ...points]) if (!Number.isNaN(y)) yield y;
}

function axisOf(yScale: 'linear' | 'log', extent: readonly [number, number]): Axis {
  return yScale === 'log' ? logAxis(extent, 8) : linearAxis(extent, 6);
}

function marksOf({ color, dashes, noise, points }: Line, { domain }: Axis): Plot.Markish[] {
  const channels = { x: 'x', y: 'y', stroke: color };
  const pale = { ...channels, strokeOpacity: 0.35, strokeWidth: 1 };
  const full = { ...channels, strokeWidth: 2, strokeDasharray: dashes };
  const few = points.filter(({ y }) => !Number.isNaN(y)).length <= FEW && noise.length === 0;
  return [
    ...(noise.length > 0 ? [Plot.line(thinned(noise, domain, WIDTH), pale)] : []),
    Plot.line(thinned(points, domain, WIDTH), full),
    ...(few ? [Plot.dot(points, { x: 'x', y: 'y', r: 3, fill: color })] : []),
  ];
}

function linesOf(op: string, curves: readonly Curve[], yScale: 'linear' | 'log'): Line[] {
  if (curves.length === 0) {
    throw new PictureError({
      op,
      what: 'there is no line',
      rule: 'a picture has at least one',
      mend: 'Pass [{ name, y }]',
    });
  }
  const reaches = yScale === 'log' ? drawableOnLog : drawable;
  const names = [...new Set(curves.map(({ name }) => name))];
  return curves.map(({ name, y, x, smooth = 1 }) => {
    checkPlaces(op, name, y, x);
    checkSmooth(op, name, smooth);
    const { stroke: color, dashes } = lineStyle(names.indexOf(name));
    const values = y.map((value) => (reaches(value) ? value : Number.NaN));
    const pointsOf = (heights: readonly number[]): Point[] =>
      heights.map((value, t) => ({ x: x?.[t] ?? t + 1, y: value }));
    const points = pointsOf(smooth > 1 ? runningMean(values, smooth) : values);
    const last = points.findLast((point) => !Number.isNaN(point.y));
    if (last === undefined) {
      throw new PictureError({
        op,
        what: `'${name}' has no value that can be drawn`,
        rule: yScale === 'log' ? 'a logarithmic scale draws finite numbers above 0' : 'finite numbers are drawn',
        mend: 'Leave the line out, or look at what computed it',
      });
    }
    return { name, color, dashes, noise: smooth > 1 ? pointsOf(values) : [], points, last };
  });
}

function describe({ name, points }: Line): string {
  const drawn = points.filter(({ y }) => !Number.isNaN(y));
  const [least, greatest] = extentOf(drawn.map(({ y }) => y));
  const [first, last] = [drawn[0]?.y ?? least, drawn.at(-1)?.y ?? least];
  return (
    `${visible(name)}: from ${rounded(first)} to ${rounded(last)}, ` +
    `between ${rounded(least)} and ${rounded(greatest)}.`
  );
}

function checkScale(op: string, yScale: string): void {
  if (yScale === 'linear' || yScale === 'log') return;
  throw new PictureError({
    op,
    what: `yScale is '${yScale}'`,
    rule: "it must be 'linear' or 'log'",
    mend: 'Correct yScale',
  });
}

function checkPlaces(op: string, name: string, y: readonly number[], x: readonly number[] | undefined): void {
  if (x === undefined) return;
  if (x.length !== y.length) {
    throw new PictureError({
      op,
      what: `'${name}' has ${x.length} places x for ${y.length} values y`,
      rule: 'each value has one',
      mend: 'Pass as many of both, or leave x out',
    });
  }
  const strange = x.findIndex((value) => !drawable(value));
  if (strange < 0) return;
  throw new PictureError({
    op,
    what: `x[${strange}] of '${name}' is ${x[strange]}`,
    rule: 'places are finite numbers',
    mend: 'Leave such points out',
  });
}

function checkSmooth(op: string, name: string, smooth: number): void {
  if (Number.isInteger(smooth) && smooth >= 1) return;
  throw new PictureError({
    op,
    what: `smooth of '${name}' is ${smooth}`,
    rule: 'it must be a whole number of at least 1',
    mend: 'Correct smooth',
  });
}
