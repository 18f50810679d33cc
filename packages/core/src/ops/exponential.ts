/** Exponentials, logarithms, powers and roots. */
import { apply } from '../tape/apply.js';
import type { Op, Sample } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, applyBinary, div, mul, sub, throughSlope } from './arithmetic.js';
import { defineBinary, defineUnary } from './elementwise.js';
import { toFloat } from './promote.js';
import { equal, where } from './select.js';

const POSITIVE: readonly Sample<null>[] = [{ inputs: [{ shape: [2, 3], between: [0.5, 2] }], attributes: null }];

export const expOp: Op<null> = defineUnary('exp', (gradient, _x, output) => throughSlope(gradient, output));
export const expm1Op: Op<null> = defineUnary('expm1', (gradient, _x, output) => throughSlope(gradient, add(output, 1)));
export const logOp: Op<null> = defineUnary('log', (gradient, x) => throughSlope(gradient, div(1, x)), {
  samples: POSITIVE,
});
export const log1pOp: Op<null> = defineUnary('log1p', (gradient, x) => throughSlope(gradient, div(1, add(x, 1))), {
  samples: POSITIVE,
});
export const sqrtOp: Op<null> = defineUnary(
  'sqrt',
  (gradient, _x, output) => throughSlope(gradient, div(0.5, output)),
  {
    samples: POSITIVE,
  },
);
export const squareOp: Op<null> = defineUnary('square', (gradient, x) => throughSlope(gradient, mul(x, 2)));

const POWERS: readonly Sample<null>[] = [
  { inputs: [{ shape: [2, 3], between: [0.5, 2] }, { shape: [3] }], attributes: null },
  { inputs: [{ shape: [2, 1], between: [0.5, 2] }, { shape: [2, 2] }], attributes: null },
  { inputs: [{ shape: [3] }, { values: 2, constant: true }], attributes: null },
];
export const powOp: Op<null> = defineBinary(
  'pow',
  ({ gradient, output }, a, b) => [
    // a⁰ = 1 even at a = 0, so the derivative there is 0 and not 0 · ∞.
    () => throughSlope(gradient, where(equal(b, 0), 0, mul(b, pow(a, sub(b, 1))))),
    () => throughSlope(gradient, where(equal(a, 0), 0, mul(output, log(where(equal(a, 0), 1, a))))),
  ],
  { samples: POWERS },
);

/** eˣ. Errors: `DataTypeError` for int32. */
export function exp(x: TensorLike): Tensor {
  return apply(expOp, [toFloat('exp', x)], null);
}

/** eˣ − 1, precise near 0. Errors: `DataTypeError` for int32. */
export function expm1(x: TensorLike): Tensor {
  return apply(expm1Op, [toFloat('expm1', x)], null);
}

/** The natural logarithm; −∞ at 0, NaN below. Errors: `DataTypeError` for int32. */
export function log(x: TensorLike): Tensor {
  return apply(logOp, [toFloat('log', x)], null);
}

/** ln(1 + x), precise near 0. Errors: `DataTypeError` for int32. */
export function log1p(x: TensorLike): Tensor {
  return apply(log1pOp, [toFloat('log1p', x)], null);
}

/** √x; NaN below 0. Errors: `DataTypeError` for int32. */
export function sqrt(x: TensorLike): Tensor {
  return apply(sqrtOp, [toFloat('sqrt', x)], null);
}

/** x². Errors: `DataTypeError` for int32. */
export function square(x: TensorLike): Tensor {
  return apply(squareOp, [toFloat('square', x)], null);
}

/**
 * aᵇ.
 *
 * Numerics: where b = 0 the gradient by a is 0, and where a = 0 the gradient by b is 0, instead of NaN.
 * Differs: from `Math.pow` as IEEE 754 does: 1ᵇ is 1 for any b, and (−1)^±∞ is 1.
 * Errors: as `add`.
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return applyBinary(powOp, a, b);
}
