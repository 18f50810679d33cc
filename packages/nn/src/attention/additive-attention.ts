/** Attention by a small network. */
import {
  add,
  checkOptions,
  checkSize,
  type DataType,
  defaultRng,
  expandDims,
  linear,
  Parameter,
  pick,
  type Rng,
  type TensorLike,
  tanh,
} from '@unroll/core';
import { xavierUniform } from '../init.js';
import { Module } from '../module.js';
import type { RealStepsOptions } from '../recurrent/lengths.js';
import { type Attended, type Attention, checkQuery } from './attention.js';
import { type PreparedMemory, readMemory, weigh } from './memory.js';

/** Options of {@link AdditiveAttention}. */
export interface AdditiveAttentionOptions {
  readonly querySize: number;
  readonly memorySize: number;
  /** Of the layer that compares them. */
  readonly hiddenSize: number;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/**
 * Attention of Bahdanau et al., whose scores are those of a network with one hidden layer:
 *
 * ```text
 * e_t = vᵀ·tanh(W·q + U·m_t)    α = softmax(e)    context = Σ_t α_t·m_t
 * ```
 *
 * The memory's part U·m is computed once, by `prepare`. Luong et al. call the same score `concat`. Weights start
 * Xavier-uniform.
 *
 * Shapes: memory `[N, T, M]`, query `[N, Q]` → context `[N, M]`, weights `[N, T]`; weightQuery W `[A, Q]`, weightKey U
 * `[A, M]`, weightScore v `[1, A]`.
 * Errors: `ShapeError` for a memory or query that does not fit; `ValueError` as `readMemory`, for unknown options or bad
 * sizes.
 * Differs: from the paper in the initial weights: W and U with variance 0.001², v of zeros.
 * @source D. Bahdanau, K. Cho, Y. Bengio, "Neural machine translation by jointly learning to align and translate",
 * ICLR 2015, section A.1.2
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { AdditiveAttention } from '@unroll/nn';
 * const attention = new AdditiveAttention({ querySize: 5, memorySize: 4, hiddenSize: 6 });
 * const prepared = attention.prepare(randn([2, 7, 4]), { lengths: [7, 3] });
 * const { context, weights } = attention.attend(randn([2, 5]), prepared);
 * context.shape; // [2, 4]
 * [...weights.data.slice(10)]; // [0, 0, 0, 0]
 * ```
 */
export class AdditiveAttention extends Module implements Attention<PreparedMemory> {
  readonly querySize: number;
  readonly memorySize: number;
  readonly contextSize: number;
  readonly weightQuery: Parameter;
  readonly weightKey: Parameter;
  readonly weightScore: Parameter;

  constructor(options: AdditiveAttentionOptions) {
    super();
    const op = 'new AdditiveAttention';
    checkOptions(op, options, ['querySize', 'memorySize', 'hiddenSize', 'rng', 'dtype']);
    const { querySize, memorySize, hiddenSize, rng = defaultRng(), dtype = 'float32' } = options;
    checkSize(op, 'querySize', querySize);
    checkSize(op, 'memorySize', memorySize);
    checkSize(op, 'hiddenSize', hiddenSize);
    this.querySize = querySize;
    this.memorySize = memorySize;
    this.contextSize = memorySize;
    this.weightQuery = new Parameter(xavierUniform([hiddenSize, querySize], { rng, dtype }));
    this.weightKey = new Parameter(xavierUniform([hiddenSize, memorySize], { rng, dtype }));
    this.weightScore = new Parameter(xavierUniform([1, hiddenSize], { rng, dtype }));
  }

  prepare(memory: TensorLike, options: RealStepsOptions = {}): PreparedMemory {
    const { values, mask } = readMemory('AdditiveAttention.prepare', memory, this.memorySize, options);
    return { keys: linear(values, this.weightKey), values, mask };
  }

  attend(query: TensorLike, { keys, values, mask }: PreparedMemory): Attended {
    const q = checkQuery('AdditiveAttention', query, this.querySize, keys.shape[0] as number);
    const hidden = tanh(add(keys, expandDims(linear(q, this.weightQuery), 1))); // [N, T, A]
    return weigh(pick(linear(hidden, this.weightScore), 2, 0), values, mask);
  }
}
