/** The half of a model that reads. */
import {
  checkOptions,
  namedScope,
  scratch,
  type Tensor,
  type TensorLike,
  type TensorTree,
  toTensor,
} from '@unroll/core';
import { Module } from '../module.js';
import type { Cell } from '../recurrent/cell.js';
import { clearPadding, maskOf, type RealSteps, readRealSteps } from '../recurrent/lengths.js';
import type { SequenceLayer, SequenceOptions } from '../recurrent/sequence-layer.js';
import { type Unrolled, unroll } from '../recurrent/unroll.js';
import type { Encoded } from './encoded.js';

/** Ids to rows: an `Embedding`, or anything that acts as one. */
export type EmbeddingLike = {
  /** A row for each id. */
  forward(ids: Tensor): Tensor;
};

/** Options of {@link Encoder}. */
export interface EncoderOptions<State extends TensorTree> {
  /** What runs over the sequences: a cell, or a layer over whole sequences. */
  readonly layer: Cell<State> | SequenceLayer<State>;
  /** What ids pass first. Without it they are one-hot rows, and the inputs may also be `[N, T, D]`. */
  readonly embedding?: EmbeddingLike | undefined;
}

/**
 * The reading half of an encoder–decoder: a cell or a layer over whole sequences, behind an embedding if there is one. It
 * returns all outputs (what attention looks through), the state at the last real step (a context of fixed size), and
 * which steps are real.
 *
 * Shapes: ids int32 `[N, T]`, or x `[N, T, D]` without an embedding; outputs `[N, T, H]`.
 * Errors: as `unroll`. What stands in the padding is not read: ids there need not be in the vocabulary.
 * @source K. Cho et al., "Learning phrase representations using RNN encoder–decoder for statistical machine
 * translation", EMNLP 2014, section 2.2
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { Embedding, Encoder, GRUCell } from '@unroll/nn';
 * const encoder = new Encoder({
 *   embedding: new Embedding({ vocabularySize: 9, embeddingSize: 4 }),
 *   layer: new GRUCell({ inputSize: 4, hiddenSize: 6 }),
 * });
 * const source = tensor([[3, 1, 4], [2, 7, 0]], { dtype: 'int32' });
 * const { outputs, finalState, mask } = encoder.forward(source, { lengths: [3, 2] });
 * outputs.shape; // [2, 3, 6]
 * finalState.h.shape; // [2, 6]
 * mask?.toArray(); // [[1, 1, 1], [1, 1, 0]]
 * ```
 */
export class Encoder<State extends TensorTree> extends Module {
  readonly embedding: EmbeddingLike | null;
  readonly layer: Cell<State> | SequenceLayer<State>;
  /** H of the outputs. */
  readonly outputSize: number;

  constructor(options: EncoderOptions<State>) {
    super();
    checkOptions('new Encoder', options, ['layer', 'embedding']);
    const { layer, embedding = null } = options;
    this.embedding = embedding;
    this.layer = layer;
    this.outputSize = layer.outputSize;
  }

  /** Reads whole sequences; the options are those of `unroll`. */
  forward(x: TensorLike, options: SequenceOptions<State> = {}): Encoded<State> {
    checkOptions('Encoder.forward', options, ['initialState', 'lengths', 'mask']);
    const source = toTensor('Encoder.forward', x);
    const [batch = 0, steps = 0] = source.shape;
    const real = readRealSteps('Encoder.forward', options, batch, steps);
    const read = (): Encoded<State> => {
      const { outputs, finalState } = this.#run(this.#embed(source, real), options);
      return { outputs, finalState, mask: real === null ? null : maskOf(real, batch, steps) };
    };
    return namedScope('Encoder', () => scratch(read));
  }

  #embed(x: Tensor, real: RealSteps | null): Tensor {
    return this.embedding === null ? x : this.embedding.forward(real === null ? x : clearPadding(x, real));
  }

  #run(rows: Tensor, options: SequenceOptions<State>): Unrolled<State> {
    return 'step' in this.layer ? unroll(this.layer, rows, options) : this.layer.forward(rows, options);
  }
}
