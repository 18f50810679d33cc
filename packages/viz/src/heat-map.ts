/** Numbers as colours: activations of units over time, weights, similarities. */
import * as Plot from '@observablehq/plot';
import { innerAxis } from './axes.js';
import { drawCells } from './cells.js';
import { colorLegend, colorScale, legendWidth, shadeOf } from './color-scale.js';
import { checkOptions, PictureError } from './errors.js';
import { drawPicture, FONT_SIZE, MARGIN } from './picture.js';
import { decimal, rounded, visible, widthOf } from './text.js';
import { inkOn } from './theme.js';

/** Options of {@link heatMap}. */
export interface HeatMapOptions {
  readonly title?: string;
  /** Names of the rows; numbers from 0 unless given. */
  readonly rows?: readonly string[];
  /** Names of the columns; numbers from 0 unless given. */
  readonly columns?: readonly string[];
  /** What is written on each cell: a word or two; nothing unless given. */
  readonly labels?: readonly (readonly string[])[];
  /** What the columns are. */
  readonly x?: string;
  /** What the rows are. */
  readonly y?: string;
}

/** How large the cells together would like to be, and how large one is at least and at most. */
const SIZE = 520;
const LEAST = 2;
const MOST = 28;
/** A cell with room for its name. */
const NAMED = 18;
/** How wide a cell with a label may grow for the name of its column. */
const LABELED = 120;

/** Up to so many names are all written; of more, as many as there is room for. */
const MANY = 48;

/**
 * Numbers as colours: rows of cells, such as the activations of units over time.
 *
 * A cell goes from the ground at 0 to full colour at the number of greatest size; numbers below 0 have a colour of their own.
 * A number that is not finite is crossed out, and no other cell looks different for it.
 *
 * Errors: `PictureError` for no numbers, rows of different lengths, names that are not as many as rows or columns, labels
 * that are not as many as cells, and unknown options.
 *
 * @example
 * ```ts
 * import { heatMap } from '@unroll/viz';
 * const svg = heatMap([[0.9, 0.1], [0.2, 0.8]], { rows: ['yes', 'no'], columns: ['yes', 'no'], x: 'predicted', y: 'true' });
 * svg.startsWith('<svg'); // true
 * ```
 */
export function heatMap(values: readonly (readonly number[])[], options: HeatMapOptions = {}): string {
  const op = 'heatMap';
  checkOptions(op, options, ['title', 'rows', 'columns', 'labels', 'x', 'y']);
  return drawHeatMap(op, values, options);
}

/** The same under the name of another function, whose errors then name it. */
export function drawHeatMap(op: string, values: readonly (readonly number[])[], options: HeatMapOptions): string {
  const { title, labels, x, y } = options;
  const columnCount = values[0]?.length ?? 0;
  checkTable(op, values, columnCount);
  checkNames(op, 'rows', options.rows, values.length);
  checkNames(op, 'columns', options.columns, columnCount);
  checkLabels(op, labels, values);
  const rows = axisOf(options.rows, values.length, 0.75, labels === undefined ? 0 : MOST);
  const columns = axisOf(options.columns, columnCount, 1, labelRoom(labels, options.columns));
  const scale = colorScale(values.flat());

  const rowWidth = Math.max(...rows.ticks.map((i) => widthOf(rows.nameOf(i), FONT_SIZE)));
  const columnWidth = Math.max(...columns.ticks.map((i) => widthOf(columns.nameOf(i), FONT_SIZE)));
  const turned = columns.named && columnWidth > columns.cell - 4;
  const top = y === undefined ? 12 : 32;
  const left = Math.max(MARGIN + rowWidth + 10, 36);
  const right = left + columns.cell * columnCount;
  const bottom = top + rows.cell * values.length;
  const places = { left, right, top, bottom };
  const nameHeight = x === undefined ? 0 : 22;
  const below = (turned ? columnWidth : FONT_SIZE) + 16 + nameHeight;
  const legendHeight = Math.min(140, Math.max(60, bottom - top));
  return drawPicture({
    title,
    description: describe(values, scale.signed),
    width: right + legendWidth(scale),
    height: Math.max(bottom + below, top + legendHeight + 12 + nameHeight),
    plot: {
      places,
      x,
      y,
      options: {
        x: { domain: [0, columnCount], label: null },
        y: { domain: [values.length, 0], label: null },
        marks: [
          Plot.axisX(
            columns.ticks.map((i) => i + 0.5),
            {
              tickFormat: (place: number) => columns.nameOf(place - 0.5),
              tickRotate: turned ? -90 : 0,
              tickSize: columns.named ? 0 : 4,
              label: null,
            },
          ),
          Plot.axisY(
            rows.ticks.map((i) => i + 0.5),
            {
              tickFormat: (place: number) => rows.nameOf(place - 0.5),
              tickSize: rows.named ? 0 : 4,
              label: null,
            },
          ),
        ],
      },
    },
    draw: (element) => [
      ...drawCells(element, values, scale, { left, top, width: columns.cell, height: rows.cell }),
      element('rect', {
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
        fill: 'none',
        stroke: 'var(--rule)',
      }),
      ...(labels ?? []).flatMap((row, r) =>
        row.map((label, c) => {
          const center = { x: left + (c + 0.5) * columns.cell, y: top + (r + 0.5) * rows.cell, dy: '0.32em' };
          const fill = inkOn(shadeOf(values[r]?.[c] ?? 0, scale)?.strength ?? 0);
          return element('text', { ...center, 'text-anchor': 'middle', fill }, label);
        }),
      ),
      ...colorLegend(element, scale, right, top, legendHeight),
    ],
  });
}

