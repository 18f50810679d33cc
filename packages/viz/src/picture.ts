/** What is the same for all pictures: the ground, the title, the words for who does not see it, and axes around a plot. */
import * as Plot from '@observablehq/plot';
import { type Drawing, type Drawn, type ElementMaker, elementMaker, fileOf, newDrawing } from './svg.js';
import { visible, widthOf } from './text.js';
import { STYLE } from './theme.js';

/** Of axes and labels. */
export const FONT_SIZE = 13;

/** From the edge of a picture to its words. */
export const MARGIN = 14;

/** Height of a title, which stands above everything else, and its font. */
const TITLE = 30;
const TITLE_SIZE = 15;
/** Bold letters are that much wider. */
const BOLD = 1.1;

/** Where a plot is, in pixels below the title. */
export interface Places {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Axes and marks within their places. */
export interface PlotPart {
  readonly places: Places;
  /** Names of the axes, above the one and below the other. */
  readonly x: string | undefined;
  readonly y: string | undefined;
  readonly options: Plot.PlotOptions;
}

/** A plot, or what is drawn without one, and the words around it. */
export interface Picture {
  readonly title: string | undefined;
  /** What a reader who does not see the picture should know of it, in sentences. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly plot?: PlotPart;
  /** What no mark draws: parts in pixels below the title. */
  readonly draw: (element: ElementMaker) => Drawn[];
}

/** The text of an SVG file. */
export function drawPicture({ title, description, height, plot, draw, ...picture }: Picture): string {
  const document = newDrawing();
  const element = elementMaker(document);
  const words = [
    widthOf(title ?? '', TITLE_SIZE * BOLD),
    widthOf(plot?.x ?? '', FONT_SIZE),
    widthOf(plot?.y ?? '', FONT_SIZE),
  ];
  const width = Math.max(picture.width, 2 * MARGIN + Math.max(...words));
  const top = title === undefined ? 0 : TITLE;
  const style = element('style', {});
  style.textContent = STYLE; // its newlines stay
  const svg = element('svg', {
    class: 'unroll-picture',
    width,
    height: height + top,
    viewBox: `0 0 ${width} ${height + top}`,
    role: 'img',
    'aria-label': visible(title ?? description),
    fill: 'currentColor',
    'font-family': 'system-ui, sans-serif',
    'font-size': FONT_SIZE,
  });
  const heading =
    title === undefined
      ? []
      : [
          element('desc', {}, description),
          element('text', { x: MARGIN, y: 24, 'font-size': TITLE_SIZE, 'font-weight': 600 }, title),
        ];
  const parts =
    plot === undefined
      ? []
      : [
          element('g', { 'text-anchor': 'middle' }, plotted(document, width, height, plot)),
          ...axisNames(element, plot, height),
        ];
  svg.append(
    style,
    element('rect', { width, height: height + top, rx: 6, fill: 'var(--paper)' }),
    ...heading,
    element('g', { transform: `translate(0,${top})` }, [...parts, ...draw(element)]),
  );
  return fileOf(svg);
}

/** The parts of a plot, without the element and the style sheet in which they come. */
function plotted(document: Drawing, width: number, height: number, { places, options }: PlotPart): Drawn[] {
  const made: unknown = Plot.plot({
    ...options,
    document: document as never,
    width,
    height,
    marginTop: places.top,
    marginRight: width - places.right,
    marginBottom: height - places.bottom,
    marginLeft: places.left,
  });
  const svg = made as Drawn;
  for (const style of [...svg.querySelectorAll('style')]) style.remove();
  return [...svg.children];
}

/** The name of the x axis ends where the plot does, if there is room for it before. */
function axisNames(element: ElementMaker, { places, x, y }: PlotPart, height: number): Drawn[] {
  const fits = widthOf(x ?? '', FONT_SIZE) <= places.right - MARGIN;
  const end = fits ? { x: places.right, 'text-anchor': 'end' } : { x: MARGIN };
  return [
    ...(y === undefined ? [] : [element('text', { x: MARGIN, y: places.top - 15, fill: 'var(--quiet)' }, y)]),
    ...(x === undefined ? [] : [element('text', { ...end, y: height - 12, fill: 'var(--quiet)' }, x)]),
  ];
}
