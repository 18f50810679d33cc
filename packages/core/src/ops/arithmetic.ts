/** The four operations, broadcasting as NumPy does. */
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type InPlacePullback, type Op, type Sample } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runBinary } from '../tensor/loops.js';
import { broadcastShapes, type Shape, sameShape } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { BROADCASTS, defineBinary, defineUnary } from './elementwise.js';
import { promoteFloat, toFloat } from './promote.js';
import { equal, where } from './select.js';
import { sumTo } from './sum.js';

export const negOp: Op<null> = defineUnary('neg', (gradient) => neg(gradient));

/** Any number of operands at once: partial sums stay where the result comes, instead of filling memory of their own. */
export const addOp: Op<null> = defineOp<null>({
  name: 'add',
  forward(inputs) {
    const [a, b, ...more] = inputs as readonly [Tensor, Tensor, ...Tensor[]];
    const out = allocate(commonShape('add', inputs), a.dtype);
    const kernel = kernelsFor('add', floatType(a)).add;
    runBinary(kernel, a, b, out);
    for (const next of more) runBinary(kernel, out, next, out);
    return out;
  },
  vjp: ({ gradient, inputs, wants }) => inputs.map((x, i) => (wants(i) ? sumTo(gradient, x.shape) : null)),
  samples: [...BROADCASTS, { inputs: [{ shape: [3] }, { shape: [] }, { shape: [2, 1] }], attributes: null }],
});
export const subOp: Op<null> = defineBinary('sub', ({ gradient }) => [() => gradient, () => neg(gradient)]);
export const mulOp: Op<null> = defineBinary(
  'mul',
  ({ gradient }, a, b) => [() => mul(gradient, b), () => mul(gradient, a)],
  {
    backward(pullback) {
      const [a, b] = pullback.inputs as readonly [Tensor, Tensor];
      multiplyInto(pullback, 0, b);
      multiplyInto(pullback, 1, a);
    },
  },
);

/** Adds gradient · other to the gradient of input `i`, if anybody asks for it. */
function multiplyInto({ gradient, inputs, wants, add, buffer }: InPlacePullback<null>, i: number, other: Tensor): void {
  if (!wants(i)) return;
  const { shape } = inputs[i] as Tensor;
  if (!sameShape(shape, gradient.shape)) {
    add(i, sumTo(mul(gradient, other), shape));
    return;
  }
  const { tensor: out, fresh } = buffer(i);
  const { mul: write, multiplyAdd } = kernelsFor('backward', floatType(out));
  runBinary(fresh ? write : multiplyAdd, gradient, other, out);
}

/**
 * gradient · slope, where nothing flows through a slope that is infinite or NaN if nothing arrives: 0 · ∞ is 0 here.
 * So the side of a `where` that is not taken stays silent even where its function has no derivative (1/x at 0). The
 * slope is replaced, not the product: where it is finite, the product stays linear in the gradient, to any order.
 */
export function throughSlope(gradient: Tensor, slope: Tensor): Tensor {
  const finite = equal(mul(slope, 0), 0);
  return mul(gradient, where(finite, slope, where(equal(gradient, 0), 0, slope)));
}

/** The divisor keeps away from 0. */
const QUOTIENTS: readonly Sample<null>[] = [
  { inputs: [{ shape: [2, 3] }, { shape: [3], between: [0.5, 2] }], attributes: null },
  { inputs: [{ shape: [2, 1] }, { shape: [2, 3], between: [-2, -0.5] }], attributes: null },
];
export const divOp: Op<null> = defineBinary(
  'div',
  ({ gradient, output }, _a, b) => [
    () => throughSlope(gradient, div(1, b)),
    () => throughSlope(gradient, neg(div(output, b))),
  ],
  { samples: QUOTIENTS },
);

/** Applies a binary operation to checked operands. */
export function applyBinary(op: Op<null>, a: TensorLike, b: TensorLike, names: readonly string[] = ['a', 'b']): Tensor {
  return apply(op, promoteFloat(op.name, [a, b], names), null);
}

const nameOf = (i: number): string => ['a', 'b'][i] ?? `more[${i - 2}]`;

/** The shape that all operands broadcast to. Errors: `ShapeError`. */
function commonShape(op: string, operands: readonly Tensor[]): Shape {
  const named = Object.fromEntries(operands.map((t, i) => [nameOf(i), t]));
  return operands.reduce<Shape>((shape, t) => broadcastShapes(op, shape, t.shape, named), []);
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
  const operands = [a, b, ...more];
  return apply(
    addOp,
    promoteFloat(
      'add',
      operands,
      operands.map((_, i) => nameOf(i)),
    ),
    null,
  );
}

/** a − b. Errors: as {@link add}. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return applyBinary(subOp, a, b);
}

/** The product, entry by entry, of two or more operands, from left to right. Errors: as {@link add}. */
export function mul(a: TensorLike, b: TensorLike, ...more: readonly TensorLike[]): Tensor {
  let result = applyBinary(mulOp, a, b);
  for (const [i, next] of more.entries()) result = applyBinary(mulOp, result, next, ['what is before', `more[${i}]`]);
  return result;
}

/** a / b, with IEEE infinities and NaN at b = 0. Errors: as {@link add}. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return applyBinary(divOp, a, b);
}
