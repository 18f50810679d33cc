/** The time between steps as features. */
import { checkOptions, elementary, type Tensor, tensor, ValueError } from '@unroll/core';
import { checkRising, type Times, toTimes } from './times.js';

/** A duration as a feature: `log(1 + Δ)`, or Δ itself. */
export type DeltaForm = 'log1p' | 'plain';

/** Options of {@link timeDeltas}. */
export interface TimeDeltasOptions {
  /** How each duration is written, one feature for each form; `['log1p']` unless given. */
  readonly forms?: readonly DeltaForm[];
  /** The duration that counts as 1; 1 unless given. */
  readonly unit?: number;
}

const FORMS: Readonly<Record<DeltaForm, (delta: number) => number>> = {
  log1p: (delta) => elementary.log1p(delta),
  plain: (delta) => delta,
};

/**
 * How long ago the step before each one was, for sequences whose steps come at irregular times: features to be joined
 * to the others. Durations often range over many powers of ten, hence the logarithm.
 *
 * `Δ_0 = 0`, `Δ_t = (times_t − times_{t − 1}) / unit`.
 *
 * Shapes: times `[T]`; float32 `[T, forms.length]`.
 * Units: the same for times and unit. Choose the unit so that a usual Δ is about 1: below it `log1p` is nearly plain.
 * Errors: `ValueError` for times that fall or are not finite, and for options that are unknown or wrong; `ShapeError`
 * for times that are not in one row.
 * Numerics: computed in float64 and rounded once.
 * @source E. Choi et al., "Doctor AI: Predicting Clinical Events via Recurrent Neural Networks", arXiv:1511.05942: the
 * time since the last visit as an input
 *
 * @example
 * ```ts
 * import { concat, tensor } from '@unroll/core';
 * import { timeDeltas } from '@unroll/data';
 * const hours = [0, 1, 1, 25];
 * timeDeltas(hours, { forms: ['log1p', 'plain'] }).toArray(); // [[0, 0], [0.6931, 1], [0, 0], [3.219, 24]]
 * const x = tensor([[5], [7], [6], [5]]);
 * concat([x, timeDeltas(hours)], 1).shape; // [4, 2]
 * ```
 */
export function timeDeltas(times: Times, options: TimeDeltasOptions = {}): Tensor {
  const op = 'timeDeltas';
  checkOptions(op, options, ['forms', 'unit']);
  const { forms = ['log1p'], unit = 1 } = options;
  checkForms(op, forms);
  checkUnit(op, unit);
  const points = toTimes(op, times);
  checkRising(op, points);
  const features = new Float32Array(points.length * forms.length);
  for (let t = 1; t < points.length; t++) {
    const delta = ((points[t] as number) - (points[t - 1] as number)) / unit;
    features.set(
      forms.map((form) => FORMS[form](delta)),
      t * forms.length,
    );
  }
  return tensor(features, { shape: [points.length, forms.length] });
}

function checkForms(op: string, forms: readonly DeltaForm[]): void {
  if (forms.length > 0 && forms.every((form) => Object.hasOwn(FORMS, form))) return;
  throw new ValueError({
    op,
    what: `forms are ${JSON.stringify(forms)}`,
    rule: "each is 'log1p' or 'plain', and there is at least one",
    mend: 'Correct forms',
  });
}

function checkUnit(op: string, unit: number): void {
  if (Number.isFinite(unit) && unit > 0) return;
  throw new ValueError({
    op,
    what: `unit is ${unit}`,
    rule: 'it must be a finite number above 0',
    mend: 'Correct unit',
  });
}
