/** Linear recurrences along an axis, and the running sums and products that are their simplest cases. */
import { checkOptions, ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate, constant, viewOf } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runSequences, type Sequences } from '../tensor/loops.js';
import { broadcastShapes, broadcastsTo, normalizeAxis, withoutAxis } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { concat } from './join.js';
import { promoteFloat, toFloat } from './promote.js';
import { slice } from './slices.js';
import { broadcastTo, sumTo } from './sum.js';
import { expandDims } from './views.js';

/** What a recurrence's record says. */
interface Course {
  readonly axis: number;
  /** From the last entry to the first. */
  readonly reverse: boolean;
}

/** The sequences of a tensor along an axis that is counted from the end, in the order in which they are computed. */
function sequencesOf(t: Tensor, fromEnd: number, reverse: boolean): Sequences {
  const axis = t.rank - fromEnd;
  const size = t.shape[axis] ?? 1;
  const stride = size === 1 ? 0 : (t.strides[axis] as number);
  const first = reverse ? t.position + (size - 1) * stride : t.position;
  return {
    starts: viewOf(t, withoutAxis(t.shape, axis), withoutAxis(t.strides, axis), first),
    step: reverse ? -stride : stride,
  };
}

/**
 * Its first input holds the factors between neighbours, one entry less along the axis than its second, or one for all;
 * its other axes broadcast. The way back has the same factors, so an adjoint shifts nothing.
 */
export const linearRecurrenceOp: Op<Course> = defineOp<Course>({
  name: 'linearRecurrence',
  forward([a, b], { axis, reverse }) {
    const [factors, inputs] = [a as Tensor, b as Tensor];
    const out = allocate(inputs.shape, inputs.dtype);
    const fromEnd = inputs.rank - axis;
    runSequences(
      kernelsFor('linearRecurrence', floatType(inputs)).linearRecurrence,
      sequencesOf(factors, fromEnd, reverse),
      sequencesOf(inputs, fromEnd, reverse),
      sequencesOf(out, fromEnd, reverse),
      inputs.shape[axis] as number,
    );
    return out;
  },
  vjp({ gradient, inputs: [a], output, attributes: { axis, reverse }, wants }) {
    const factors = a as Tensor;
    // ∂loss/∂yₜ with all that comes after t, which is ∂loss/∂bₜ.
    const flow = apply(linearRecurrenceOp, [factors, gradient], { axis, reverse: !reverse });
    if (!wants(0)) return [null, flow];
    const count = output.shape[axis] as number;
    const second = Math.min(1, count);
    const [earlier, later] = reverse ? [flow, output] : [output, flow];
    const pairs = mul(slice(earlier, axis, 0, count - second), slice(later, axis, second));
    return [sumTo(pairs, factors.shape), flow];
  },
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [2, 4] }], attributes: { axis: 1, reverse: false } },
    { inputs: [{ shape: [2, 2, 1] }, { shape: [2, 3, 2] }], attributes: { axis: 1, reverse: true } },
    { inputs: [{ shape: [] }, { shape: [4] }], attributes: { axis: 0, reverse: false } },
    { inputs: [{ shape: [3] }, { shape: [2, 3] }], attributes: { axis: 0, reverse: true } },
    { inputs: [{ shape: [0, 2] }, { shape: [1, 2] }], attributes: { axis: 0, reverse: false } },
    { inputs: [{ shape: [1] }, { shape: [0] }], attributes: { axis: 0, reverse: false } },
  ],
});

/** Options of {@link linearRecurrence}. */
export interface LinearRecurrenceOptions {
  /** Begin at the last entry. */
  readonly reverse?: boolean;
  /** y before the first entry; 0 unless given. */
  readonly initial?: TensorLike;
}

