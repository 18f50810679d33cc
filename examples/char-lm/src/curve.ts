/** The learning curve as a picture. */
import { curves } from '@unroll/viz';
import type { Curve } from './training.js';

/** An SVG file: each window's training loss, pale below its running mean, and the validation loss. */
export function curveSvg({ training, validation }: Curve): string {
  const lines = [
    { name: 'training', y: training, smooth: Math.max(1, Math.round(training.length / 40)) },
    { name: 'validation', x: validation.map(({ window }) => window), y: validation.map(({ bits }) => bits) },
  ];
  const drawn = lines.filter(({ y }) => y.length > 0);
  return curves(drawn, { title: 'Learning curve', x: 'windows', y: 'bits per character' });
}
