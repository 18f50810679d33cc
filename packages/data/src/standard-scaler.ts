/** Features with mean 0 and variance 1. */
import { divisor, featuresOf } from './features.js';
import type { Numbers } from './rows.js';
import { Scaler } from './scaler.js';

/**
 * The scaler that gives each feature mean 0 and variance 1. Fit it on the training part only, or validation would be
 * known in advance.
 *
 * `center = Σ x / n`, `scale = √(Σ (x − center)² / n)` over all axes but the last; for a constant feature 1.
 *
 * Shapes: train `[…, D]`; `[T]` is a series of one feature.
 * Errors: `ValueError` for a feature without numbers or with infinite ones; `ShapeError` for a scalar.
 * Numerics: in float64, in two passes. NaN, for what is missing, is left out.
 * @source scikit-learn, `StandardScaler`, which also divides by n
 *
 * @example
 * ```ts
 * import { split, standardScaler } from '@unroll/data';
 * import { tensor } from '@unroll/core';
 * const [train, validation] = split(tensor([[0, 0], [0, 0], [1, 1], [1, 1], [2, 2]]), { fractions: [0.8, 0.2] });
 * const scaler = standardScaler(train);
 * scaler.center; // [0.5, 0.5]
 * scaler.transform(validation).toArray(); // [[3, 3]]
 * ```
 */
export function standardScaler(train: Numbers): Scaler {
  const features = featuresOf('standardScaler', train).map((numbers) => {
    const [first = 0] = numbers;
    const center = first + mean(numbers, (x) => x - first); // exact for a constant
    return { center, scale: divisor(Math.sqrt(mean(numbers, (x) => (x - center) * (x - center)))) };
  });
  return new Scaler({ center: features.map(({ center }) => center), scale: features.map(({ scale }) => scale) });
}

function mean(numbers: Float64Array, of: (x: number) => number): number {
  return numbers.reduce((sum, x) => sum + of(x), 0) / numbers.length;
}
