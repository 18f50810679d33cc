/** Magnitudes, signs and bounds. At their kinks the gradient is shared between the sides, or 0. */
import { checkOptions, ValueError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type Op, type Sample } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runUnary } from '../tensor/loops.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { applyBinary, mul, throughSlope } from './arithmetic.js';
import { defineBinary, defineUnary } from './elementwise.js';
import { toFloat } from './promote.js';
import { equal, greater, less, where } from './select.js';

const AWAY_FROM_ZERO: readonly Sample<null>[] = [
  { inputs: [{ shape: [2, 3], between: [0.5, 2] }], attributes: null },
  { inputs: [{ shape: [3], between: [-2, -0.5] }], attributes: null },
];
export const absOp: Op<null> = defineUnary('abs', (gradient, x) => throughSlope(gradient, sign(x)), {
  samples: AWAY_FROM_ZERO,
});
export const signOp: Op<null> = defineUnary('sign', (gradient) => mul(gradient, 0), {
  samples: AWAY_FROM_ZERO,
});

const APART: readonly Sample<null>[] = [
  {
    inputs: [
      { shape: [2, 3], between: [1, 2] },
      { shape: [3], between: [-1, 0] },
    ],
    attributes: null,
  },
  {
    inputs: [
      { shape: [2, 1], between: [-2, -1] },
      { shape: [2, 3], between: [0, 1] },
    ],
    attributes: null,
  },
];

/** The gradient goes to the side that was taken, half to each where they are equal. */
const toWinner = (wins: Tensor, ties: Tensor, gradient: Tensor): Tensor =>
  where(wins, gradient, where(ties, mul(gradient, 0.5), 0));

export const maximumOp: Op<null> = defineBinary(
  'maximum',
  ({ gradient }, a, b) => [
    () => toWinner(greater(a, b), equal(a, b), gradient),
    () => toWinner(greater(b, a), equal(a, b), gradient),
  ],
  { samples: APART },
);
export const minimumOp: Op<null> = defineBinary(
  'minimum',
  ({ gradient }, a, b) => [
    () => toWinner(less(a, b), equal(a, b), gradient),
    () => toWinner(less(b, a), equal(a, b), gradient),
  ],
  { samples: APART },
);

interface Bounds {
  readonly low: number;
  readonly high: number;
}

export const clampOp: Op<Bounds> = defineOp<Bounds>({
  name: 'clamp',
  forward([x], { low, high }) {
    const input = x as Tensor;
    const out = allocate(input.shape, input.dtype);
    const { clamp: kernel } = kernelsFor('clamp', floatType(input));
    runUnary((rows, cols, ...rest) => kernel(rows, cols, low, high, ...rest), input, out);
    return out;
  },
  vjp: ({ gradient, inputs: [x], attributes: { low, high } }) => {
    const input = x as Tensor;
    return [where(less(input, low), 0, where(greater(input, high), 0, gradient))];
  },
  samples: [
    { inputs: [{ shape: [2, 3], between: [-0.9, 0.9] }], attributes: { low: -1, high: 1 } },
    { inputs: [{ shape: [2, 3], between: [1.1, 2] }], attributes: { low: -1, high: 1 } },
    { inputs: [{ shape: [2], between: [-2, -1.1] }], attributes: { low: -1, high: 1 } },
  ],
});

/** |x|; its derivative at 0 is 0. Errors: `DataTypeError` for int32. */
export function abs(x: TensorLike): Tensor {
  return apply(absOp, [toFloat('abs', x)], null);
}

/** −1, 0 or 1; its derivative is 0. Errors: `DataTypeError` for int32. */
export function sign(x: TensorLike): Tensor {
  return apply(signOp, [toFloat('sign', x)], null);
}

/** The larger of two, entry by entry; NaN if either is. Equal entries share the gradient. Errors: as `add`. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return applyBinary(maximumOp, a, b);
}

/** The smaller of two, entry by entry; NaN if either is. Equal entries share the gradient. Errors: as `add`. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return applyBinary(minimumOp, a, b);
}

/** Options of {@link clamp}. */
export interface ClampOptions {
  /** No bound below unless given. */
  readonly min?: number;
  /** No bound above unless given. */
  readonly max?: number;
}

/**
 * Numbers moved into [min, max]. The gradient passes inside and at the bounds.
 *
 * Errors: `ValueError` when min > max or a bound is NaN; `DataTypeError` for int32.
 */
export function clamp(x: TensorLike, options: ClampOptions): Tensor {
  checkOptions('clamp', options, ['min', 'max']);
  const { min: low = -Infinity, max: high = Infinity } = options;
  if (!(low <= high)) {
    throw new ValueError({
      op: 'clamp',
      what: `the bounds are ${low} and ${high}`,
      rule: 'both are numbers, and min is not above max',
      mend: 'Correct them',
    });
  }
  return apply(clampOp, [toFloat('clamp', x)], { low, high });
}
