/** Small pictures beside each other: the frames of a clip, or where an attention looks while words are said. */
import { drawCells } from './cells.js';
import { colorLegend, colorScale, legendWidth } from './color-scale.js';
import { checkOptions, PictureError } from './errors.js';
import { drawPicture, FONT_SIZE, MARGIN } from './picture.js';
import type { Drawn, ElementMaker } from './svg.js';
import { rounded, visible, widthOf } from './text.js';

/** A thing that lies on a cell. */
export interface PanelMark {
  readonly row: number;
  readonly column: number;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'star';
  /** Any colour of CSS; middling ones are seen on light and on dark pages. */
  readonly color: string;
}

/** One of the pictures. */
export interface Panel {
  /** Rows of numbers, drawn as the cells of a heat map. */
  readonly values: readonly (readonly number[])[];
  /** A word or two below it. */
  readonly caption?: string;
  /** What lies on the cells. */
  readonly marks?: readonly PanelMark[];
}

/** Panels beside each other. */
export interface PanelLine {
  /** Stands before the first. */
  readonly name?: string;
  readonly panels: readonly Panel[];
}

/** Options of {@link panels}. */
export interface PanelsOptions {
  readonly title?: string;
}

/** How large a panel would like to be, and how small its cells get. */
const SIZE = 104;
const LEAST = 2;

/** Between panels; from a panel to its caption, and from there to the next line. */
const GAP = 12;
const CAPTION = 18;
const LINE = 14;

/**
 * Lines of small pictures, each of as many cells: the frames of a clip with what was seen in them, or a scene again and
 * again with the attention of each word that is said of it.
 *
 * A cell goes from the ground at 0 to full colour at the number of greatest size in all panels; numbers below 0 have a colour
 * of their own. A number that is not finite is crossed out. A legend stands where there are colours between.
 *
 * Shapes: values `[rows][columns]`, the same for all panels.
 * Errors: `PictureError` for no panels or numbers, panels of different sizes, marks beside the cells, and unknown options.
 * @source K. Xu et al., "Show, attend and tell: neural image caption generation with visual attention", ICML 2015, figure 2
 *
 * @example
 * ```ts
 * import { panels } from '@unroll/viz';
 * const marks = [{ row: 0, column: 1, symbol: 'star', color: 'crimson' }] as const;
 * const star = { values: [[0.1, 0.9], [0, 0]], caption: 'star', marks };
 * const end = { values: [[0.2, 0.2], [0.3, 0.3]], caption: 'end', marks };
 * panels([{ name: 'a scene', panels: [star, end] }]).startsWith('<svg'); // true
 * ```
 */
export function panels(lines: readonly PanelLine[], options: PanelsOptions = {}): string {
  const op = 'panels';
  checkOptions(op, options, ['title']);
  const all = lines.flatMap(({ panels }) => panels);
  const { rows, columns } = checkPanels(op, all);
  const numbers = all.flatMap(({ values }) => values.flat());
  const scale = colorScale(numbers);
  const graded = numbers.some((value) => value !== 0 && Math.abs(value) !== scale.greatest);

  const cell = Math.max(LEAST, Math.floor(SIZE / Math.max(rows, columns)));
  const [width, height] = [cell * columns, cell * rows];
  const captions = all.map(({ caption = '' }) => visible(caption));
  const pitch = GAP + Math.max(width, ...captions.map((caption) => widthOf(caption, FONT_SIZE)));
  const nameWidth = Math.max(0, ...lines.map(({ name = '' }) => widthOf(visible(name), FONT_SIZE)));
  const left = MARGIN + (nameWidth > 0 ? nameWidth + GAP : 0);
  const right = left + Math.max(...lines.map(({ panels }) => panels.length)) * pitch - GAP;
  const lineHeight = height + LINE + (captions.every((caption) => caption === '') ? 0 : CAPTION);

  const drawPanel = (element: ElementMaker, { values, caption = '', marks = [] }: Panel, transform: string): Drawn => {
    const below = { x: width / 2, y: height + CAPTION - 2, 'text-anchor': 'middle' };
    return element('g', { transform }, [
      ...drawCells(element, values, scale, { left: 0, top: 0, width: cell, height: cell }),
      ...marks.map((mark) => drawMark(element, mark, cell)),
      element('rect', { width, height, fill: 'none', stroke: 'var(--rule)' }),
      ...(caption === '' ? [] : [element('text', below, caption)]),
    ]);
  };
  return drawPicture({
    title: options.title,
    description: describe(captions, rows, columns, scale.greatest),
    width: right + (graded ? legendWidth(scale) : MARGIN),
    height: MARGIN + lines.length * lineHeight,
    draw: (element) => [
      ...lines.flatMap(({ name = '', panels }, l) => {
        const top = MARGIN + l * lineHeight;
        const beside = { x: left - GAP, y: top + height / 2, dy: '0.32em', 'text-anchor': 'end' };
        const drawn = panels.map((panel, i) =>
          drawPanel(element, panel, `translate(${left + i * pitch + (pitch - GAP - width) / 2},${top})`),
        );
        return name === '' ? drawn : [element('text', beside, name), ...drawn];
      }),
      ...(graded ? colorLegend(element, scale, right, MARGIN, Math.max(60, height)) : []),
    ],
  });
}

