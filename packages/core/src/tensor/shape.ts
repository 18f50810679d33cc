/** Arithmetic on shapes and strides: plain numbers, no data. */
import { type Complaint, formatShape, ShapeError, ValueError } from '../errors.js';

/** Sizes along each axis; `[]` is a scalar. */
export type Shape = readonly number[];

/** How a block of numbers is read: an entry at `index` stands at `offset + Σ index·strides`. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** How many numbers a shape holds. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis] as number;
  return size;
}

/** Row-major strides without gaps. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

/** Whether the numbers lie in row-major order without gaps; axes of size 1 do not matter. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size !== 1 && strides[axis] !== step) return false;
    step *= size;
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/**
 * The shape that `a` and `b` have together under NumPy's rule: aligned at the last axis, sizes must be
 * equal, or one of them 1.
 *
 * Errors: `ShapeError` naming both; where they are parts of `operands`, those, and which `part`.
 */
export function broadcastShapes(
  op: string,
  a: Shape,
  b: Shape,
  operands?: Complaint['arrays'],
  part = 'shapes',
): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new ShapeError({
        op,
        what: `${part} do not broadcast`,
        arrays: operands ?? { a: { shape: a }, b: { shape: b } },
        rule: `from right to left, sizes must be equal or one of them 1, and ${sizeA} meets ${sizeB}`,
        mend: 'Reshape, transpose or expandDims one of them',
      });
    }
    shape[axis] = sizeA === 1 ? sizeB : sizeA;
  }
  return shape;
}

/** Whether `shape` becomes `target` by repeating: aligned at the last axis, each size is 1 or the target's. */
export function broadcastsTo(shape: Shape, target: Shape): boolean {
  const missing = target.length - shape.length;
  return missing >= 0 && shape.every((size, axis) => size === 1 || size === target[axis + missing]);
}

/** Strides that read `shape` as if it had the larger shape `target`: 0 along every axis that repeats. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const missing = target.length - shape.length;
  const result = new Array<number>(target.length);
  for (let axis = 0; axis < target.length; axis++) {
    const own = axis - missing;
    result[axis] = own < 0 || (shape[own] === 1 && target[axis] !== 1) ? 0 : (strides[own] as number);
  }
  return result;
}

/**
 * An axis counted from the front; −1 is the last.
 *
 * Errors: `ShapeError` when there is no such axis; `name` says whose.
 */
export function normalizeAxis(op: string, axis: number, shape: Shape, name = 'x'): number {
  const result = fromFront(axis, shape.length);
  if (result !== null) return result;
  throw new ShapeError({
    op,
    what: `there is no axis ${axis}`,
    arrays: { [name]: { shape } },
    rule: shape.length === 0 ? 'a scalar has no axes' : `axes go from ${-shape.length} to ${shape.length - 1}`,
    mend: shape.length === 0 ? 'Give it one with expandDims' : `Pass an axis that ${name} has`,
  });
}

/** Where an axis that is to be added will stand. Errors: `ShapeError` for a place that is none. */
export function normalizeNewAxis(op: string, axis: number, shape: Shape, name = 'x'): number {
  const rank = shape.length + 1;
  const result = fromFront(axis, rank);
  if (result !== null) return result;
  throw new ShapeError({
    op,
    what: `a new axis cannot be axis ${axis}`,
    arrays: { [name]: { shape } },
    rule: `the result has ${rank} ${rank === 1 ? 'axis' : 'axes'}, from ${-rank} to ${rank - 1}`,
    mend: 'Pass one of them',
  });
}

function fromFront(axis: number, rank: number): number | null {
  const result = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && result >= 0 && result < rank ? result : null;
}

/** Several axes, in ascending order; `undefined` means all. Errors as {@link normalizeAxis}, and for an axis named twice. */
export function normalizeAxes(op: string, axes: number | readonly number[] | undefined, shape: Shape): number[] {
  if (axes === undefined) return shape.map((_, axis) => axis);
  if (typeof axes === 'number') return [normalizeAxis(op, axes, shape)];
  const result = axes.map((axis) => normalizeAxis(op, axis, shape)).sort((a, b) => a - b);
  const twice = result.find((axis, i) => i > 0 && result[i - 1] === axis);
  if (twice !== undefined) {
    throw new ShapeError({
      op,
      what: `axis ${twice} is named twice`,
      arrays: { x: { shape } },
      rule: 'each axis may be named once',
      mend: 'Leave the second one out',
    });
  }
  return result;
}

/** The shape that is left when `axes` become 1 (`keepDims`) or disappear. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** A shape, or strides, without the entry of one axis. */
export function withoutAxis(list: readonly number[], axis: number): number[] {
  return list.filter((_, i) => i !== axis);
}

/**
 * Refuses a shape with an entry that is not a whole number ≥ 0.
 *
 * Errors: `ValueError`.
 */
export function checkShape(op: string, shape: Shape): void {
  if (Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0)) return;
  throw new ValueError({
    op,
    what: `${Array.isArray(shape) ? formatShape(shape) : String(shape)} is not a shape`,
    rule: 'a shape is an array of whole numbers of at least 0',
    mend: 'Pass one, as [2, 3]',
  });
}