/**
 * A linear recurrence along an axis: `yₜ = aₜ · yₜ₋₁ + bₜ`; with `reverse`, `yₜ = aₜ · yₜ₊₁ + bₜ`. All steps are one
 * operation.
 *
 * Shapes: a and b broadcast together to that of y; `initial` broadcasts to y without the axis.
 * Saves: its inputs and y. The gradient by b is a recurrence the other way.
 * Numerics: each step is a product and a sum; without `initial` the first y is the first b, whatever a is there.
 * Errors: `ShapeError` for an axis that is not there, and for shapes that do not fit; `DataTypeError`.
 *
 * @example
 * ```ts
 * import { linearRecurrence, tensor } from '@unroll/core';
 * const rewards = tensor([0, 0, 1, 4]);
 * linearRecurrence(0.5, rewards).toArray(); // [0, 0, 1, 4.5]
 * linearRecurrence(0.5, rewards, 0, { reverse: true }).toArray(); // [0.75, 1.5, 3, 4]
 * linearRecurrence(0.5, rewards, 0, { initial: 8 }).toArray(); // [4, 2, 2, 5]
 * ```
 */
export function linearRecurrence(
  a: TensorLike,
  b: TensorLike,
  axis = -1,
  options: LinearRecurrenceOptions = {},
): Tensor {
  checkOptions('linearRecurrence', options, ['reverse', 'initial']);
  const { reverse = false, initial } = options;
  const operands = initial === undefined ? [a, b] : [a, b, initial];
  const [factors, given, before] = promoteFloat('linearRecurrence', operands, ['a', 'b', 'initial']) as [
    Tensor,
    Tensor,
    Tensor?,
  ];
  const shape = broadcastShapes('linearRecurrence', factors.shape, given.shape);
  const along = normalizeAxis('linearRecurrence', axis, shape, 'y');
  const inputs = broadcastTo(given, shape);
  const course = { axis: along, reverse };
  if (before === undefined) {
    return apply(linearRecurrenceOp, [between(factors, shape.length - along, reverse), inputs], course);
  }
  const oneStep = withoutAxis(shape, along);
  if (!broadcastsTo(before.shape, oneStep)) {
    throw new ShapeError({
      op: 'linearRecurrence',
      what: 'initial does not broadcast to one step',
      arrays: { initial: before, y: { shape } },
      rule: `from right to left, each size of initial must be 1 or that of y without axis ${along}`,
      mend: 'Reshape initial, or check axis',
    });
  }
  const start = expandDims(broadcastTo(before, oneStep), along);
  const all = apply(linearRecurrenceOp, [factors, concat(reverse ? [inputs, start] : [start, inputs], along)], course);
  return reverse ? slice(all, along, 0, -1) : slice(all, along, 1);
}

/** Of one factor for each entry, those between two of them: not the one before the first. */
function between(factors: Tensor, fromEnd: number, reverse: boolean): Tensor {
  const axis = factors.rank - fromEnd;
  const size = factors.shape[axis] ?? 1;
  if (size < 2) return factors;
  return reverse ? slice(factors, axis, 0, -1) : slice(factors, axis, 1);
}

/**
 * The running sum along an axis: `yₜ = x₀ + … + xₜ`.
 *
 * Differs: from NumPy, which runs through all entries of all axes unless one is named.
 * Errors: `ShapeError` for an axis that is not there; `DataTypeError` for int32.
 */
export function cumsum(x: TensorLike, axis = -1): Tensor {
  const t = toFloat('cumsum', x);
  const along = normalizeAxis('cumsum', axis, t.shape);
  return apply(linearRecurrenceOp, [constant(1, t.dtype), t], { axis: along, reverse: false });
}

/**
 * The running product along an axis: `yₜ = x₀ · … · xₜ`.
 *
 * Numerics: its gradient is a recurrence too and divides by nothing, so entries of 0 are no exception.
 * Errors: as {@link cumsum}.
 */
export function cumprod(x: TensorLike, axis = -1): Tensor {
  const t = toFloat('cumprod', x);
  const along = normalizeAxis('cumprod', axis, t.shape);
  // Adding −0 leaves every product as it is, −0 itself included.
  return linearRecurrence(t, -0, along, { initial: 1 });
}
