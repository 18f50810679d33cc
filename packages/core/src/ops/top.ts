/** The largest entries, chosen outside of the graph: no gradient. */
import { ValueError } from '../errors.js';
import type { TensorLike } from '../tensor/create.js';
import { normalizeAxis } from '../tensor/shape.js';
import { newData } from '../tensor/storage.js';
import { hostTensor, type Tensor } from '../tensor/tensor.js';
import { toFloat } from './promote.js';
import { transpose } from './views.js';

/** What {@link topk} finds, largest first. */
export interface TopK {
  readonly values: Tensor;
  /** int32. */
  readonly indices: Tensor;
}

/**
 * The `k` largest entries along an axis, largest first; equal ones in order of their index, NaN before all.
 *
 * Shapes: the axis becomes `k`.
 * Errors: `ShapeError` for an axis that is not there; `ValueError` unless 1 ≤ k ≤ its size.
 */
export function topk(x: TensorLike, k: number, axis = -1): TopK {
  const t = toFloat('topk', x);
  const along = normalizeAxis('topk', axis, t.shape);
  const size = t.shape[along] as number;
  if (!Number.isInteger(k) || k < 1 || k > size) {
    throw new ValueError({
      op: 'topk',
      what: `k is ${k}`,
      arrays: { x: t },
      rule: `k must be a whole number from 1 to ${size}, the size of axis ${along}`,
      mend: 'Correct k',
    });
  }
  const last = transpose(t, along, -1);
  const data = last.data;
  const rows = data.length / size;
  const values = newData(t.dtype, rows * k);
  const indices = new Int32Array(rows * k);
  for (let row = 0; row < rows; row++) {
    const order = Array.from({ length: size }, (_, i) => i);
    const entry = (i: number): number => data[row * size + i] as number;
    order.sort((i, j) => descending(entry(i), entry(j)) || i - j);
    for (let rank = 0; rank < k; rank++) {
      indices[row * k + rank] = order[rank] as number;
      values[row * k + rank] = entry(order[rank] as number);
    }
  }
  const shape = last.shape.map((own, i) => (i === t.rank - 1 ? k : own));
  return {
    values: transpose(hostTensor(values, shape, t.dtype), along, -1),
    indices: transpose(hostTensor(indices, shape, 'int32'), along, -1),
  };
}

/** Larger numbers first, and NaN before all, as `argmax` has it. */
function descending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a === b ? 0 : b > a ? 1 : -1;
}
