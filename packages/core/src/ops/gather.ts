/** Rows by index and their adjoint: `gather` ⇄ `scatterAdd`; and the one-hot rows that say the same as indices. */
import { views } from '@unroll/kernels';
import { checkOptions, checkSize, ShapeError, ValueError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type Op, type SampleInput } from '../tape/op.js';
import type { CreateOptions, TensorLike } from '../tensor/create.js';
import { kernelsFor, movementFor, requireKernels } from '../tensor/dtype.js';
import { runFill } from '../tensor/loops.js';
import { sameShape } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { requireFloat, requireIndices, toTensor } from './promote.js';
import { dense, reshape } from './views.js';

/** Refuses indices outside of [0, count), in kernel memory and without gaps. */
export function checkIndices(op: string, ids: Tensor, count: number): void {
  for (let i = 0; i < ids.size; i++) {
    const id = views.int32[ids.position + i] as number;
    if (id >= 0 && id < count) continue;
    throw new ValueError({
      op,
      what: `index ${id}, entry ${i} of ids, is out of range`,
      arrays: { ids },
      rule: count === 0 ? 'there are no rows' : `indices go from 0 to ${count - 1}`,
      mend: 'Check the ids, or the size of the vocabulary',
    });
  }
}

/** Indices of more than one axis. */
const GRID: SampleInput = {
  values: [
    [1, 0],
    [2, 1],
  ],
  dtype: 'int32',
};

export const gatherOp: Op<null> = defineOp<null>({
  name: 'gather',
  forward([x, i]) {
    const [table, ids] = [x as Tensor, dense(i as Tensor)];
    const [count, width] = table.shape as readonly [number, number];
    const [row, col] = table.strides as readonly [number, number];
    checkIndices('gather', ids, count);
    const out = allocate([ids.size, width], table.dtype);
    const { gatherRows } = kernelsFor('gather', floatType(table));
    gatherRows(ids.size, width, table.position, row, col, ids.position, out.position, width, 1);
    return out;
  },
  vjp: ({ gradient, inputs }) => {
    const [table, ids] = inputs as readonly [Tensor, Tensor];
    return [scatterAdd(gradient, ids, table.shape[0] as number), null];
  },
  backward({ gradient, inputs, buffer }) {
    const { tensor: out, fresh } = buffer(0);
    const kernels = kernelsFor('gather', floatType(out));
    if (fresh) runFill(kernels.fill, 0, out);
    addRows(gradient, dense(inputs[1] as Tensor), out);
  },
  samples: [
    { inputs: [{ shape: [4, 3] }, { values: [1, 0, 1], dtype: 'int32' }], attributes: null },
    { inputs: [{ shape: [3, 2] }, GRID], attributes: null },
    { inputs: [{ shape: [2, 1] }, { values: [], dtype: 'int32' }], attributes: null },
  ],
});

function addRows(x: Tensor, ids: Tensor, out: Tensor): void {
  const [count, width] = x.shape as readonly [number, number];
  const [row, col] = x.strides as readonly [number, number];
  const { scatterAddRows } = kernelsFor('scatterAdd', floatType(x));
  const [outRow, outCol] = out.strides as readonly [number, number];
  scatterAddRows(count, width, x.position, row, col, ids.position, out.position, outRow, outCol);
}

export const scatterAddOp: Op<number> = defineOp<number>({
  name: 'scatterAdd',
  forward([x, i], rows) {
    const [input, ids] = [x as Tensor, dense(i as Tensor)];
    checkIndices('scatterAdd', ids, rows);
    const out = allocate([rows, input.shape[1] as number], input.dtype);
    runFill(kernelsFor('scatterAdd', floatType(input)).fill, 0, out);
    addRows(input, ids, out);
    return out;
  },
  vjp: ({ gradient, inputs: [x, ids] }) => [reshape(gather(gradient, ids as Tensor), (x as Tensor).shape), null],
  samples: [
    { inputs: [{ shape: [3, 2] }, { values: [1, 0, 1], dtype: 'int32' }], attributes: 4 },
    { inputs: [{ shape: [4, 2] }, GRID], attributes: 3 },
  ],
});

