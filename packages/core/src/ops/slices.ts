/** Parts of a tensor and their adjoint: `slice` ⇄ `embed` (put back among zeros), which is also `pad`. */
import { ShapeError, ValueError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate, viewOf } from '../tape/engine.js';
import { defineOp, type InPlacePullback, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor, movementFor } from '../tensor/dtype.js';
import { runFill, runUnary } from '../tensor/loops.js';
import { type Layout, normalizeAxis, withoutAxis } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { toTensor } from './promote.js';
import { defineView, expandDims } from './views.js';

/** `count` entries along `axis`: `start, start + step, …`. */
interface Range {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

function sliceLayout({ shape, strides, offset }: Layout, { axis, start, count, step }: Range): Layout {
  const stride = strides[axis] as number;
  return {
    shape: shape.map((size, i) => (i === axis ? count : size)),
    strides: strides.map((own, i) => (i === axis ? own * step : own)),
    offset: offset + start * stride,
  };
}

function dropAxis({ shape, strides, offset }: Layout, axis: number): Layout {
  return { shape: withoutAxis(shape, axis), strides: withoutAxis(strides, axis), offset };
}

/**
 * Adds a view's gradient into the same view of its base's gradient. T slices of one tensor then cost
 * O(T) together; putting each back among zeros would cost O(T²).
 */
function addIntoView<Attributes>(
  { gradient, attributes, buffer }: InPlacePullback<Attributes>,
  view: (layout: Layout, attributes: Attributes) => Layout,
): void {
  const { tensor: base, fresh } = buffer(0);
  const kernels = kernelsFor('backward', floatType(base));
  if (fresh) runFill(kernels.fill, 0, base);
  const layout = view({ shape: base.shape, strides: base.strides, offset: base.position }, attributes);
  runUnary(kernels.accumulate, gradient, viewOf(base, layout.shape, layout.strides, layout.offset));
}

export const sliceOp: Op<Range> = defineView<Range>({
  name: 'slice',
  view: sliceLayout,
  vjp: ({ gradient, inputs: [x], attributes: { axis, start, step } }) => {
    const size = (x as Tensor).shape[axis] as number;
    return [apply(embedOp, [gradient], { axis, size, start, step, value: 0 })];
  },
  backward: (pullback) => addIntoView(pullback, sliceLayout),
  samples: [
    { inputs: [{ shape: [4, 3] }], attributes: { axis: 0, start: 1, count: 2, step: 1 } },
    { inputs: [{ shape: [2, 5] }], attributes: { axis: 1, start: 0, count: 3, step: 2 } },
    { inputs: [{ shape: [3] }], attributes: { axis: 0, start: 1, count: 0, step: 1 } },
  ],
});

/** What an {@link embedOp} record says: entries at `start, start + step, …` of a new axis of `size`. */
interface Place {
  readonly axis: number;
  readonly size: number;
  readonly start: number;
  readonly step: number;
  /** What stands everywhere else. */
  readonly value: number;
}

export const embedOp: Op<Place> = defineOp<Place>({
  name: 'pad',
  forward([x], { axis, size, start, step, value }) {
    const input = x as Tensor;
    const out = allocate(
      input.shape.map((own, i) => (i === axis ? size : own)),
      input.dtype,
    );
    const { copy, fill } = movementFor('pad', input.dtype);
    runFill(fill, value, out);
    const count = input.shape[axis] as number;
    const place = sliceLayout(
      { shape: out.shape, strides: out.strides, offset: out.position },
      { axis, start, count, step },
    );
    runUnary(copy, input, viewOf(out, place.shape, place.strides, place.offset));
    return out;
  },
  vjp: ({ gradient, inputs: [x], attributes: { axis, start, step } }) => {
    const count = (x as Tensor).shape[axis] as number;
    return [apply(sliceOp, [gradient], { axis, start, count, step })];
  },
  samples: [
    { inputs: [{ shape: [2, 3] }], attributes: { axis: 1, size: 6, start: 2, step: 1, value: 0.5 } },
    { inputs: [{ shape: [2, 2] }], attributes: { axis: 0, size: 4, start: 1, step: 2, value: 0 } },
  ],
});

/** What a {@link pickOp} record says. */
interface Choice {
  readonly axis: number;
  readonly index: number;
}

const pickLayout = (layout: Layout, { axis, index }: Choice): Layout =>
  dropAxis(sliceLayout(layout, { axis, start: index, count: 1, step: 1 }), axis);

export const pickOp: Op<Choice> = defineView<Choice>({
  name: 'pick',
  view: pickLayout,
  vjp: ({ gradient, inputs: [x], attributes: { axis, index } }) => {
    const size = (x as Tensor).shape[axis] as number;
    return [apply(embedOp, [expandDims(gradient, axis)], { axis, size, start: index, step: 1, value: 0 })];
  },
  backward: (pullback) => addIntoView(pullback, pickLayout),
  samples: [
    { inputs: [{ shape: [2, 3, 2] }], attributes: { axis: 1, index: 2 } },
    { inputs: [{ shape: [3] }], attributes: { axis: 0, index: 0 } },
  ],
});

/** An index counted from the front; negative ones count from the end. */
const fromFront = (index: number, size: number): number => (index < 0 ? index + size : index);

/**
 * Entries `start, start + step, …` before `end` along one axis. Negative bounds count from the end. A view.
 *
 * Shapes: the axis becomes ⌈(end − start) / step⌉.
 * Errors: `ShapeError` for an axis that is not there; `ValueError` for bounds outside of it or a step below 1.
 *
 * @example
 * ```ts
 * import { arange, slice } from '@unroll/core';
 * slice(arange(10), 0, 2, 5).toArray(); // [2, 3, 4]
 * slice(arange(10), 0, -2).toArray(); // [8, 9]
 * ```
 */
export function slice(x: TensorLike, axis: number, start: number, end?: number, step = 1): Tensor {
  const t = toTensor('slice', x);
  const along = normalizeAxis('slice', axis, t.shape);
  const size = t.shape[along] as number;
  const from = fromFront(start, size);
  const to = end === undefined ? size : fromFront(end, size);
  const valid = [from, to, step].every(Number.isInteger) && from >= 0 && from <= to && to <= size && step >= 1;
  if (!valid) {
    throw new ValueError({
      op: 'slice',
      what: `there is no range from ${start} to ${end ?? 'the end'} in steps of ${step}`,
      arrays: { x: t },
      rule: `along axis ${along} bounds are whole numbers from ${-size} to ${size}, the end is not before the start, and step is at least 1`,
      mend: 'Correct the bounds, or use flip to go backwards',
    });
  }
  return apply(sliceOp, [t], { axis: along, start: from, count: Math.ceil((to - from) / step), step });
}

/**
 * One entry along an axis, which disappears. A negative index counts from the end. A view.
 *
 * Errors: `ShapeError` for an axis that is not there; `ValueError` for an index outside of it.
 */
export function pick(x: TensorLike, axis: number, index: number): Tensor {
  const t = toTensor('pick', x);
  const along = normalizeAxis('pick', axis, t.shape);
  const size = t.shape[along] as number;
  const at = fromFront(index, size);
  if (!Number.isInteger(at) || at < 0 || at >= size) {
    throw new ValueError({
      op: 'pick',
      what: `there is no entry ${index} along axis ${along}`,
      arrays: { x: t },
      rule: size === 0 ? 'it is empty' : `indices go from ${-size} to ${size - 1}`,
      mend: 'Correct the index',
    });
  }
  return apply(pickOp, [t], { axis: along, index: at });
}

/**
 * `before` and `after` more entries along an axis, all equal to `value`.
 *
 * Errors: `ShapeError` for an axis that is not there; `ValueError` for counts below 0.
 */
export function pad(x: TensorLike, axis: number, before: number, after: number, value = 0): Tensor {
  const t = toTensor('pad', x);
  const along = normalizeAxis('pad', axis, t.shape);
  if (![before, after].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new ValueError({
      op: 'pad',
      what: `${before} entries before and ${after} after cannot be added`,
      arrays: { x: t },
      rule: 'counts are whole numbers of at least 0',
      mend: 'Use slice to take entries away',
    });
  }
  const size = before + (t.shape[along] as number) + after;
  return apply(embedOp, [t], { axis: along, size, start: before, step: 1, value });
}

const equalParts = (size: number, parts: number): number[] =>
  Number.isInteger(parts) && parts >= 1 ? new Array<number>(parts).fill(size / parts) : [-1];

/**
 * Consecutive parts along an axis, the first unless given: `parts` equal ones, or ones of the listed sizes. Views;
 * `concat` puts them together again.
 *
 * Errors: `ShapeError` for an axis that is not there, or when the parts do not fill it.
 *
 * @example
 * ```ts
 * import { split, tensor } from '@unroll/core';
 * const gates = tensor([[1, 2, 3, 4]]); // [N, 2H]
 * split(gates, 2, 1).map((gate) => gate.toArray()); // [[[1, 2]], [[3, 4]]]
 * split(gates, [1, 3], 1).map(({ shape }) => shape); // [[1, 1], [1, 3]]
 * ```
 */
export function split(x: TensorLike, parts: 2, axis?: number): [Tensor, Tensor];
export function split(x: TensorLike, parts: 3, axis?: number): [Tensor, Tensor, Tensor];
export function split(x: TensorLike, parts: 4, axis?: number): [Tensor, Tensor, Tensor, Tensor];
export function split(x: TensorLike, parts: number | readonly number[], axis?: number): Tensor[];
export function split(x: TensorLike, parts: number | readonly number[], axis = 0): Tensor[] {
  const t = toTensor('split', x);
  const along = normalizeAxis('split', axis, t.shape);
  const size = t.shape[along] as number;
  const sizes = typeof parts === 'number' ? equalParts(size, parts) : parts;
  const total = sizes.reduce((sum, part) => sum + part, 0);
  if (!sizes.every((part) => Number.isInteger(part) && part >= 0) || total !== size) {
    throw new ShapeError({
      op: 'split',
      what: `${typeof parts === 'number' ? `${parts} equal parts` : `parts of ${parts.join(', ')}`} do not fill axis ${along}`,
      arrays: { x: t },
      rule: `whole parts must add up to ${size}`,
      mend: 'Correct the parts, or name another axis',
    });
  }
  let start = 0;
  return sizes.map((count) => {
    const part = apply(sliceOp, [t], { axis: along, start, count, step: 1 });
    start += count;
    return part;
  });
}
