/** Scores to shares that add up to 1, and their logarithms. */
import { apply } from '../tape/apply.js';
import { allocate, viewOf } from '../tape/engine.js';
import { defineOp, type Op, type Sample } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runRows } from '../tensor/loops.js';
import { normalizeAxis, withoutAxis } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { exp } from './exponential.js';
import { toFloat } from './promote.js';
import { sum } from './sum.js';

function alongRows(name: 'softmax' | 'logSoftmax', x: Tensor, axis: number): Tensor {
  const out = allocate(x.shape, x.dtype);
  const shape = withoutAxis(x.shape, axis);
  runRows(
    kernelsFor(name, floatType(x))[name],
    viewOf(x, shape, withoutAxis(x.strides, axis), x.position),
    x.strides[axis] as number,
    viewOf(out, shape, withoutAxis(out.strides, axis), out.position),
    out.strides[axis] as number,
    x.shape[axis] as number,
  );
  return out;
}

const AXES: readonly Sample<number>[] = [
  { inputs: [{ shape: [2, 3] }], attributes: 1 },
  { inputs: [{ shape: [3, 2, 2] }], attributes: 0 },
  { inputs: [{ shape: [2, 1] }], attributes: 1 },
];

export const softmaxOp: Op<number> = defineOp<number>({
  name: 'softmax',
  forward: ([x], axis) => alongRows('softmax', x as Tensor, axis),
  vjp: ({ gradient, output, attributes: axis }) => [
    mul(output, sub(gradient, sum(mul(gradient, output), axis, { keepDims: true }))),
  ],
  samples: AXES,
});

export const logSoftmaxOp: Op<number> = defineOp<number>({
  name: 'logSoftmax',
  forward: ([x], axis) => alongRows('logSoftmax', x as Tensor, axis),
  vjp: ({ gradient, output, attributes: axis }) => [
    sub(gradient, mul(exp(output), sum(gradient, axis, { keepDims: true }))),
  ],
  samples: AXES,
});

/**
 * eˣ / Σ eˣ along an axis.
 *
 * Numerics: the maximum is taken out first, so nothing overflows.
 * Errors: `ShapeError` for an axis that is not there.
 */
export function softmax(x: TensorLike, axis = -1): Tensor {
  const t = toFloat('softmax', x);
  return apply(softmaxOp, [t], normalizeAxis('softmax', axis, t.shape));
}

/**
 * x − ln Σ eˣ along an axis.
 *
 * Numerics: more precise than `log(softmax(x))`, and finite where that is −∞.
 * Errors: `ShapeError` for an axis that is not there.
 */
export function logSoftmax(x: TensorLike, axis = -1): Tensor {
  const t = toFloat('logSoftmax', x);
  return apply(logSoftmaxOp, [t], normalizeAxis('logSoftmax', axis, t.shape));
}
