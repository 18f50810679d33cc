/** Products whose left operand is one-hot: rows of the right one by index, instead of sums of 0s. */
import { allocate, settle } from '../tape/engine.js';
import type { InPlacePullback } from '../tape/op.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runBinary, runFill, runUnary } from '../tensor/loops.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { dense } from './views.js';

/** The ids of which `x` is the one-hot form, in kernel memory; null when it is none, or they are gone. */
export function idsOf(x: Tensor): Tensor | null {
  const { hot } = x;
  if (hot === null || (!hot.resident && hot.host === null)) return null;
  settle(hot);
  return dense(hot);
}

/** Whether there are so many ids that reading each row of a table once, in order, pays. */
const manyIds = (ids: Tensor, table: Tensor): boolean => 2 * ids.size >= (table.shape[0] as number);

/** Whether the entries of a row lie together. */
const hasRows = (table: Tensor): boolean => table.strides[1] === 1;

/** `out = one-hot(ids)·table + b` for the operation `op`: rows of the table by index. */
export function gatherProduct(op: string, ids: Tensor, table: Tensor, b: Tensor | undefined, out: Tensor): void {
  const kernels = kernelsFor(op, floatType(table));
  let from = table;
  const adds = b !== undefined && b.rank < 2;
  const many = manyIds(ids, table) && b?.rank !== 2 && (adds || !hasRows(table));
  if (many) {
    from = allocate(table.shape, table.dtype);
    if (b === undefined) runUnary(kernels.copy, table, from);
    else runBinary(kernels.add, table, b, from);
  }
  const [row, col] = from.strides as readonly [number, number];
  const width = out.shape[1] as number;
  kernels.gatherRows(ids.size, width, from.position, row, col, ids.position, out.position, width, 1);
  if (b !== undefined && !many) runBinary(kernels.add, out, b, out);
}

/** Adds `one-hot(ids)ᵀ·g` to the gradient of input `i`, which `tableOf` reads as the table: rows of g by index. */
export function scatterProduct(
  { gradient, buffer }: InPlacePullback<null>,
  i: number,
  ids: Tensor,
  tableOf: (t: Tensor) => Tensor,
): void {
  const { tensor: out, fresh } = buffer(i);
  const kernels = kernelsFor('backward', floatType(out));
  if (fresh) runFill(kernels.fill, 0, out);
  const table = tableOf(out);
  const target = manyIds(ids, table) && !hasRows(table) ? allocate(table.shape, out.dtype) : table;
  if (target !== table) runFill(kernels.fill, 0, target);
  const [count, width] = gradient.shape as readonly [number, number];
  const [row, col] = gradient.strides as readonly [number, number];
  const [toRow, toCol] = target.strides as readonly [number, number];
  kernels.scatterAddRows(count, width, gradient.position, row, col, ids.position, target.position, toRow, toCol);
  if (target !== table) runUnary(kernels.accumulate, target, table);
}
