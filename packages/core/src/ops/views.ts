/** Operations that only read the same numbers in another order: strides, as in ndarray. Nothing is copied. */
import { ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate, viewOf } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { movementFor } from '../tensor/dtype.js';
import { runUnary } from '../tensor/loops.js';
import {
  checkShape,
  contiguousStrides,
  isContiguous,
  type Layout,
  normalizeAxes,
  normalizeAxis,
  normalizeNewAxis,
  type Shape,
  sizeOf,
} from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { toTensor } from './promote.js';

/** The numbers of `x` in row-major order without gaps; `x` itself where they are. For use inside `forward`. */
export function dense(x: Tensor): Tensor {
  if (isContiguous(x.shape, x.strides)) return x;
  const out = allocate(x.shape, x.dtype);
  runUnary(movementFor('copy', x.dtype).copy, x, out);
  return out;
}

/** What kernel memory says about where a tensor's numbers are. */
function layoutOf(x: Tensor): Layout {
  return { shape: x.shape, strides: x.strides, offset: x.position };
}

/** Makes `forward` from `view`, copying first where strides cannot say the result. */
export function defineView<Attributes>(
  definition: Omit<Op<Attributes>, 'forward'> & Required<Pick<Op<Attributes>, 'view'>>,
): Op<Attributes> {
  return defineOp<Attributes>({
    ...definition,
    forward([x], attributes) {
      let source = x as Tensor;
      let layout = definition.view(layoutOf(source), attributes);
      if (layout === null) {
        source = dense(source);
        layout = definition.view(layoutOf(source), attributes) as Layout;
      }
      return viewOf(source, layout.shape, layout.strides, layout.offset);
    },
  });
}

/** The same numbers under a second name: where a functional gradient begins. */
export const aliasOp: Op<null> = defineView<null>({
  name: 'alias',
  view: (layout) => layout,
  vjp: ({ gradient }) => [gradient],
  samples: [{ inputs: [{ shape: [2, 3] }], attributes: null }],
});

const stopGradientOp: Op<null> = defineView<null>({
  name: 'stopGradient',
  view: (layout) => layout,
  vjp: null,
  samples: [{ inputs: [{ shape: [2] }], attributes: null }],
});

/** The same numbers as a constant: no gradient flows back through it. */
export function stopGradient(x: TensorLike): Tensor {
  return apply(stopGradientOp, [toTensor('stopGradient', x)], null);
}

export const reshapeOp: Op<Shape> = defineView<Shape>({
  name: 'reshape',
  view({ shape: from, strides, offset }, shape) {
    return isContiguous(from, strides) ? { shape, strides: contiguousStrides(shape), offset } : null;
  },
  vjp: ({ gradient, inputs: [x] }) => [reshape(gradient, (x as Tensor).shape)],
  samples: [
    { inputs: [{ shape: [2, 6] }], attributes: [3, 4] },
    { inputs: [{ shape: [1] }], attributes: [] },
    { inputs: [{ shape: [0, 2] }], attributes: [0] },
  ],
});

/**
 * The same numbers, in row-major order, under another shape. One size may be −1: it follows from the others.
 *
 * Shapes: any to any of the same size.
 * Errors: `ShapeError` when the sizes differ.
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const t = toTensor('reshape', x);
  return apply(reshapeOp, [t], completeShape(t, shape));
}

function completeShape(x: Tensor, shape: Shape): Shape {
  if (!Array.isArray(shape)) checkShape('reshape', shape);
  const open = shape.indexOf(-1);
  const known = shape.reduce((size, n, axis) => (axis === open ? size : size * n), 1);
  const complete = open < 0 ? [...shape] : shape.map((n, axis) => (axis === open ? x.size / known : n));
  const whole = complete.every((size) => Number.isInteger(size) && size >= 0);
  if (whole && sizeOf(complete) === x.size) return complete;
  if (!shape.includes(-1)) checkShape('reshape', shape);
  throw new ShapeError({
    op: 'reshape',
    what: `${x.size} numbers do not fill [${shape.join(', ')}]`,
    arrays: { x },
    rule: 'the sizes multiplied must stay the same, and one of them may be −1',
    mend: 'Correct the shape',
  });
}

export const permuteOp: Op<readonly number[]> = defineView<readonly number[]>({
  name: 'permute',
  view: ({ shape, strides, offset }, axes) => ({
    shape: axes.map((axis) => shape[axis] as number),
    strides: axes.map((axis) => strides[axis] as number),
    offset,
  }),
  vjp: ({ gradient, attributes: axes }) => [permute(gradient, invert(axes))],
  samples: [
    { inputs: [{ shape: [2, 3, 4] }], attributes: [2, 0, 1] },
    { inputs: [{ shape: [3, 1] }], attributes: [1, 0] },
  ],
});

const invert = (axes: readonly number[]): number[] => axes.map((_, axis) => axes.indexOf(axis));

/**
 * Axes in another order: axis `i` of the result is axis `axes[i]` of `x`.
 *
 * Errors: `ShapeError` unless `axes` names each axis once.
 */
