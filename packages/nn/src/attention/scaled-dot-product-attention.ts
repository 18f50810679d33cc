/** Attention of many queries at once. */
import {
  checkOptions,
  matmul,
  mul,
  ShapeError,
  type Tensor,
  type TensorLike,
  tensor,
  toFloat,
  transpose,
  ValueError,
} from '@unroll/core';
import { clearPadding, type RealSteps, type RealStepsOptions, readRealSteps } from '../recurrent/lengths.js';
import type { Attended } from './attention.js';
import { shares } from './memory.js';

/** Options of {@link scaledDotProductAttention}. Lengths and mask say which keys are real. */
export interface ScaledDotProductAttentionOptions extends RealStepsOptions {
  /** Whether query t sees the keys from 0 to t only. False unless said otherwise. */
  readonly causal?: boolean | undefined;
}

/**
 * `softmax(Q·Kᵀ / √D)·V`, for each query over the keys that it may see.
 *
 * Masked keys and values may hold anything, NaN included; queries are all used.
 *
 * Shapes: query `[N, Tq, D]`, key `[N, Tk, D]`, value `[N, Tk, C]` → context `[N, Tq, C]`, weights `[N, Tq, Tk]`; mask
 * `[N, Tk]`.
 * Errors: `ShapeError` where they do not fit together, also for `causal` with Tq ≠ Tk; `ValueError` for a query that
 * sees no key, lengths outside of 1 to Tk, lengths and a mask at once, or unknown options; `DataTypeError`.
 * Differs: from PyTorch's function of this name, which returns the context alone and takes a mask of scores; a row
 * that is masked altogether is NaN there.
 * @source A. Vaswani et al., "Attention is all you need", NeurIPS 2017, equation 1; causal: section 3.2.3
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { scaledDotProductAttention } from '@unroll/nn';
 * const x = randn([2, 3, 4]);
 * const { context, weights } = scaledDotProductAttention(x, x, x, { causal: true });
 * context.shape; // [2, 3, 4]
 * [...weights.data.slice(0, 3)]; // [1, 0, 0]
 * ```
 */
export function scaledDotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options: ScaledDotProductAttentionOptions = {},
): Attended {
  const op = 'scaledDotProductAttention';
  checkOptions(op, options, ['lengths', 'mask', 'causal']);
  const { lengths, mask, causal = false } = options;
  const [q, k, v] = [toFloat(op, query, 'query'), toFloat(op, key, 'key'), toFloat(op, value, 'value')];
  checkFit(op, q, k, v, causal);
  const [batch, places, size] = k.shape as readonly [number, number, number];
  const real = readRealSteps(op, { lengths, mask }, batch, places);
  const [keys, values] = real === null ? [k, v] : [clearPadding(k, real), clearPadding(v, real)];
  const seen = causal ? seenUpTo(op, places, real) : (real?.flags ?? null);
  // [N, 1, Tk], or causal [N, Tq, Tk], where without a mask one entry serves the whole batch.
  const shape = [real === null ? 1 : batch, causal ? places : 1, places];
  const visible = seen === null ? null : tensor(Float64Array.from(seen), { dtype: k.dtype, shape });
  const weights = shares(matmul(mul(q, 1 / Math.sqrt(size)), transpose(keys)), visible);
  return { context: matmul(weights, values), weights };
}

/** 1 where query t sees key k: `k ≤ t`, and the key is real. Errors: `ValueError` for a query that sees none. */
function seenUpTo(op: string, places: number, real: RealSteps | null): Uint8Array {
  const flags = real?.flags ?? new Uint8Array(places).fill(1);
  const seen = new Uint8Array(flags.length * places);
  for (let row = 0; row < flags.length; row++) {
    const [first, t] = [row - (row % places), row % places];
    seen.set(flags.subarray(first, first + t + 1), row * places);
    if (seen.subarray(row * places, (row + 1) * places).includes(1)) continue;
    throw new ValueError({
      op,
      what: `query ${t} of sequence ${first / places} sees no key`,
      rule: 'with causal it sees the keys from 0 to its own, of which the mask leaves none',
      mend: 'Put the padding at the end',
    });
  }
  return seen;
}

function checkFit(op: string, query: Tensor, key: Tensor, value: Tensor, causal: boolean): void {
  const arrays = { query, key, value };
  const isFilled = [query, key, value].every((t) => t.rank === 3 && t.size > 0);
  const agree = isFilled && query.shape[2] === key.shape[2] && value.shape[1] === key.shape[1];
  if (!agree || query.shape[0] !== key.shape[0] || value.shape[0] !== key.shape[0]) {
    throw new ShapeError({
      op,
      what: 'query, key and value do not fit together',
      arrays,
      rule: 'they are [N, Tq, D], [N, Tk, D] and [N, Tk, C], each size at least 1',
      mend: 'Reshape them, or add an axis with expandDims',
    });
  }
  if (!causal || query.shape[1] === key.shape[1]) return;
  throw new ShapeError({
    op,
    what: 'there are not as many queries as keys',
    arrays,
    rule: 'with causal, query t and key t stand at the same place',
    mend: 'Leave causal out, or pass them of one length',
  });
}
