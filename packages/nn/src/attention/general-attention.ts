/** Attention by a learned likeness. */
import {
  checkOptions,
  checkSize,
  type DataType,
  defaultRng,
  linear,
  Parameter,
  type Rng,
  type TensorLike,
} from '@unroll/core';
import { xavierUniform } from '../init.js';
import { Module } from '../module.js';
import type { RealStepsOptions } from '../recurrent/lengths.js';
import { type Attended, type Attention, checkQuery } from './attention.js';
import { dotScores } from './dot-attention.js';
import { type PreparedMemory, readMemory, weigh } from './memory.js';

/** Options of {@link GeneralAttention}. */
export interface GeneralAttentionOptions {
  readonly querySize: number;
  readonly memorySize: number;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/**
 * Attention with a matrix between query and memory: `e_t = qᵀ·W·m_t`; `α = softmax(e)`, `context = Σ_t α_t·m_t`.
 *
 * W·m is computed once, by `prepare`. The weight starts Xavier-uniform.
 *
 * Shapes: memory `[N, T, M]`, query `[N, Q]` → context `[N, M]`, weights `[N, T]`; weight `[Q, M]`.
 * Errors: `ShapeError` for a memory or query that does not fit; `ValueError` as `readMemory`, for unknown options or bad
 * sizes.
 * @source M.-T. Luong, H. Pham, C. D. Manning, "Effective approaches to attention-based neural machine translation",
 * EMNLP 2015, section 3.1, "general"
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { GeneralAttention } from '@unroll/nn';
 * const attention = new GeneralAttention({ querySize: 5, memorySize: 4 });
 * attention.attend(randn([2, 5]), attention.prepare(randn([2, 7, 4]))).context.shape; // [2, 4]
 * ```
 */
export class GeneralAttention extends Module implements Attention<PreparedMemory> {
  readonly querySize: number;
  readonly memorySize: number;
  readonly contextSize: number;
  readonly weight: Parameter;

  constructor(options: GeneralAttentionOptions) {
    super();
    checkOptions('new GeneralAttention', options, ['querySize', 'memorySize', 'rng', 'dtype']);
    const { querySize, memorySize, rng = defaultRng(), dtype = 'float32' } = options;
    checkSize('new GeneralAttention', 'querySize', querySize);
    checkSize('new GeneralAttention', 'memorySize', memorySize);
    this.querySize = querySize;
    this.memorySize = memorySize;
    this.contextSize = memorySize;
    this.weight = new Parameter(xavierUniform([querySize, memorySize], { rng, dtype }));
  }

  prepare(memory: TensorLike, options: RealStepsOptions = {}): PreparedMemory {
    const { values, mask } = readMemory('GeneralAttention.prepare', memory, this.memorySize, options);
    return { keys: linear(values, this.weight), values, mask };
  }

  attend(query: TensorLike, { keys, values, mask }: PreparedMemory): Attended {
    const q = checkQuery('GeneralAttention', query, this.querySize, keys.shape[0] as number);
    return weigh(dotScores(q, keys), values, mask);
  }
}
