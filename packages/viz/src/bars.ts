/** Figures beside each other: times, errors, sizes. */
import * as Plot from '@observablehq/plot';
import { drawable, extentOf, linearAxis, tickFormat } from './axes.js';
import { checkOptions, PictureError } from './errors.js';
import { drawPicture, FONT_SIZE, MARGIN } from './picture.js';
import { rounded, visible, widthOf } from './text.js';

/** One bar of {@link bars}. */
export interface Bar {
  readonly name: string;
  readonly value: number;
}

/** Options of {@link bars}. */
export interface BarsOptions {
  readonly title?: string;
  /** What the values measure. */
  readonly x?: string;
}

const WIDTH = 400;
const HEIGHT = 26;
const TOP = 12;
const BOTTOM = 30;

/**
 * Bars from 0, one below the other, each between its name and its value.
 *
 * Errors: `PictureError` for no bars, values that are not finite, and unknown options.
 *
 * @example
 * ```ts
 * import { bars } from '@unroll/viz';
 * const svg = bars(
 *   [
 *     { name: 'without memory', value: 0.167 },
 *     { name: 'LSTM', value: 0.0004 },
 *   ],
 *   { title: 'The adding problem', x: 'mean squared error' },
 * );
 * svg.startsWith('<svg'); // true
 * ```
 */
export function bars(bars: readonly Bar[], options: BarsOptions = {}): string {
  const op = 'bars';
  checkOptions(op, options, ['title', 'x']);
  checkBars(op, bars);
  const { title, x: label } = options;
  const axis = linearAxis(extentOf([0, ...bars.map(({ value }) => value)]), 5);
  const left = MARGIN + 12 + Math.max(...bars.map(({ name }) => widthOf(visible(name), FONT_SIZE)));
  const bottom = TOP + bars.length * HEIGHT;
  const places = { left, right: left + WIDTH, top: TOP, bottom };
  const x: Plot.ScaleOptions = { domain: [...axis.domain], range: [left, places.right], label: null };
  const placeX = Plot.scale({ x });
  const zero = placeX.apply(0);
  const said = bars.map(({ value }) => rounded(value, 4));
  return drawPicture({
    title,
    description: bars.map(({ name }, i) => `${visible(name)}: ${said[i]}.`).join(' '),
    width: places.right + MARGIN + Math.max(...said.map((number) => widthOf(number, FONT_SIZE))),
    height: bottom + BOTTOM + (label === undefined ? 0 : 20),
    plot: {
      places,
      x: label,
      y: undefined,
      options: {
        x,
        y: { domain: [0, bars.length], range: [TOP, bottom], axis: null },
        marks: [
          Plot.gridX(axis.ticks, { stroke: 'var(--rule)', strokeOpacity: 1 }),
          Plot.axisX(axis.ticks, { tickFormat: tickFormat(axis), label: null, tickSize: 0 }),
        ],
      },
    },
    draw: (element) =>
      bars.flatMap(({ name, value }, i) => {
        const end = placeX.apply(value);
        const [y, height] = [TOP + i * HEIGHT + 4, HEIGHT - 8];
        const [from, width] = [Math.min(zero, end), Math.abs(end - zero)];
        const line = { y: y + height / 2, dy: '0.32em' };
        return [
          element('rect', { x: from, y, width, height, fill: 'var(--line1)' }),
          element('text', { ...line, x: left - 10, 'text-anchor': 'end' }, name),
          element(
            'text',
            { ...line, x: Math.max(zero, end) + 5, stroke: 'var(--paper)', 'stroke-width': 4, 'paint-order': 'stroke' },
            said[i] ?? '',
          ),
        ];
      }),
  });
}

function checkBars(op: string, bars: readonly Bar[]): void {
  if (bars.length === 0) {
    throw new PictureError({
      op,
      what: 'there is no bar',
      rule: 'a picture has at least one',
      mend: 'Pass [{ name, value }]',
    });
  }
  const strange = bars.find(({ value }) => !drawable(value));
  if (strange === undefined) return;
  throw new PictureError({
    op,
    what: `the value of '${strange.name}' is ${strange.value}`,
    rule: 'a bar has a finite length',
    mend: 'Leave it out',
  });
}
