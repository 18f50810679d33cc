/** Matrix products. Transposed operands are strides, so no product copies one. */
import { ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { broadcastShapes, broadcastStrides, type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { gatherProduct, idsOf, scatterProduct } from './one-hot-product.js';
import { matrixAt, multiply, productInto, transposed } from './product.js';
import { promoteFloat } from './promote.js';
import { sumTo } from './sum.js';
import { reshape, transpose } from './views.js';

/** Calls `visit` with the positions of each pair of matrices in two batches that broadcast to `batch`. */
function forEachMatrix(batch: Shape, a: Tensor, b: Tensor, visit: (index: number, a: number, b: number) => void): void {
  const stepsA = broadcastStrides(a.shape.slice(0, -2), a.strides.slice(0, -2), batch);
  const stepsB = broadcastStrides(b.shape.slice(0, -2), b.strides.slice(0, -2), batch);
  const count = sizeOf(batch);
  for (let index = 0; index < count; index++) {
    let [left, atA, atB] = [index, a.position, b.position];
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      const size = batch[axis] as number;
      const i = left % size;
      left = (left - i) / size;
      atA += i * (stepsA[axis] as number);
      atB += i * (stepsB[axis] as number);
    }
    visit(index, atA, atB);
  }
}

export const matmulOp: Op<null> = defineOp<null>({
  name: 'matmul',
  forward([x, y]) {
    const [a, b] = [x as Tensor, y as Tensor];
    const [m, n] = [a.shape.at(-2) as number, b.shape.at(-1) as number];
    const batch = broadcastShapes(
      'matmul',
      a.shape.slice(0, -2),
      b.shape.slice(0, -2),
      { a, b },
      'the axes before the last two',
    );
    const out = allocate([...batch, m, n], a.dtype);
    const ids = a.rank === 2 && b.rank === 2 ? idsOf(a) : null;
    if (ids !== null) {
      gatherProduct('matmul', ids, b, undefined, out);
      return out;
    }
    forEachMatrix(batch, a, b, (index, atA, atB) => {
      multiply(matrixAt(out, out.position + index * m * n), matrixAt(a, atA), matrixAt(b, atB), false);
    });
    return out;
  },
  vjp({ gradient, inputs, wants }) {
    const [a, b] = inputs as readonly [Tensor, Tensor];
    return [
      wants(0) ? sumTo(matmul(gradient, transpose(b)), a.shape) : null,
      wants(1) ? sumTo(matmul(transpose(a), gradient), b.shape) : null,
    ];
  },
  backward(pullback) {
    const [a, b] = pullback.inputs as readonly [Tensor, Tensor];
    if (a.rank !== 2 || b.rank !== 2) {
      const shares = matmulOp.vjp?.(pullback) ?? [];
      shares.forEach((share, i) => {
        if (share !== null) pullback.add(i, share);
      });
      return;
    }
    productInto(pullback, 0, matrixAt(pullback.gradient), transposed(matrixAt(b)));
    const ids = pullback.wants(1) ? idsOf(a) : null;
    if (ids !== null) scatterProduct(pullback, 1, ids, (t) => t);
    else if (pullback.wants(1)) pullback.addProduct(1, a, pullback.gradient);
  },
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [3, 4] }], attributes: null },
    { inputs: [{ shape: [2, 1, 2, 3] }, { shape: [4, 3, 2] }], attributes: null },
    { inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], attributes: null },
    { inputs: [{ shape: [2, 0] }, { shape: [0, 3] }], attributes: null },
  ],
});

/**
 * The matrix product a·b over the last two axes; further axes are a batch and broadcast.
 *
 * Shapes: a `[…, m, k]`, b `[…, k, n]` → `[…, m, n]`.
 * Numerics: where a matrix a came from `oneHot`, rows of b are gathered instead of multiplied by 0 and 1.
 * Errors: `ShapeError` when the inner sizes differ or an operand has fewer than two axes; `DataTypeError`.
 */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = promoteFloat('matmul', [a, b], ['a', 'b']) as [Tensor, Tensor];
  const arrays = { a: left, b: right };
  if (left.rank < 2 || right.rank < 2) {
    throw new ShapeError({
      op: 'matmul',
      what: 'an operand is no matrix',
      arrays,
      rule: 'both need at least two axes',
      mend: 'Add one with expandDims',
    });
  }
  const [inner, other] = [left.shape.at(-1), right.shape.at(-2)];
  if (inner !== other) {
    throw new ShapeError({
      op: 'matmul',
      what: 'inner sizes differ',
      arrays,
      rule: `a's last axis (${inner}) must equal b's second-to-last (${other})`,
      mend: 'Transpose b, or check inputSize',
    });
  }
  // A batch against one matrix is one tall product.
  if (left.rank > 2 && right.rank === 2) {
    const rows = reshape(left, [sizeOf(left.shape.slice(0, -1)), inner as number]);
    return reshape(apply(matmulOp, [rows, right], null), [...left.shape.slice(0, -1), right.shape[1] as number]);
  }
  return apply(matmulOp, [left, right], null);
}
