/** Affine maps, with PyTorch's weight layout. */
import { ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate, viewOf } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runUnary } from '../tensor/loops.js';
import { sameShape, sizeOf } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { matmul } from './matmul.js';
import { gatherProduct, idsOf, scatterProduct } from './one-hot-product.js';
import { matrixAt, multiply, productInto, transposed } from './product.js';
import { promoteFloat } from './promote.js';
import { sumTo } from './sum.js';
import { reshape, transpose } from './views.js';

/** wᵀ as a view. */
function columnsOf(w: Tensor): Tensor {
  const [rows, cols] = w.shape as readonly [number, number];
  return viewOf(w, [cols, rows], [w.strides[1] as number, w.strides[0] as number], w.position);
}

export const linearOp: Op<null> = defineOp<null>({
  name: 'linear',
  forward([x, w, b]) {
    const [input, weight] = [x as Tensor, w as Tensor];
    const out = allocate([input.shape[0] as number, weight.shape[0] as number], input.dtype);
    const ids = idsOf(input);
    if (ids !== null) gatherProduct('linear', ids, columnsOf(weight), b, out);
    else {
      if (b !== undefined) runUnary(kernelsFor('linear', floatType(b)).copy, b, out);
      multiply(matrixAt(out), matrixAt(input), transposed(matrixAt(weight)), b !== undefined);
    }
    return out;
  },
  vjp({ gradient, inputs, wants }) {
    const [x, w, b] = inputs as readonly [Tensor, Tensor, Tensor | undefined];
    const shares = [
      wants(0) ? matmul(gradient, w) : null,
      wants(1) ? matmul(transpose(gradient), x) : null,
      b !== undefined && wants(2) ? sumTo(gradient, b.shape) : null,
    ];
    return shares.slice(0, inputs.length);
  },
  backward(pullback) {
    const { gradient, inputs, wants, add } = pullback;
    const [x, w, b] = inputs as readonly [Tensor, Tensor, Tensor | undefined];
    productInto(pullback, 0, matrixAt(gradient), matrixAt(w));
    const ids = wants(1) ? idsOf(x) : null;
    if (ids !== null) scatterProduct(pullback, 1, ids, columnsOf);
    else if (wants(1)) pullback.addProduct(1, gradient, x);
    if (b !== undefined && wants(2)) add(2, sumTo(gradient, b.shape));
  },
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [4, 3] }, { shape: [4] }], attributes: null },
    { inputs: [{ shape: [2, 3] }, { shape: [1, 3] }], attributes: null },
    { inputs: [{ shape: [2, 3] }, { shape: [4, 3] }, { shape: [2, 4] }], attributes: null },
    { inputs: [{ shape: [0, 3] }, { shape: [2, 3] }, { shape: [2] }], attributes: null },
  ],
});

/**
 * An affine map with PyTorch's weight layout: `y = x·wᵀ + b`.
 *
 * A b of the result's shape is what the product is added to: `linear(h, w, p)` is `p + h·wᵀ` in one pass.
 *
 * Shapes: x `[…, D]`, w `[H, D]`, b `[H]` or `[…, H]` → `[…, H]`.
 * Numerics: where x came from `oneHot`, columns of w are gathered instead of multiplied by 0 and 1.
 * Errors: `ShapeError` when x's last axis is not w's, or b does not fit; `DataTypeError`.
 */
export function linear(x: TensorLike, w: TensorLike, b?: TensorLike): Tensor {
  const operands = b === undefined ? [x, w] : [x, w, b];
  const [input, weight, bias] = promoteFloat('linear', operands, ['x', 'w', 'b']) as [Tensor, Tensor, Tensor?];
  const resultShape = [...input.shape.slice(0, -1), weight.shape[0] as number];
  const fits =
    input.rank >= 1 &&
    weight.rank === 2 &&
    input.shape.at(-1) === weight.shape[1] &&
    (bias === undefined || sameShape(bias.shape, resultShape.slice(-1)) || sameShape(bias.shape, resultShape));
  if (!fits) {
    throw new ShapeError({
      op: 'linear',
      what: 'sizes do not fit',
      arrays: bias === undefined ? { x: input, w: weight } : { x: input, w: weight, b: bias },
      rule: "w is [outputs, inputs]: x's last axis must equal w's second, and b has w's first, or the result's shape",
      mend: 'Check inputSize, or transpose w',
    });
  }
  const inRows = (t: Tensor): Tensor => reshape(t, [sizeOf(t.shape.slice(0, -1)), t.shape.at(-1) as number]);
  const rows = input.rank === 2 ? input : inRows(input);
  const addends = bias === undefined ? [] : [bias.rank < 3 ? bias : inRows(bias)];
  const result = apply(linearOp, [rows, weight, ...addends], null);
  return input.rank === 2 ? result : reshape(result, resultShape);
}
