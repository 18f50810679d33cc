/** How far numbers are from their mean. */
import { checkOptions, ShapeError, ValueError } from '../errors.js';
import type { TensorLike } from '../tensor/create.js';
import { normalizeAxes } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { div, sub } from './arithmetic.js';
import { square } from './exponential.js';
import { toFloat } from './promote.js';
import { mean } from './reductions.js';
import { type ReduceOptions, sum } from './sum.js';

/** Options of {@link variance}. */
export interface VarianceOptions extends ReduceOptions {
  /** What is taken from the number of entries before dividing by it. 1 unless given, for a sample; 0 for all there is. */
  readonly correction?: number;
}

/**
 * The variance over some axes, or over all: `Σ (x − mean(x))² / (n − correction)`. `torch.var`; its root is `torch.std`.
 *
 * Shapes: without the named axes, or with size 1 there (`keepDims`).
 * Numerics: the mean is taken out before squaring, so what the entries have in common costs no digits.
 * Differs: from NumPy, whose `ddof` is 0 unless given; where PyTorch and NumPy divide by 0 it is an error.
 * Errors: `ShapeError` for an axis that is not there, and unless there are more entries than `correction`; `ValueError`
 * for a correction below 0; `DataTypeError` for int32.
 *
 * @example
 * ```ts
 * import { tensor, variance } from '@unroll/core';
 * variance(tensor([1, 2, 6])).item(); // 7
 * variance(tensor([[1, 3], [2, 8]]), 1, { correction: 0 }).toArray(); // [1, 9]
 * ```
 */
export function variance(x: TensorLike, axes?: number | readonly number[], options: VarianceOptions = {}): Tensor {
  checkOptions('variance', options, ['keepDims', 'correction']);
  const { keepDims = false, correction = 1 } = options;
  const t = toFloat('variance', x);
  const over = normalizeAxes('variance', axes, t.shape);
  if (!(correction >= 0)) {
    throw new ValueError({
      op: 'variance',
      what: `correction is ${correction}`,
      rule: 'it is a number of at least 0',
      mend: 'Pass 1 for a sample, or 0',
    });
  }
  const count = over.reduce((product, axis) => product * (t.shape[axis] as number), 1);
  if (count <= correction) {
    throw new ShapeError({
      op: 'variance',
      what: `${count} ${count === 1 ? 'entry is' : 'entries are'} too few for a correction of ${correction}`,
      arrays: { x: t },
      rule: 'the sum of squares is divided by the number of entries less the correction',
      mend: 'Name axes with more entries, or lower the correction',
    });
  }
  const distance = sub(t, mean(t, over, { keepDims: true }));
  return div(sum(square(distance), over, { keepDims }), count - correction);
}
