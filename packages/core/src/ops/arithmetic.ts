/** The four operations, broadcasting as NumPy does. */
import { apply } from '../tape/apply.js';
import type { Op, Sample } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary, defineUnary } from './elementwise.js';
import { promote, requireFloat, toFloat } from './promote.js';

export const negOp: Op<null> = defineUnary('neg', (gradient) => neg(gradient));
export const addOp: Op<null> = defineBinary('add', ({ gradient }) => [() => gradient, () => gradient]);
export const subOp: Op<null> = defineBinary('sub', ({ gradient }) => [() => gradient, () => neg(gradient)]);
export const mulOp: Op<null> = defineBinary('mul', ({ gradient }, a, b) => [
  () => mul(gradient, b),
  () => mul(gradient, a),
]);

/** The divisor keeps away from 0. */
const QUOTIENTS: readonly Sample<null>[] = [
  { inputs: [{ shape: [2, 3] }, { shape: [3], between: [0.5, 2] }], attributes: null },
  { inputs: [{ shape: [2, 1] }, { shape: [2, 3], between: [-2, -0.5] }], attributes: null },
];
export const divOp: Op<null> = defineBinary(
  'div',
  ({ gradient, output }, _a, b) => [() => div(gradient, b), () => neg(div(mul(gradient, output), b))],
  QUOTIENTS,
);

/** Applies a binary operation to checked operands. */
export function applyBinary(op: Op<null>, a: TensorLike, b: TensorLike): Tensor {
  const operands = promote(op.name, [a, b], ['a', 'b']);
  requireFloat(op.name, operands[0] as Tensor, 'a');
  return apply(op, operands, null);
}

/** −x. Errors: `DataTypeError` for int32. */
export function neg(x: TensorLike): Tensor {
  return apply(negOp, [toFloat('neg', x)], null);
}

/**
 * The sum of two or more operands, from left to right.
 *
 * Shapes: all broadcast together.
 * Errors: `ShapeError` for shapes that do not; `DataTypeError` for different dtypes or int32.
 */
export function add(a: TensorLike, b: TensorLike, ...more: readonly TensorLike[]): Tensor {
  return more.reduce<Tensor>((total, next) => applyBinary(addOp, total, next), applyBinary(addOp, a, b));
}

/** a − b. Errors: as {@link add}. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return applyBinary(subOp, a, b);
}

/** The product, entry by entry, of two or more operands, from left to right. Errors: as {@link add}. */
export function mul(a: TensorLike, b: TensorLike, ...more: readonly TensorLike[]): Tensor {
  return more.reduce<Tensor>((product, next) => applyBinary(mulOp, product, next), applyBinary(mulOp, a, b));
}

/** a / b, with IEEE infinities and NaN at b = 0. Errors: as {@link add}. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return applyBinary(divOp, a, b);
}
