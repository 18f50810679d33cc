/** One matrix product: what `matmul` and `linear` have in common. */
import type { InPlacePullback } from '../tape/op.js';
import { kernelsFor } from '../tensor/dtype.js';
import { panelOf } from '../tensor/panels.js';
import { floatType, type Tensor } from '../tensor/tensor.js';

/** The last two axes of a tensor as a matrix whose first entry is at `position`. */
export interface Matrix {
  readonly of: Tensor;
  readonly position: number;
  readonly rows: number;
  readonly cols: number;
  readonly row: number;
  readonly col: number;
}

export function matrixAt(of: Tensor, position: number = of.position): Matrix {
  const [rows, cols] = [of.shape[of.rank - 2] as number, of.shape[of.rank - 1] as number];
  return { of, position, rows, cols, row: of.strides[of.rank - 2] as number, col: of.strides[of.rank - 1] as number };
}

export function transposed({ of, position, rows, cols, row, col }: Matrix): Matrix {
  return { of, position, rows: cols, cols: rows, row: col, col: row };
}

/** `c = a·b`, or `c += a·b`. */
export function multiply(c: Matrix, a: Matrix, b: Matrix, accumulate: boolean): void {
  const kernels = kernelsFor('matmul', floatType(c.of));
  const [m, n, k] = [c.rows, c.cols, a.cols];
  const add = accumulate ? 1 : 0;
  const panel = panelOf(kernels, b.of, { at: b.position, row: b.row, col: b.col, n, k });
  if (panel === null) {
    kernels.gemm(m, n, k, a.position, a.row, a.col, b.position, b.row, b.col, c.position, c.row, c.col, add);
  } else kernels.gemmPacked(m, n, k, a.position, a.row, a.col, panel, c.position, c.row, c.col, add);
}

/** Adds `left·right` to the gradient of input `i`, if anybody asks for it. */
export function productInto<A>(pullback: InPlacePullback<A>, i: number, left: Matrix, right: Matrix): void {
  if (!pullback.wants(i)) return;
  const { tensor, fresh } = pullback.buffer(i);
  multiply(matrixAt(tensor), left, right, !fresh);
}
