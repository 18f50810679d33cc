/** From numbers to colours: how strongly a cell is coloured, and in which of the two colours. */
import { extentOf } from './axes.js';
import { FONT_SIZE } from './picture.js';
import type { Drawn, ElementMaker } from './svg.js';
import { rounded, widthOf } from './text.js';

/** The colours of a set of numbers: from the ground at 0 to full at the greatest size, above 0 in one colour, below in another. */
export interface ColorScale {
  readonly greatest: number;
  /** Whether there are numbers below 0. */
  readonly signed: boolean;
}

/** How a number is drawn: a colour and its strength in hundredths; null for what is not finite. */
export type Shade = { readonly color: string; readonly strength: number } | null;

/** The scale on which the number of greatest size is full. */
export function colorScale(values: Iterable<number>): ColorScale {
  const [least, greatest] = extentOf([0, ...[...values].filter(Number.isFinite)]);
  return { greatest: Math.max(-least, greatest) || 1, signed: least < 0 };
}

export function shadeOf(value: number, { greatest }: ColorScale): Shade {
  if (!Number.isFinite(value)) return null;
  return {
    color: value < 0 ? 'var(--below)' : 'var(--above)',
    strength: Math.round((Math.abs(value) / greatest) * 100),
  };
}

/** Of the legend. */
const BAR = 12;
const GAP = 18;

/** How much room the legend needs to the right. */
export function legendWidth({ greatest, signed }: ColorScale): number {
  return GAP + BAR + 6 + widthOf(rounded(signed ? -greatest : greatest), FONT_SIZE) + 8;
}

/** A bar of all colours with the numbers of its ends. */
export function colorLegend(
  element: ElementMaker,
  scale: ColorScale,
  right: number,
  top: number,
  height: number,
): Drawn[] {
  const { greatest, signed } = scale;
  const count = signed ? 21 : 11; // tenths, down to −1 or to 0
  const least = signed ? -greatest : 0;
  const x = right + GAP;
  const bars = Array.from({ length: count }, (_, i) => {
    const shade = shadeOf((1 - i / 10) * greatest, scale);
    const place = { x, y: top + (i * height) / count, width: BAR, height: height / count };
    return element('rect', { ...place, fill: shade?.color ?? '', 'fill-opacity': (shade?.strength ?? 0) / 100 });
  });
  const frame = element('rect', { x, y: top, width: BAR, height, fill: 'none', stroke: 'var(--rule)' });
  const numbers = [greatest, ...(signed ? [0] : []), least];
  const labels = numbers.map((number, i) => {
    const y = top + 5 + (i * (height - 10)) / (numbers.length - 1);
    return element('text', { x: x + BAR + 6, y, dy: '0.32em', fill: 'var(--quiet)' }, rounded(number));
  });
  return [element('g', { 'shape-rendering': 'crispEdges' }, bars), frame, ...labels];
}
