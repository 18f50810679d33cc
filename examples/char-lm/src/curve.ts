/** The learning curve as a picture. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Cross-entropy in bits per character after so many windows. */
export interface Point {
  readonly window: number;
  readonly bits: number;
}

export interface Curve {
  /** Bits per character of each window, from the first on. */
  readonly training: readonly number[];
  readonly validation: readonly Point[];
}

const COLORS = { domain: ['training', 'validation'], range: ['#4269d0', '#ff725c'] };

/** An SVG file: each window's training loss as a thin line, their running mean and the validation loss on top. */
export function curveSvg({ training, validation }: Curve): string {
  const { document } = parseHTML('<!doctype html><html></html>');
  const points: Point[] = training.map((bits, i) => ({ window: i + 1, bits }));
  const k = Math.max(1, Math.round(training.length / 40));
  const mean = Plot.windowY({ k, anchor: 'middle', strict: false }, { x: 'window', y: 'bits' });
  const drawn = Plot.plot({
    document,
    width: 760,
    height: 420,
    marginLeft: 50,
    style: { background: 'white', color: '#333' },
    x: { label: 'windows', nice: true },
    y: { label: 'bits per character', grid: true, nice: true },
    color: COLORS,
    marks: [
      Plot.line(points, { x: 'window', y: 'bits', stroke: '#4269d0', strokeOpacity: 0.3, strokeWidth: 1 }),
      Plot.line(points, { ...mean, stroke: '#4269d0', strokeWidth: 2 }),
      Plot.line(validation, { x: 'window', y: 'bits', stroke: '#ff725c', strokeWidth: 2, marker: 'dot' }),
      Plot.text(validation.slice(-1), {
        x: 'window',
        y: 'bits',
        text: () => 'validation',
        fill: '#ff725c',
        dy: -12,
        textAnchor: 'end',
      }),
    ],
  });
  drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${drawn.outerHTML}\n`;
}