export function permute(x: TensorLike, axes: readonly number[]): Tensor {
  const t = toTensor('permute', x);
  const order = axes.map((axis) => normalizeAxis('permute', axis, t.shape));
  if (order.length !== t.rank || new Set(order).size !== t.rank) {
    throw new ShapeError({
      op: 'permute',
      what: `[${axes.join(', ')}] is not an order of the axes`,
      arrays: { x: t },
      rule: `each of the ${t.rank} axes must be named once`,
      mend: 'Correct axes',
    });
  }
  return apply(permuteOp, [t], order);
}

/** Two axes exchanged; the last two unless said otherwise. Errors: `ShapeError` for an axis that is not there. */
export function transpose(x: TensorLike, axis1 = -2, axis2 = -1): Tensor {
  const t = toTensor('transpose', x);
  const first = normalizeAxis('transpose', axis1, t.shape);
  const second = normalizeAxis('transpose', axis2, t.shape);
  const order = t.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  return apply(permuteOp, [t], order);
}

/** A new axis of size 1 before axis `axis` of the result. Errors: `ShapeError` for an axis that cannot be. */
export function expandDims(x: TensorLike, axis: number): Tensor {
  const t = toTensor('expandDims', x);
  const at = normalizeNewAxis('expandDims', axis, t.shape);
  return reshape(t, [...t.shape.slice(0, at), 1, ...t.shape.slice(at)]);
}

/** Without the named axes of size 1; without all of them when none is named. Errors: `ShapeError` for one of another size. */
export function squeeze(x: TensorLike, axes?: number | readonly number[]): Tensor {
  const t = toTensor('squeeze', x);
  const named =
    axes === undefined
      ? t.shape.flatMap((n, axis) => (n === 1 ? [axis] : []))
      : normalizeAxes('squeeze', axes, t.shape);
  const other = named.find((axis) => t.shape[axis] !== 1);
  if (other !== undefined) {
    throw new ShapeError({
      op: 'squeeze',
      what: `axis ${other} has size ${t.shape[other]}`,
      arrays: { x: t },
      rule: 'only axes of size 1 can disappear',
      mend: 'Use pick to choose one entry, or leave the axis',
    });
  }
  return reshape(
    t,
    t.shape.filter((_, axis) => !named.includes(axis)),
  );
}

export const flipOp: Op<readonly number[]> = defineView<readonly number[]>({
  name: 'flip',
  view: ({ shape, strides, offset }, axes) => ({
    shape,
    strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    offset: axes.reduce(
      (at, axis) => at + Math.max(0, (shape[axis] as number) - 1) * (strides[axis] as number),
      offset,
    ),
  }),
  vjp: ({ gradient, attributes: axes }) => [flip(gradient, axes)],
  samples: [
    { inputs: [{ shape: [2, 3] }], attributes: [0] },
    { inputs: [{ shape: [2, 3] }], attributes: [0, 1] },
  ],
});

/** Entries along the named axes in reverse; along all axes when none is named. Errors: `ShapeError` for an axis that is not there. */
export function flip(x: TensorLike, axes?: number | readonly number[]): Tensor {
  const t = toTensor('flip', x);
  return apply(flipOp, [t], normalizeAxes('flip', axes, t.shape));
}
