/** Repeating and adding up, each the adjoint of the other: `broadcastTo` ⇄ `sum`. */
import type { DataType, ReduceKernel } from '@unroll/kernels';
import { checkOptions, ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate, viewOf } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runReduce } from '../tensor/loops.js';
import {
  broadcastStrides,
  broadcastsTo,
  checkShape,
  contiguousStrides,
  normalizeAxes,
  reducedShape,
  type Shape,
  sameShape,
  sizeOf,
} from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { requireFloat, toFloat, toTensor } from './promote.js';
import { defineView, dense, permuteOp, reshape } from './views.js';

/** Options of every reduction. */
export interface ReduceOptions {
  /** Leave the reduced axes in place with size 1. */
  readonly keepDims?: boolean;
}

/** What a reduction's record says. */
export interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Checked options of a reduction over `axes`; all axes when none is named. */
export function reduceAttributes(
  op: string,
  x: Tensor,
  axes: number | readonly number[] | undefined,
  options: ReduceOptions,
): ReduceAttributes {
  checkOptions(op, options, ['keepDims']);
  return { axes: normalizeAxes(op, axes, x.shape), keepDims: options.keepDims ?? false };
}

/** The one stride with which all axes from `first` on are walked; null when they do not lie evenly. */
function evenStride({ shape, strides }: Tensor, first: number): number | null {
  let stride: number | null = null;
  let size = 1;
  for (let axis = shape.length - 1; axis >= first; axis--) {
    if (shape[axis] === 1) continue;
    if (stride === null) stride = strides[axis] as number;
    else if (strides[axis] !== stride * size) return null;
    size *= shape[axis] as number;
  }
  return stride ?? 1;
}

/** Runs a reduction kernel over some axes. For use inside `forward`. */
export function reduce(
  kernel: ReduceKernel,
  x: Tensor,
  { axes, keepDims }: ReduceAttributes,
  dtype: DataType = x.dtype,
): Tensor {
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  let moved = permuteOp.forward([x], [...kept, ...axes]);
  let step = evenStride(moved, kept.length);
  if (step === null) {
    moved = dense(moved);
    step = 1;
  }
  const keptShape = moved.shape.slice(0, kept.length);
  const rows = viewOf(moved, keptShape, moved.strides.slice(0, kept.length), moved.position);
  const out = allocate(reducedShape(x.shape, axes, keepDims), dtype);
  const outRows = viewOf(out, keptShape, contiguousStrides(keptShape), out.position);
  runReduce(kernel, rows, sizeOf(moved.shape.slice(kept.length)), step, outRows);
  return out;
}

export const sumOp: Op<ReduceAttributes> = defineOp<ReduceAttributes>({
  name: 'sum',
  forward: ([x], attributes) => reduce(kernelsFor('sum', floatType(x as Tensor)).sum, x as Tensor, attributes),
  vjp: ({ gradient, inputs: [x], attributes }) => [expandReduced(gradient, x as Tensor, attributes)],
  samples: [
    { inputs: [{ shape: [2, 3, 4] }], attributes: { axes: [0, 2], keepDims: false } },
    { inputs: [{ shape: [2, 3] }], attributes: { axes: [1], keepDims: true } },
    { inputs: [{ shape: [3] }], attributes: { axes: [0], keepDims: false } },
    { inputs: [{ shape: [0, 2] }], attributes: { axes: [0], keepDims: false } },
    { inputs: [{ shape: [2] }], attributes: { axes: [], keepDims: false } },
  ],
});

/**
 * The sum over some axes, or over all.
 *
 * Shapes: without the named axes, or with size 1 there (`keepDims`).
 * Numerics: in a fixed order, the same on every machine.
 * Errors: `ShapeError` for an axis that is not there.
 */
export function sum(x: TensorLike, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const t = toFloat('sum', x);
  return apply(sumOp, [t], reduceAttributes('sum', t, axes, options));
}

/** A reduction's result, or its gradient, repeated to the shape of what was reduced. */
export function expandReduced(reduced: Tensor, x: Tensor, { axes, keepDims }: ReduceAttributes): Tensor {
  const aligned = keepDims ? reduced : reshape(reduced, reducedShape(x.shape, axes, true));
  return broadcastTo(aligned, x.shape);
}

export const broadcastToOp: Op<Shape> = defineView<Shape>({
  name: 'broadcastTo',
  view: ({ shape: from, strides, offset }, shape) => ({
    shape,
    strides: broadcastStrides(from, strides, shape),
    offset,
  }),
  vjp: ({ gradient, inputs: [x] }) => [sumTo(gradient, (x as Tensor).shape)],
  samples: [
    { inputs: [{ shape: [3, 1] }], attributes: [2, 3, 4] },
    { inputs: [{ shape: [] }], attributes: [2, 2] },
    { inputs: [{ shape: [1] }], attributes: [0] },
  ],
});

/**
 * Repeats axes of size 1, and adds axes in front, until the shape is `shape`. A view: nothing is copied.
 *
 * Errors: `ShapeError` when an axis has another size than 1 or the shape's; `ValueError` for a shape that is none.
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const t = toTensor('broadcastTo', x);
  checkShape('broadcastTo', shape);
  if (sameShape(t.shape, shape)) return t;
  if (!broadcastsTo(t.shape, shape)) {
    throw new ShapeError({
      op: 'broadcastTo',
      what: 'x does not broadcast to the shape',
      arrays: { x: t, shape: { shape } },
      rule: "from right to left, each size of x must be 1 or the shape's",
      mend: 'Reshape x, or correct the shape',
    });
  }
  return apply(broadcastToOp, [t], [...shape]);
}

/**
 * Adds up what broadcasting had repeated: the result has the smaller shape `shape`.
 *
 * Errors: `DataTypeError` for int32, unless it has the shape.
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  requireFloat('sumTo', x, 'x');
  const missing = x.rank - shape.length;
  const axes = x.shape.flatMap((size, axis) => {
    const repeated = axis < missing || (shape[axis - missing] === 1 && size !== 1);
    return repeated ? [axis] : [];
  });
  return reshape(apply(sumOp, [x], { axes, keepDims: true }), shape);
}