/**
 * Rows of `x` by index: an embedding.
 *
 * Shapes: x `[V, …rest]`, ids any int32 shape → `[…ids, …rest]`.
 * Errors: `ValueError` for an index outside of [0, V); `DataTypeError`; `ShapeError` for a scalar x.
 */
export function gather(x: TensorLike, ids: TensorLike): Tensor {
  const table = toTensor('gather', x);
  const index = toTensor('gather', ids, 'ids');
  requireFloat('gather', table, 'x');
  requireIndices('gather', index, 'ids');
  if (table.rank === 0) {
    throw new ShapeError({
      op: 'gather',
      what: 'x has no rows',
      arrays: { x: table, ids: index },
      rule: 'x needs at least one axis',
      mend: 'Reshape x',
    });
  }
  const rest = table.shape.slice(1);
  const matrix =
    table.rank === 2 ? table : reshape(table, [table.shape[0] as number, rest.reduce((n, size) => n * size, 1)]);
  const rows = apply(gatherOp, [matrix, index], null);
  const shape = [...index.shape, ...rest];
  return sameShape(rows.shape, shape) ? rows : reshape(rows, shape);
}

/**
 * Adds row `i` of `x` to row `ids[i]` of a tensor of zeros.
 *
 * Shapes: x `[N, D]`, ids `[N]` → `[rows, D]`.
 * Errors: `ValueError` for an index outside of [0, rows); `ShapeError`; `DataTypeError`.
 */
export function scatterAdd(x: TensorLike, ids: TensorLike, rows: number): Tensor {
  const input = toTensor('scatterAdd', x);
  const index = toTensor('scatterAdd', ids, 'ids');
  requireFloat('scatterAdd', input, 'x');
  requireIndices('scatterAdd', index, 'ids');
  checkSize('scatterAdd', 'rows', rows, 0);
  if (input.rank !== 2 || index.size !== input.shape[0]) {
    throw new ShapeError({
      op: 'scatterAdd',
      what: 'there is not one index for each row',
      arrays: { x: input, ids: index },
      rule: 'x is [N, D] and ids has N entries',
      mend: 'Pass one index for each row of x',
    });
  }
  return apply(scatterAddOp, [input, index], rows);
}

interface OneHot {
  readonly depth: number;
  readonly dtype: 'float32' | 'float64';
}

export const oneHotOp: Op<OneHot> = defineOp<OneHot>({
  name: 'oneHot',
  forward([i], { depth, dtype }) {
    const ids = dense(i as Tensor);
    checkIndices('oneHot', ids, depth);
    const out = allocate([...ids.shape, depth], dtype);
    runFill(movementFor('oneHot', dtype).fill, 0, out);
    for (let row = 0; row < ids.size; row++) {
      views[dtype][out.position + row * depth + (views.int32[ids.position + row] as number)] = 1;
    }
    return out;
  },
  vjp: null,
  samples: [{ inputs: [{ values: [1, 0], dtype: 'int32' }], attributes: { depth: 3, dtype: 'float64' } }],
});

/**
 * Indices as rows of zeros with a single one.
 *
 * Shapes: ids any int32 shape → `[…ids, depth]`.
 * Errors: `ValueError` for an index outside of [0, depth); `DataTypeError` for ids that are not int32.
 */
export function oneHot(ids: TensorLike, depth: number, options: CreateOptions = {}): Tensor {
  checkOptions('oneHot', options, ['dtype']);
  checkSize('oneHot', 'depth', depth);
  const index = toTensor('oneHot', ids, 'ids');
  requireIndices('oneHot', index, 'ids');
  const dtype = options.dtype ?? 'float32';
  requireKernels('oneHot', dtype);
  const rows = apply(oneHotOp, [index], { depth, dtype: dtype as OneHot['dtype'] });
  rows.hot = index;
  return rows;
}
