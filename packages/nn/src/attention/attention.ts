/** What looks something up in a memory: the contract between attentions and everything that uses them. */
import { ShapeError, type Tensor, type TensorLike, type TensorTree, toFloat } from '@unroll/core';
import type { RealStepsOptions } from '../recurrent/lengths.js';

/** What one look into a memory found. */
export type Attended = {
  /** What stands there, each place as far as it counts: `[N, C]`. */
  readonly context: Tensor;
  /** How much each place counts, `[N, T]`: together 1, and exactly 0 where the memory is masked. */
  readonly weights: Tensor;
};

/**
 * Looks something up in a memory `[N, T, M]`, such as all outputs of an encoder. Any object of this shape can be used in
 * an `AttentionCell`; one with parameters extends `Module`.
 *
 * What the memory needs is computed once, by `prepare`; each step of a decoder then calls `attend`. What is prepared is
 * a tensor, or arrays and plain objects of tensors, each with the batch on axis 0: it is carried in the state of a
 * cell, and a search chooses rows of it.
 *
 * @example
 * ```ts
 * import { expandDims, neg, randn, square, sub, sum } from '@unroll/core';
 * import { type Attention, type PreparedMemory, readMemory, weigh } from '@unroll/nn';
 * // The nearer, the higher the score.
 * const nearest: Attention<PreparedMemory> = {
 *   querySize: 4,
 *   memorySize: 4,
 *   contextSize: 4,
 *   prepare(memory, options) {
 *     const { values, mask } = readMemory('nearest', memory, 4, options);
 *     return { keys: values, values, mask };
 *   },
 *   attend(query, { keys, values, mask }) {
 *     const distances = sum(square(sub(keys, expandDims(query, 1))), -1); // [N, T]
 *     return weigh(neg(distances), values, mask);
 *   },
 * };
 * const { context, weights } = nearest.attend(randn([2, 4]), nearest.prepare(randn([2, 7, 4]), { lengths: [7, 3] }));
 * context.shape; // [2, 4]
 * weights.shape; // [2, 7]
 * ```
 */
export interface Attention<Prepared extends TensorTree> {
  /** Q of the queries. */
  readonly querySize: number;
  /** M of the memory. */
  readonly memorySize: number;
  /** C of the contexts. */
  readonly contextSize: number;

  /** What the memory needs, once. Shapes: memory `[N, T, M]`. Masked places may hold anything, NaN included. */
  prepare(memory: TensorLike, options?: RealStepsOptions): Prepared;

  /** One look. Shapes: query `[N, Q]` → context `[N, C]`, weights `[N, T]`. */
  attend(query: Tensor, prepared: Prepared): Attended;
}

/** A query `[N, Q]` for a prepared memory of N sequences. Errors: `ShapeError`, `DataTypeError`. */
export function checkQuery(op: string, query: TensorLike, querySize: number, batch: number): Tensor {
  const t = toFloat(op, query, 'query');
  if (t.rank === 2 && t.shape[0] === batch && t.shape[1] === querySize) return t;
  throw new ShapeError({
    op,
    what: 'the query does not fit',
    arrays: { query: t },
    rule: `for a memory of ${batch} sequences it must be [${batch}, ${querySize}]`,
    mend: t.shape[1] === querySize ? 'Prepare the memory of the same batch' : 'Check querySize',
  });
}
