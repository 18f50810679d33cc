/** Attention by likeness. */
import {
  checkOptions,
  checkSize,
  expandDims,
  matmul,
  mul,
  pick,
  type Tensor,
  type TensorLike,
  transpose,
} from '@unroll/core';
import type { RealStepsOptions } from '../recurrent/lengths.js';
import { type Attended, type Attention, checkQuery } from './attention.js';
import { type PreparedMemory, readMemory, weigh } from './memory.js';

/** Options of {@link DotAttention}. */
export interface DotAttentionOptions {
  /** Of queries and memory alike. */
  readonly size: number;
  /** Whether scores are divided by √size, as Vaswani et al. do. False unless said otherwise. */
  readonly scaled?: boolean | undefined;
}

/** The scores q·m_t. Shapes: query `[N, D]`, keys `[N, T, D]` → `[N, T]`. */
export function dotScores(query: Tensor, keys: Tensor): Tensor {
  return pick(matmul(expandDims(query, 1), transpose(keys)), 1, 0);
}

/**
 * Attention that looks for what is like the query: `e_t = q·m_t`, divided by √D when `scaled`; `α = softmax(e)`,
 * `context = Σ_t α_t·m_t`. It has no parameters.
 *
 * Shapes: memory `[N, T, D]`, query `[N, D]` → context `[N, D]`, weights `[N, T]`.
 * Errors: `ShapeError` for a memory or query that does not fit; `ValueError` as `readMemory`, for unknown options or a bad
 * size.
 * @source M.-T. Luong, H. Pham, C. D. Manning, "Effective approaches to attention-based neural machine translation",
 * EMNLP 2015, section 3.1, "dot"; scaled: A. Vaswani et al., "Attention is all you need", NeurIPS 2017, equation 1
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { DotAttention } from '@unroll/nn';
 * const attention = new DotAttention({ size: 2 });
 * const prepared = attention.prepare(tensor([[[200, 0], [0, 200]]]));
 * attention.attend(tensor([[0, 1]]), prepared).context.toArray(); // [[0, 200]]
 * ```
 */
export class DotAttention implements Attention<PreparedMemory> {
  readonly querySize: number;
  readonly memorySize: number;
  readonly contextSize: number;
  readonly scaled: boolean;

  constructor(options: DotAttentionOptions) {
    checkOptions('new DotAttention', options, ['size', 'scaled']);
    const { size, scaled = false } = options;
    checkSize('new DotAttention', 'size', size);
    this.querySize = size;
    this.memorySize = size;
    this.contextSize = size;
    this.scaled = scaled;
  }

  prepare(memory: TensorLike, options: RealStepsOptions = {}): PreparedMemory {
    const { values, mask } = readMemory('DotAttention.prepare', memory, this.memorySize, options);
    return { keys: values, values, mask };
  }

  attend(query: TensorLike, { keys, values, mask }: PreparedMemory): Attended {
    const q = checkQuery('DotAttention', query, this.querySize, keys.shape[0] as number);
    return weigh(dotScores(this.scaled ? mul(q, 1 / Math.sqrt(this.querySize)) : q, keys), values, mask);
  }
}
