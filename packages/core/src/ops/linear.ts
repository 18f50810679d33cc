/** Affine maps, with PyTorch's weight layout. */
import { ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate, settle, viewOf } from '../tape/engine.js';
import { defineOp, type InPlacePullback, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runBinary, runFill, runUnary } from '../tensor/loops.js';
import { sameShape, sizeOf } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { matmul } from './matmul.js';
import { matrixAt, multiply, productInto, transposed } from './product.js';
import { promoteFloat } from './promote.js';
import { sumTo } from './sum.js';
import { dense, reshape, transpose } from './views.js';

/** wᵀ as a view. */
function columnsOf(w: Tensor): Tensor {
  const [rows, cols] = w.shape as readonly [number, number];
  return viewOf(w, [cols, rows], [w.strides[1] as number, w.strides[0] as number], w.position);
}

/** The ids of which `x` is the one-hot form, in kernel memory; null when it is none, or they are gone. */
function idsOf(x: Tensor): Tensor | null {
  const { hot } = x;
  if (hot === null || (!hot.resident && hot.host === null)) return null;
  settle(hot);
  return dense(hot);
}

/** Whether there are so many ids that reading each column of w once, in order, pays. */
const manyIds = (ids: Tensor, w: Tensor): boolean => 2 * ids.size >= (w.shape[1] as number);

/** `out = one-hot(ids)·wᵀ + b`: columns of w by index. */
function gatherColumns(ids: Tensor, w: Tensor, b: Tensor | undefined, out: Tensor): void {
  const kernels = kernelsFor('linear', floatType(w));
  let table = columnsOf(w);
  const many = manyIds(ids, w) && b?.rank !== 2;
  if (many) {
    const rows = allocate(table.shape, w.dtype);
    if (b === undefined) runUnary(kernels.copy, table, rows);
    else runBinary(kernels.add, table, b, rows);
    table = rows;
  }
  const [row, col] = table.strides as readonly [number, number];
  const width = out.shape[1] as number;
  kernels.gatherRows(ids.size, width, table.position, row, col, ids.position, out.position, width, 1);
  if (b !== undefined && !many) runBinary(kernels.add, out, b, out);
}

/** Adds `gᵀ·one-hot(ids)` to the gradient of w: rows of g into columns by index. */
function scatterColumns({ gradient, buffer }: InPlacePullback<null>, ids: Tensor): void {
  const { tensor: out, fresh } = buffer(1);
  const kernels = kernelsFor('backward', floatType(out));
  if (fresh) runFill(kernels.fill, 0, out);
  const columns = columnsOf(out);
  const target = manyIds(ids, out) ? allocate(columns.shape, out.dtype) : columns;
  if (target !== columns) runFill(kernels.fill, 0, target);
  const [count, width] = gradient.shape as readonly [number, number];
  const [row, col] = gradient.strides as readonly [number, number];
  const [toRow, toCol] = target.strides as readonly [number, number];
  kernels.scatterAddRows(count, width, gradient.position, row, col, ids.position, target.position, toRow, toCol);
  if (target !== columns) runUnary(kernels.accumulate, target, columns);
}

export const linearOp: Op<null> = defineOp<null>({
  name: 'linear',
  forward([x, w, b]) {
    const [input, weight] = [x as Tensor, w as Tensor];
    const out = allocate([input.shape[0] as number, weight.shape[0] as number], input.dtype);
    const ids = idsOf(input);
    if (ids !== null) gatherColumns(ids, weight, b, out);
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
    if (ids !== null) scatterColumns(pullback, ids);
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