interface NamedAxis {
  /** Width or height of a cell. */
  readonly cell: number;
  readonly named: boolean;
  /** Which cells have their name written. */
  readonly ticks: readonly number[];
  readonly nameOf: (i: number) => string;
}

/** As wide as the widest label, and as the widest name of a column where that is not much more. */
function labelRoom(labels: HeatMapOptions['labels'], names: readonly string[] = []): number {
  if (labels === undefined) return 0;
  const widest = (texts: readonly string[]): number =>
    Math.max(0, ...texts.map((text) => widthOf(visible(text), FONT_SIZE) + 8));
  const [room, named] = [widest(labels.flat()), widest(names)];
  return named <= LABELED ? Math.max(room, named) : room;
}

/** `share` of the usual size is for all cells together, but each has `room`. */
function axisOf(names: readonly string[] | undefined, count: number, share: number, room: number): NamedAxis {
  const named = names !== undefined;
  const least = Math.max(room, named && count <= MANY ? NAMED : LEAST);
  const cell = Math.max(least, Math.min(MOST, Math.floor((SIZE * share) / count)));
  if (!named) {
    const { ticks } = innerAxis([0, count - 1], Math.min(8, Math.ceil((cell * count) / 50)));
    return { cell, named, ticks: ticks.filter(Number.isInteger), nameOf: decimal };
  }
  const every = Math.ceil((FONT_SIZE + 3) / cell);
  const ticks = names.map((_, i) => i).filter((i) => i % every === 0);
  return { cell, named, ticks, nameOf: (i) => visible(names[i] ?? '') };
}

function describe(values: readonly (readonly number[])[], signed: boolean): string {
  const finite = values.flat().filter(Number.isFinite);
  const crossed = values.length * (values[0]?.length ?? 0) - finite.length;
  const least = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const greatest = finite.reduce((greatest, value) => Math.max(greatest, value), Number.NEGATIVE_INFINITY);
  const sentences = [
    `${values.length} rows of ${values[0]?.length ?? 0} numbers`,
    ...(finite.length > 0 ? [`between ${rounded(least)} and ${rounded(greatest)}`] : []),
    ...(signed ? ['those below 0 in a colour of their own'] : []),
    ...(crossed > 0 ? [`${crossed} that are not finite are crossed out`] : []),
  ];
  return `${sentences.join(', ')}.`;
}

function checkTable(op: string, values: readonly (readonly number[])[], columns: number): void {
  if (values.length === 0 || columns === 0) {
    throw new PictureError({
      op,
      what: 'there is no number',
      rule: 'a heat map has at least one row and one column',
      mend: 'Pass rows of numbers',
    });
  }
  const ragged = values.findIndex((row) => row.length !== columns);
  if (ragged < 0) return;
  throw new PictureError({
    op,
    what: `the first row has ${columns} numbers, row ${ragged} has ${values[ragged]?.length}`,
    rule: 'all rows are of one length',
    mend: 'Pad the shorter ones with NaN, which is crossed out',
  });
}

function checkLabels(
  op: string,
  labels: readonly (readonly string[])[] | undefined,
  values: readonly (readonly number[])[],
): void {
  if (labels === undefined) return;
  const columns = values[0]?.length ?? 0;
  if (labels.length === values.length && labels.every((row) => row.length === columns)) return;
  throw new PictureError({
    op,
    what: `the labels are not as many as the ${values.length} rows of ${columns} cells`,
    rule: 'labels[i][j] is written on the cell of values[i][j]',
    mend: "Correct labels; '' writes nothing",
  });
}

function checkNames(op: string, option: string, names: readonly string[] | undefined, count: number): void {
  if (names === undefined || names.length === count) return;
  throw new PictureError({
    op,
    what: `there are ${names.length} names of ${option} for ${count} ${option}`,
    rule: 'each has one',
    mend: `Correct ${option}, or leave it out`,
  });
}
