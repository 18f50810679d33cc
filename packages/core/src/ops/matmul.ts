/** Matrix products. Transposed operands are strides, so no product copies one. */
import { ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type InPlacePullback, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runUnary } from '../tensor/loops.js';
import { broadcastShapes, broadcastStrides, type Shape, sizeOf } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { promoteFloat } from './promote.js';
import { sumTo } from './sum.js';
import { reshape, transpose } from './views.js';

/** The last two axes of a tensor as a matrix whose first entry is at `position`. */
interface Matrix {
  readonly position: number;
  readonly row: number;
  readonly col: number;
}

function matrixAt(t: Tensor, position: number = t.position): Matrix {
  return { position, row: t.strides[t.rank - 2] as number, col: t.strides[t.rank - 1] as number };
}

const transposed = ({ position, row, col }: Matrix): Matrix => ({ position, row: col, col: row });

/** `c = a·b`, or `c += a·b`. */
function multiply(
  c: Tensor,
  a: Matrix,
  b: Matrix,
  m: number,
  n: number,
  k: number,
  accumulate: boolean,
  to: Matrix,
): void {
  const { gemm } = kernelsFor('matmul', floatType(c));
  gemm(m, n, k, a.position, a.row, a.col, b.position, b.row, b.col, to.position, to.row, to.col, accumulate ? 1 : 0);
}

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
    const [m, k, n] = [a.shape.at(-2) as number, a.shape.at(-1) as number, b.shape.at(-1) as number];
    const batch = broadcastShapes(
      'matmul',
      a.shape.slice(0, -2),
      b.shape.slice(0, -2),
      { a, b },
      'the axes before the last two',
    );
    const out = allocate([...batch, m, n], a.dtype);
    const to = matrixAt(out);
    forEachMatrix(batch, a, b, (index, atA, atB) => {
      multiply(out, matrixAt(a, atA), matrixAt(b, atB), m, n, k, false, {
        ...to,
        position: to.position + index * m * n,
      });
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
    const g = matrixAt(pullback.gradient);
    productInto(pullback, 0, g, transposed(matrixAt(b)), b.shape[1] as number);
    if (pullback.wants(1)) pullback.addProduct(1, a, pullback.gradient);
  },
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [3, 4] }], attributes: null },
    { inputs: [{ shape: [2, 1, 2, 3] }, { shape: [4, 3, 2] }], attributes: null },
    { inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], attributes: null },
    { inputs: [{ shape: [2, 0] }, { shape: [0, 3] }], attributes: null },
  ],
});

/** Adds `left·right`, with inner size `inner`, to the gradient of input `i`, if anybody asks for it. */
function productInto<A>(pullback: InPlacePullback<A>, i: number, left: Matrix, right: Matrix, inner: number): void {
  if (!pullback.wants(i)) return;
  const { tensor: out, fresh } = pullback.buffer(i);
  const [rows, cols] = out.shape as readonly [number, number];
  multiply(out, left, right, rows, cols, inner, !fresh, matrixAt(out));
}

/**
 * The matrix product a·b over the last two axes; further axes are a batch and broadcast.
 *
 * Shapes: a `[…, m, k]`, b `[…, k, n]` → `[…, m, n]`.
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

export const linearOp: Op<null> = defineOp<null>({
  name: 'linear',
  forward([x, w, b]) {
    const [input, weight] = [x as Tensor, w as Tensor];
    const [rows, inner, cols] = [input.shape[0] as number, input.shape[1] as number, weight.shape[0] as number];
    const out = allocate([rows, cols], input.dtype);
    if (b !== undefined) runUnary(kernelsFor('linear', floatType(b)).copy, b, out);
    multiply(out, matrixAt(input), transposed(matrixAt(weight)), rows, cols, inner, b !== undefined, matrixAt(out));
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
    const g = matrixAt(gradient);
    productInto(pullback, 0, g, matrixAt(w), w.shape[0] as number);
    if (wants(1)) pullback.addProduct(1, gradient, x);
    if (b !== undefined && wants(2)) add(2, sumTo(gradient, b.shape));
  },
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [4, 3] }, { shape: [4] }], attributes: null },
    { inputs: [{ shape: [2, 3] }, { shape: [1, 3] }], attributes: null },
    { inputs: [{ shape: [0, 3] }, { shape: [2, 3] }, { shape: [2] }], attributes: null },
  ],
});

/**
 * An affine map with PyTorch's weight layout: `y = x·wᵀ + b`.
 *
 * Shapes: x `[…, D]`, w `[H, D]`, b `[H]` → `[…, H]`.
 * Errors: `ShapeError` when x's last axis is not w's, or b does not fit; `DataTypeError`.
 */
export function linear(x: TensorLike, w: TensorLike, b?: TensorLike): Tensor {
  const operands = b === undefined ? [x, w] : [x, w, b];
  const [input, weight, bias] = promoteFloat('linear', operands, ['x', 'w', 'b']) as [Tensor, Tensor, Tensor?];
  const fits =
    input.rank >= 1 &&
    weight.rank === 2 &&
    input.shape.at(-1) === weight.shape[1] &&
    (bias === undefined || (bias.rank === 1 && bias.shape[0] === weight.shape[0]));
  if (!fits) {
    throw new ShapeError({
      op: 'linear',
      what: 'sizes do not fit',
      arrays: bias === undefined ? { x: input, w: weight } : { x: input, w: weight, b: bias },
      rule: "w is [outputs, inputs]: x's last axis must equal w's second, and b has w's first",
      mend: 'Check inputSize, or transpose w',
    });
  }
  const parameters = bias === undefined ? [weight] : [weight, bias];
  if (input.rank === 2) return apply(linearOp, [input, ...parameters], null);
  const rows = reshape(input, [sizeOf(input.shape.slice(0, -1)), input.shape.at(-1) as number]);
  return reshape(apply(linearOp, [rows, ...parameters], null), [
    ...input.shape.slice(0, -1),
    weight.shape[0] as number,
  ]);
}
