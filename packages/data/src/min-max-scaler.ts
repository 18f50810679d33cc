/** Features within a range. */
import { checkOptions, ValueError } from '@unroll/core';
import { divisor, featuresOf } from './features.js';
import type { Numbers } from './rows.js';
import { Scaler } from './scaler.js';

/** Options of {@link minMaxScaler}. */
export interface MinMaxScalerOptions {
  /** Where the least and the largest number of each feature go; `[0, 1]` unless given. */
  readonly range?: readonly [low: number, high: number];
}

/**
 * The scaler that brings each feature into a range. Fit it on the training part only; what lies outside of that part's
 * numbers then lies outside of the range.
 *
 * `scale = (max x − min x) / (high − low)`, for a constant feature 1; `center = min x − low · scale`.
 *
 * Shapes: train `[…, D]`; `[T]` is a series of one feature.
 * Errors: `ValueError` for a feature without numbers or with infinite ones, for a range that is none, and for unknown
 * options; `ShapeError` for a scalar.
 * Numerics: in float64. NaN, for what is missing, is left out.
 * @source scikit-learn, `MinMaxScaler`
 *
 * @example
 * ```ts
 * import { minMaxScaler } from '@unroll/data';
 * const scaler = minMaxScaler([10, 15, 20]);
 * scaler.transform([12.5, 25]).toArray(); // [0.25, 1.5]
 * minMaxScaler([10, 15, 20], { range: [-1, 1] }).transform([10, 15, 20]).toArray(); // [-1, 0, 1]
 * ```
 */
export function minMaxScaler(train: Numbers, options: MinMaxScalerOptions = {}): Scaler {
  const op = 'minMaxScaler';
  checkOptions(op, options, ['range']);
  const [low, high] = options.range ?? [0, 1];
  if (!Number.isFinite(low) || !Number.isFinite(high) || low >= high) {
    throw new ValueError({
      op,
      what: `range is [${low}, ${high}]`,
      rule: 'it goes from a number to a larger one',
      mend: 'Pass such numbers, as [-1, 1]',
    });
  }
  const features = featuresOf(op, train).map((numbers) => {
    const least = numbers.reduce((a, b) => Math.min(a, b));
    const scale = divisor((numbers.reduce((a, b) => Math.max(a, b)) - least) / (high - low));
    return { center: least - low * scale, scale };
  });
  return new Scaler({ center: features.map(({ center }) => center), scale: features.map(({ scale }) => scale) });
}
