/** Lengths of vectors. */
import { checkOptions, ValueError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { reducedShape } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { div, mul } from './arithmetic.js';
import { sqrt, square } from './exponential.js';
import { abs } from './extrema.js';
import { toFloat } from './promote.js';
import { max, requireEntries } from './reductions.js';
import { equal, greater, less, where } from './select.js';
import { expandReduced, type ReduceAttributes, type ReduceOptions, reduceAttributes, sum } from './sum.js';
import { reshape } from './views.js';

/** From this length on, what squares lose below the smallest normal number is less than the rounding of up to 2²⁰ of them. */
const TRUSTED = { float32: 2 ** -53, float64: 2 ** -501 };

/** The root of the sum of squares. Where that is too small or too large, the entries are divided by the largest first. */
function lengthOf(x: Tensor, axes: readonly number[]): Tensor {
  const rootOfSquares = (entries: Tensor): Tensor => sqrt(sum(square(entries), axes, { keepDims: true }));
  const plain = rootOfSquares(x);
  const least = TRUSTED[floatType(x)];
  if (plain.data.every((length) => length > least && length < Infinity)) return plain;
  if (axes.some((axis) => x.shape[axis] === 0)) return plain;
  const largest = max(abs(x), axes, { keepDims: true });
  const unit = where(mul(greater(largest, 0), less(largest, Infinity)), largest, 1);
  const isTrusted = mul(greater(plain, least), less(plain, Infinity));
  return where(isTrusted, plain, mul(unit, rootOfSquares(div(x, unit))));
}

export const normOp: Op<ReduceAttributes> = defineOp<ReduceAttributes>({
  name: 'norm',
  forward([x], { axes, keepDims }) {
    const t = x as Tensor;
    return reshape(lengthOf(t, axes), reducedShape(t.shape, axes, keepDims));
  },
  vjp({ gradient, inputs: [x], output, attributes }) {
    const t = x as Tensor;
    const isZero = equal(output, 0);
    const direction = div(t, expandReduced(where(isZero, 1, output), t, attributes));
    return [mul(direction, expandReduced(where(isZero, 0, gradient), t, attributes))];
  },
  samples: [
    { inputs: [{ shape: [2, 3] }], attributes: { axes: [1], keepDims: false } },
    { inputs: [{ shape: [3, 2, 2] }], attributes: { axes: [0, 2], keepDims: true } },
    { inputs: [{ shape: [2, 1] }], attributes: { axes: [1], keepDims: false } },
    { inputs: [{ shape: [0, 2] }], attributes: { axes: [1], keepDims: false } },
  ],
});

/** Options of {@link norm}. */
export interface NormOptions extends ReduceOptions {
  /** 2 for the root of the sum of squares (unless given), 1 for the sum of magnitudes, Infinity for the largest. */
  readonly ord?: number;
}

/**
 * The norm of the entries along some axes, or of all: `√Σx²`, with `ord` 1 `Σ|x|`, with `ord` Infinity `max |x|`.
 *
 * Shapes: without the named axes, or with size 1 there (`keepDims`).
 * Saves: x and the norm.
 * Numerics: squares that would overflow or vanish do not: such rows are computed again, divided by their largest entry.
 * Where all entries are 0 the gradient is 0; largest entries that tie share it.
 * Differs: from NumPy, where two axes mean a norm of matrices; here they are one vector, as in `torch.linalg.vector_norm`.
 * Errors: `ShapeError` for an axis that is not there, or has no entries and `ord` is Infinity; `ValueError` for another
 * `ord`; `DataTypeError` for int32.
 *
 * @example
 * ```ts
 * import { norm, tensor } from '@unroll/core';
 * const x = tensor([[3, -4], [5, 12]]);
 * norm(x, 1).toArray(); // [5, 13]
 * norm(x, undefined, { ord: Infinity }).item(); // 12
 * ```
 */
export function norm(x: TensorLike, axes?: number | readonly number[], options: NormOptions = {}): Tensor {
  checkOptions('norm', options, ['keepDims', 'ord']);
  const { keepDims = false, ord = 2 } = options;
  const t = toFloat('norm', x);
  const attributes = reduceAttributes('norm', t, axes, { keepDims });
  if (ord === 2) return apply(normOp, [t], attributes);
  if (ord === 1) return sum(abs(t), attributes.axes, { keepDims });
  if (ord === Infinity) {
    requireEntries('norm', t, attributes.axes);
    return max(abs(t), attributes.axes, { keepDims });
  }
  throw new ValueError({
    op: 'norm',
    what: `ord is ${ord}`,
    rule: 'there are the norms 1, 2 and Infinity',
    mend: 'Pass one of them, or compute it with pow and sum',
  });
}
