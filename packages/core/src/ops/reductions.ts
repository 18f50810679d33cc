/** Means, extremes and log-sums along axes. */
import { ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { defineOp, type Op, type Sample } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { normalizeAxis } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { div, mul, sub } from './arithmetic.js';
import { exp } from './exponential.js';
import { toFloat } from './promote.js';
import { equal, where } from './select.js';
import { expandReduced, type ReduceAttributes, type ReduceOptions, reduce, reduceAttributes, sum } from './sum.js';

/** Refuses to look for an extreme, or a mean, of nothing. */
export function requireEntries(op: string, x: Tensor, axes: readonly number[]): void {
  const empty = axes.find((axis) => x.shape[axis] === 0);
  if (empty === undefined) return;
  throw new ShapeError({
    op,
    what: `there is nothing along axis ${empty}`,
    arrays: { x },
    rule: `${op} needs at least one entry`,
    mend: 'Leave empty tensors out',
  });
}

/** Distinct numbers, so that no two tie. */
const DISTINCT: readonly Sample<ReduceAttributes>[] = [
  {
    inputs: [
      {
        values: [
          [1, 4, -2],
          [3, 0, 2.5],
        ],
      },
    ],
    attributes: { axes: [1], keepDims: false },
  },
  {
    inputs: [
      {
        values: [
          [1, 4, -2],
          [3, 0, 2.5],
        ],
      },
    ],
    attributes: { axes: [0, 1], keepDims: true },
  },
  {
    inputs: [
      {
        values: [
          [1, 4],
          [3, 0],
        ],
      },
    ],
    attributes: { axes: [0], keepDims: false },
  },
];

function defineExtreme(name: 'max' | 'min'): Op<ReduceAttributes> {
  return defineOp<ReduceAttributes>({
    name,
    forward: ([x], attributes) => reduce(kernelsFor(name, floatType(x as Tensor))[name], x as Tensor, attributes),
    vjp({ gradient, inputs: [x], output, attributes }) {
      const input = x as Tensor;
      const winners = equal(input, expandReduced(output, input, attributes));
      // Entries that tie share the gradient evenly.
      const share = div(winners, sum(winners, attributes.axes, { keepDims: true }));
      return [mul(share, expandReduced(gradient, input, attributes))];
    },
    samples: DISTINCT,
  });
}

export const maxOp: Op<ReduceAttributes> = defineExtreme('max');
export const minOp: Op<ReduceAttributes> = defineExtreme('min');

export const logsumexpOp: Op<ReduceAttributes> = defineOp<ReduceAttributes>({
  name: 'logsumexp',
  forward: ([x], attributes) =>
    reduce(kernelsFor('logsumexp', floatType(x as Tensor)).logsumexp, x as Tensor, attributes),
  vjp({ gradient, inputs: [x], output, attributes }) {
    const input = x as Tensor;
    // A row of −∞ has the result −∞, and −∞ − (−∞) would be NaN; its shares are 0.
    const total = where(equal(output, -Infinity), 0, output);
    const share = exp(sub(input, expandReduced(total, input, attributes)));
    return [mul(share, expandReduced(gradient, input, attributes))];
  },
  samples: [
    { inputs: [{ shape: [2, 3] }], attributes: { axes: [1], keepDims: false } },
    { inputs: [{ shape: [2, 3] }], attributes: { axes: [0], keepDims: true } },
    { inputs: [{ shape: [2, 2, 2] }], attributes: { axes: [0, 2], keepDims: false } },
  ],
});

/**
 * The mean over some axes, or over all.
 *
 * Shapes: without the named axes, or with size 1 there (`keepDims`).
 * Errors: `ShapeError` for an axis that is not there or has no entries.
 */
export function mean(x: TensorLike, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const t = toFloat('mean', x);
  const attributes = reduceAttributes('mean', t, axes, options);
  requireEntries('mean', t, attributes.axes);
  const count = attributes.axes.reduce((product, axis) => product * (t.shape[axis] as number), 1);
  return div(sum(t, attributes.axes, options), count);
}

/** The largest entry over some axes, or over all; NaN if any is. Ties share the gradient. Errors: as {@link mean}. */
export function max(x: TensorLike, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return extreme(maxOp, x, axes, options);
}

/** The smallest entry over some axes, or over all; NaN if any is. Ties share the gradient. Errors: as {@link mean}. */
export function min(x: TensorLike, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return extreme(minOp, x, axes, options);
}

function extreme(
  op: Op<ReduceAttributes>,
  x: TensorLike,
  axes: number | readonly number[] | undefined,
  options: ReduceOptions,
): Tensor {
  const t = toFloat(op.name, x);
  const attributes = reduceAttributes(op.name, t, axes, options);
  requireEntries(op.name, t, attributes.axes);
  return apply(op, [t], attributes);
}

/**
 * ln Σ eˣ over some axes, or over all; −∞ over nothing.
 *
 * Numerics: the maximum is taken out first, so nothing overflows.
 * Errors: `ShapeError` for an axis that is not there.
 */
export function logsumexp(x: TensorLike, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const t = toFloat('logsumexp', x);
  return apply(logsumexpOp, [t], reduceAttributes('logsumexp', t, axes, options));
}

export const argmaxOp: Op<number> = defineOp<number>({
  name: 'argmax',
  forward([x], axis) {
    const input = x as Tensor;
    const { argmax: kernel } = kernelsFor('argmax', floatType(input));
    return reduce(kernel, input, { axes: [axis], keepDims: false }, 'int32');
  },
  vjp: null,
  samples: [{ inputs: [{ shape: [2, 3] }], attributes: 1 }],
});

/**
 * The index of the first largest entry along an axis. No gradient.
 *
 * Shapes: int32, without the axis.
 * Errors: `ShapeError` for an axis that is not there or has no entries.
 */
export function argmax(x: TensorLike, axis = -1): Tensor {
  const t = toFloat('argmax', x);
  const along = normalizeAxis('argmax', axis, t.shape);
  requireEntries('argmax', t, [along]);
  return apply(argmaxOp, [t], along);
}
