/** The nonlinear functions between layers. */
import { apply } from '../tape/apply.js';
import type { Op, Sample } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { sub, throughSlope } from './arithmetic.js';
import { defineUnary, fromOutput } from './elementwise.js';
import { square } from './exponential.js';
import { toFloat } from './promote.js';
import { greater, where } from './select.js';

export const tanhOp: Op<null> = defineUnary(
  'tanh',
  (gradient, _x, output) => throughSlope(gradient, sub(1, square(output))),
  fromOutput('tanhGradient'),
);
export const sigmoidOp: Op<null> = defineUnary(
  'sigmoid',
  (gradient, _x, output) => throughSlope(throughSlope(gradient, output), sub(1, output)),
  fromOutput('sigmoidGradient'),
);
export const softplusOp: Op<null> = defineUnary('softplus', (gradient, x) => throughSlope(gradient, sigmoid(x)));

/** On both sides of the kink at 0. */
const SIDES: readonly Sample<null>[] = [
  { inputs: [{ shape: [2, 3], between: [0.5, 2] }], attributes: null },
  { inputs: [{ shape: [2, 3], between: [-2, -0.5] }], attributes: null },
];
export const reluOp: Op<null> = defineUnary('relu', (gradient, x) => where(greater(x, 0), gradient, 0), {
  samples: SIDES,
});

/** The hyperbolic tangent. Errors: `DataTypeError` for int32. */
export function tanh(x: TensorLike): Tensor {
  return apply(tanhOp, [toFloat('tanh', x)], null);
}

/** The logistic function 1 / (1 + e⁻ˣ). Errors: `DataTypeError` for int32. */
export function sigmoid(x: TensorLike): Tensor {
  return apply(sigmoidOp, [toFloat('sigmoid', x)], null);
}

/** max(x, 0); its derivative at 0 is 0. Errors: `DataTypeError` for int32. */
export function relu(x: TensorLike): Tensor {
  return apply(reluOp, [toFloat('relu', x)], null);
}

/**
 * ln(1 + eˣ).
 *
 * Numerics: as max(x, 0) + log1p(e^−|x|), so that no exponential overflows.
 * Errors: `DataTypeError` for int32.
 */
export function softplus(x: TensorLike): Tensor {
  return apply(softplusOp, [toFloat('softplus', x)], null);
}
