/** The features of a training part, one by one. */
import { ShapeError, ValueError } from '@unroll/core';
import { type Numbers, toTensor } from './rows.js';

/**
 * The numbers of each feature, which is an index of the last axis; a series `[T]` is one feature. NaN, for what is
 * missing, is left out.
 *
 * Errors: `ShapeError` for a scalar; `ValueError` for a feature without numbers or with infinite ones.
 */
export function featuresOf(op: string, train: Numbers): Float64Array[] {
  const t = toTensor(train);
  const width = t.rank > 1 ? t.shape[t.rank - 1] : 1;
  if (t.rank === 0 || width === undefined || width === 0) {
    throw new ShapeError({
      op,
      what: 'train has no features',
      arrays: { train: t },
      rule: 'they are the last axis, or a series with one axis is one feature',
      mend: 'Pass the training part, [examples, features]',
    });
  }
  const { data } = t;
  return Array.from({ length: width }, (_, feature) => {
    const column = Float64Array.from({ length: data.length / width }, (_, i) => data[i * width + feature] as number);
    const numbers = column.filter((x) => !Number.isNaN(x));
    if (numbers.length > 0 && numbers.every(Number.isFinite)) return numbers;
    throw new ValueError({
      op,
      what: `feature ${feature} has ${numbers.length === 0 ? 'no' : 'infinite'} numbers`,
      arrays: { train: t },
      rule: 'a scale is found from finite numbers; NaN stands for missing ones',
      mend: 'Leave the feature out, or correct it',
    });
  });
}

/** What a feature is divided by: a constant one by 1. */
export function divisor(spread: number): number {
  return spread > 0 ? spread : 1;
}