/** Corners of the symbols, around the middle of a cell of size 2. */
const CORNERS: Readonly<Record<Exclude<PanelMark['symbol'], 'circle'>, readonly (readonly [number, number])[]>> = {
  square: [
    [-0.56, -0.56],
    [0.56, -0.56],
    [0.56, 0.56],
    [-0.56, 0.56],
  ],
  triangle: [
    [0, -0.68],
    [0.72, 0.56],
    [-0.72, 0.56],
  ],
  // Every second one at 0.4 of the distance from the middle.
  star: [
    [0, -0.76],
    [0.18, -0.25],
    [0.72, -0.23],
    [0.29, 0.09],
    [0.45, 0.61],
    [0, 0.3],
    [-0.45, 0.61],
    [-0.29, 0.09],
    [-0.72, -0.23],
    [-0.18, -0.25],
  ],
};

/** With a rim of the ground's colour, so that it is seen on cells of any strength. */
function drawMark(element: ElementMaker, { row, column, symbol, color }: PanelMark, cell: number): Drawn {
  const [x, y, half] = [(column + 0.5) * cell, (row + 0.5) * cell, cell / 2];
  const look = { fill: color, stroke: 'var(--paper)', 'stroke-width': 2, 'paint-order': 'stroke' };
  if (symbol === 'circle') return element('circle', { ...look, cx: x, cy: y, r: 0.62 * half });
  const corners = CORNERS[symbol].map(([dx, dy]) => `${x + dx * half},${y + dy * half}`);
  return element('path', { ...look, d: `M${corners.join('L')}Z` });
}

function describe(captions: readonly string[], rows: number, columns: number, greatest: number): string {
  const said = captions.filter((caption) => caption !== '');
  const about = `${captions.length} panels of ${rows} by ${columns} cells, the greatest number ${rounded(greatest)}`;
  return said.length === 0 ? `${about}.` : `${about}: ${said.join(', ')}.`;
}

/** Rows and columns of each. */
function checkPanels(op: string, panels: readonly Panel[]): { readonly rows: number; readonly columns: number } {
  const rows = panels[0]?.values.length ?? 0;
  const columns = panels[0]?.values[0]?.length ?? 0;
  if (rows === 0 || columns === 0) {
    throw new PictureError({
      op,
      what: 'there is no number',
      rule: 'there is at least one panel, of at least one row and one column',
      mend: 'Pass [{ panels: [{ values }] }], with rows of numbers',
    });
  }
  for (const [i, { values, marks = [] }] of panels.entries()) {
    if (values.length !== rows || values.some((row) => row.length !== columns)) {
      throw new PictureError({
        op,
        what: `panel ${i} is not of ${rows} by ${columns} cells`,
        rule: 'all are as large as the first',
        mend: 'Pad the smaller ones with NaN, which is crossed out',
      });
    }
    const beside = marks.find(({ row, column }) => values[row]?.[column] === undefined);
    if (beside === undefined) continue;
    throw new PictureError({
      op,
      what: `panel ${i} has a mark at row ${beside.row}, column ${beside.column}`,
      rule: `its cells are ${rows} by ${columns}, counted from 0`,
      mend: 'Correct row or column',
    });
  }
  return { rows, columns };
}
