/** How far a gradient reaches back in time. */
import { drawCurves } from './curves.js';
import { checkOptions, PictureError } from './errors.js';

/** One model of {@link gradientCurves}. */
export interface Flow {
  /** Written at the end of its line. */
  readonly name: string;
  /** The norm of the gradient at each time step, the first step first. */
  readonly norms: readonly number[];
}

/** Options of {@link gradientCurves}. */
export interface GradientCurvesOptions {
  readonly title?: string;
}

/**
 * How far a gradient reaches back in time: the norms of ∂loss/∂hₜ from the last step to the first, on a logarithmic scale.
 *
 * A norm of 0, which has vanished altogether, and one that is not finite are gaps.
 *
 * Errors: `PictureError` for no flows, a flow without a norm that can be drawn, and unknown options.
 * @source R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training Recurrent Neural Networks", arXiv:1211.5063
 *
 * @example
 * ```ts
 * import { gradientCurves } from '@unroll/viz';
 * const svg = gradientCurves([
 *   { name: 'RNN', norms: [1e-6, 1e-4, 0.01, 1] },
 *   { name: 'LSTM', norms: [0.2, 0.4, 0.7, 1] },
 * ]);
 * svg.startsWith('<svg'); // true
 * ```
 */
export function gradientCurves(flows: readonly Flow[], options: GradientCurvesOptions = {}): string {
  const op = 'gradientCurves';
  checkOptions(op, options, ['title']);
  if (flows.length === 0) {
    throw new PictureError({
      op,
      what: 'there is no flow',
      rule: 'a picture has at least one',
      mend: 'Pass [{ name, norms }]',
    });
  }
  const lines = flows.map(({ name, norms }) => ({ name, y: norms.toReversed(), x: norms.map((_, i) => i) }));
  return drawCurves(op, lines, { ...options, x: 'steps back in time', y: 'norm of the gradient', yScale: 'log' });
}
