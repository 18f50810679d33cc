/** Several tensors as one, and back: `concat` ⇄ `slice`, `stack` ⇄ `pick`. */
import { DataTypeError, ShapeError, ValueError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate, viewOf } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { movementFor } from '../tensor/dtype.js';
import { runUnary } from '../tensor/loops.js';
import { normalizeAxis, normalizeNewAxis, sameShape, withoutAxis } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { toTensor } from './promote.js';
import { pick, slice } from './slices.js';

export const concatOp: Op<number> = defineOp<number>({
  name: 'concat',
  forward(parts, axis) {
    const first = parts[0] as Tensor;
    const total = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
    const out = allocate(
      first.shape.map((size, i) => (i === axis ? total : size)),
      first.dtype,
    );
    const { copy } = movementFor('concat', first.dtype);
    let position = out.position;
    for (const part of parts) {
      runUnary(copy, part, viewOf(out, part.shape, out.strides, position));
      position += (part.shape[axis] as number) * (out.strides[axis] as number);
    }
    return out;
  },
  vjp({ gradient, inputs, attributes: axis, wants }) {
    let start = 0;
    return inputs.map((part, i) => {
      const end = start + (part.shape[axis] as number);
      const share = wants(i) ? slice(gradient, axis, start, end) : null;
      start = end;
      return share;
    });
  },
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [2, 1] }, { shape: [2, 2] }], attributes: 1 },
    { inputs: [{ shape: [1, 2] }, { shape: [0, 2] }], attributes: 0 },
  ],
});

export const stackOp: Op<number> = defineOp<number>({
  name: 'stack',
  forward(parts, axis) {
    const first = parts[0] as Tensor;
    const out = allocate([...first.shape.slice(0, axis), parts.length, ...first.shape.slice(axis)], first.dtype);
    const { copy } = movementFor('stack', first.dtype);
    const strides = withoutAxis(out.strides, axis);
    for (const [i, part] of parts.entries()) {
      runUnary(copy, part, viewOf(out, part.shape, strides, out.position + i * (out.strides[axis] as number)));
    }
    return out;
  },
  vjp: ({ gradient, inputs, attributes: axis, wants }) =>
    inputs.map((_, i) => (wants(i) ? pick(gradient, axis, i) : null)),
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [2, 3] }], attributes: 1 },
    { inputs: [{ shape: [2] }, { shape: [2] }, { shape: [2] }], attributes: 0 },
  ],
});

function joinable(op: string, tensors: readonly TensorLike[]): Tensor[] {
  const parts = tensors.map((t, i) => toTensor(op, t, `tensors[${i}]`));
  const first = parts[0];
  if (first === undefined) {
    throw new ValueError({ op, what: 'there are no tensors', rule: 'at least one is needed', mend: 'Pass some' });
  }
  for (const [i, part] of parts.entries()) {
    if (part.dtype === first.dtype) continue;
    const name = `tensors[${i}]`;
    throw new DataTypeError({
      op,
      what: `tensors[0] is ${first.dtype}, ${name} is ${part.dtype}`,
      arrays: { 'tensors[0]': first, [name]: part },
      rule: 'tensors that are joined have one dtype',
      mend: `Convert one of them: cast(${name}, '${first.dtype}')`,
    });
  }
  return parts;
}

/**
 * Tensors one after another along an axis.
 *
 * Shapes: equal but for that axis, whose sizes add up.
 * Errors: `ShapeError`, `DataTypeError`; `ValueError` for an empty list.
 */
export function concat(tensors: readonly TensorLike[], axis = 0): Tensor {
  const parts = joinable('concat', tensors);
  const first = parts[0] as Tensor;
  const along = normalizeAxis('concat', axis, first.shape, 'tensors[0]');
  for (const [i, part] of parts.entries()) {
    if (part.rank === first.rank && part.shape.every((size, j) => j === along || size === first.shape[j])) continue;
    throw new ShapeError({
      op: 'concat',
      what: `the shapes differ in more than axis ${along}`,
      arrays: { 'tensors[0]': first, [`tensors[${i}]`]: part },
      rule: `all sizes but that of axis ${along} must be equal`,
      mend: 'Reshape or pad one of them',
    });
  }
  return apply(concatOp, parts, along);
}

/**
 * Tensors side by side along a new axis.
 *
 * Shapes: all equal; the new axis has as many entries as there are tensors.
 * Errors: `ShapeError`, `DataTypeError`; `ValueError` for an empty list.
 */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  const parts = joinable('stack', tensors);
  const first = parts[0] as Tensor;
  const along = normalizeNewAxis('stack', axis, first.shape, 'tensors[0]');
  for (const [i, part] of parts.entries()) {
    if (sameShape(part.shape, first.shape)) continue;
    throw new ShapeError({
      op: 'stack',
      what: 'the shapes differ',
      arrays: { 'tensors[0]': first, [`tensors[${i}]`]: part },
      rule: 'tensors that are stacked have one shape',
      mend: 'Use concat, or reshape one of them',
    });
  }
  return apply(stackOp, parts, along);
}
