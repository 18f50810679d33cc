/** The half of a model that writes. */
import {
  checkOptions,
  checkSize,
  namedScope,
  oneHot,
  ShapeError,
  type Tensor,
  type TensorTree,
  ValueError,
} from '@unroll/core';
import type { TokenModel, TokenStep } from '../decode/token-model.js';
import { Module } from '../module.js';
import { type Cell, inRun } from '../recurrent/cell.js';
import { clearPadding, type RealStepsOptions, readRealSteps } from '../recurrent/lengths.js';
import { dtypeOfState, unroll } from '../recurrent/unroll.js';
import { stateOf } from './context-cell.js';
import type { ConditionedCell, Encoded } from './encoded.js';
import type { EmbeddingLike } from './encoder.js';

/** Makes the state with which a decoder's cell begins: a `Bridge`, or a function. */
export type BridgeLike<Source extends TensorTree, Inner> =
  | {
      /** The initial state. */
      forward(encoded: Encoded<Source>): Inner;
    }
  | ((encoded: Encoded<Source>) => Inner);

/** Options of {@link Decoder}. */
export interface DecoderOptions<State extends TensorTree, Inner extends TensorTree, Source extends TensorTree> {
  /** V of the ids that are read and scored. */
  readonly vocabularySize: number;
  /** Any cell; one that is conditioned, as `AttentionCell` and `ContextCell`, gets what the encoder found. */
  readonly cell: Cell<State> | ConditionedCell<State, Inner>;
  /** From the cell's output to the scores: a `Linear`, or anything that acts as one. */
  readonly head: {
    /** Scores of the next token. */
    forward(x: Tensor): Tensor;
  };
  /** What ids pass first. Without it they are one-hot rows. */
  readonly embedding?: EmbeddingLike | undefined;
  /**
   * With which state the cell begins: `'encoder'`, the encoder's final state as it is, unless something else is said;
   * `'own'`, the cell's own initial state; or what a bridge makes of what the encoder returned.
   */
  readonly initialState?: 'encoder' | 'own' | BridgeLike<Source, Inner> | undefined;
}

/**
 * The writing half of an encoder–decoder, as a `TokenModel`: `begin` makes its first state from what an `Encoder`
 * returned; `decode` trains it from there, and `greedy`, `sample` and `beamSearch` write with it.
 *
 * How it sees the encoder is a matter of its cell and of its initial state:
 *
 * ```text
 * context C                      cell                           initialState
 * as the initial state           any                            'encoder', or a Bridge
 * as an input of every step      new ContextCell({ cell, … })   'own'
 * both                           new ContextCell({ cell, … })   'encoder', or a Bridge
 * all outputs, by attention      new AttentionCell({ cell, … }) any of them
 * ```
 *
 * Shapes: ids int32 `[N]`, logits `[N, V]`.
 * Errors: `ShapeError` for a state, an embedding or a head that does not fit; `ValueError` for ids outside of the
 * vocabulary and for unknown options.
 * @source I. Sutskever, O. Vinyals, Q. V. Le, "Sequence to sequence learning with neural networks", NIPS 2014 (C as the
 * initial state); K. Cho et al., "Learning phrase representations using RNN encoder–decoder for statistical machine
 * translation", EMNLP 2014 (both); I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, 2016, section 10.4
 *
 * @example
 * ```ts
 * import { Tape, tensor } from '@unroll/core';
 * import { crossEntropy, decode, Decoder, Embedding, Encoder, Linear, LSTMCell } from '@unroll/nn';
 * const encoder = new Encoder({
 *   embedding: new Embedding({ vocabularySize: 7, embeddingSize: 4 }),
 *   layer: new LSTMCell({ inputSize: 4, hiddenSize: 8 }),
 * });
 * const decoder = new Decoder({
 *   vocabularySize: 5,
 *   embedding: new Embedding({ vocabularySize: 5, embeddingSize: 4 }),
 *   cell: new LSTMCell({ inputSize: 4, hiddenSize: 8 }),
 *   head: new Linear({ inputSize: 8, outputSize: 5 }),
 * });
 * const source = tensor([[6, 2, 3], [4, 1, 0]], { dtype: 'int32' });
 * const targets = tensor([[3, 2], [1, 4]], { dtype: 'int32' });
 * const tape = new Tape();
 * const loss = tape.record(() => {
 *   const { state } = decoder.begin(encoder.forward(source, { lengths: [3, 2] }));
 *   return crossEntropy(decode(decoder, targets, { state, begin: 0 }).logits, targets);
 * });
 * tape.backward(loss);
 * ```
 */
export class Decoder<State extends TensorTree, Inner extends TensorTree = State, Source extends TensorTree = TensorTree>
  extends Module
  implements TokenModel<State>
{
  readonly vocabularySize: number;
  readonly embedding: EmbeddingLike | null;
  readonly cell: Cell<State> | ConditionedCell<State, Inner>;
  readonly head: {
    /** Scores of the next token. */
    forward(x: Tensor): Tensor;
  };
  readonly initialState: 'encoder' | 'own' | BridgeLike<Source, Inner>;

  constructor(options: DecoderOptions<State, Inner, Source>) {
    super();
    const op = 'new Decoder';
    checkOptions(op, options, ['vocabularySize', 'cell', 'head', 'embedding', 'initialState']);
    const { vocabularySize, cell, head, embedding = null, initialState = 'encoder' } = options;
    checkSize(op, 'vocabularySize', vocabularySize);
    checkBeginning(op, initialState);
    if (embedding === null && cell.inputSize !== vocabularySize) {
      throw new ShapeError({
        op,
        what: `the cell's inputSize is ${cell.inputSize}`,
        rule: `without an embedding it reads one-hot rows of ${vocabularySize}`,
        mend: 'Pass an embedding, or correct inputSize',
      });
    }
    this.vocabularySize = vocabularySize;
    this.embedding = embedding;
    this.cell = cell;
    this.head = head;
    this.initialState = initialState;
  }

  /** The state before the first step, over what an encoder found. */
  begin(encoded: Encoded<Source>): { readonly state: State } {
    return namedScope('Decoder', () => ({ state: this.#begin(encoded) }));
  }

  step(ids: Tensor, state: State): TokenStep<State> {
    const rows = this.embedding?.forward(ids) ?? oneHot(ids, this.vocabularySize, { dtype: dtypeOfState(state) });
    const next = this.cell.step(rows, state);
    return { logits: this.#score(next.output), state: next.state };
  }

  /** All steps at once: embeddings and head run once for all of them. */
  forward(ids: Tensor, state: State, options: RealStepsOptions = {}): TokenStep<State> {
    return namedScope('Decoder', () => {
      const real = readRealSteps('Decoder', options, ...(ids.shape as readonly [number, number]));
      const known = real === null ? ids : clearPadding(ids, real);
      const rows = this.embedding?.forward(known) ?? known;
      const { outputs, finalState } = unroll(this.cell, rows, { ...options, initialState: state });
      return { logits: this.#score(outputs), state: finalState };
    });
  }

  inRun<T>(fn: () => T): T {
    return inRun(this.cell, fn);
  }

  #begin(encoded: Encoded<Source>): State {
    const { cell } = this;
    const initialState = this.#initialStateFrom(encoded);
    if ('begin' in cell) return cell.begin(encoded, initialState);
    // Without a cell inside, the innermost is the cell itself.
    return stateOf(
      'Decoder',
      cell,
      encoded.outputs.shape[0] as number,
      initialState as TensorTree as State | undefined,
    );
  }

  /** For the innermost cell; its own where none is named. */
  #initialStateFrom(encoded: Encoded<Source>): Inner | undefined {
    const { initialState } = this;
    if (initialState === 'own') return undefined;
    // Its structure is compared with that of the cell's own.
    if (initialState === 'encoder') return encoded.finalState as TensorTree as Inner;
    return typeof initialState === 'function' ? initialState(encoded) : initialState.forward(encoded);
  }

  #score(outputs: Tensor): Tensor {
    const logits = this.head.forward(outputs);
    if (logits.shape.at(-1) === this.vocabularySize) return logits;
    throw new ShapeError({
      op: 'Decoder',
      what: 'the head scores another number of tokens',
      arrays: { logits },
      rule: `vocabularySize is ${this.vocabularySize}`,
      mend: "Correct one of them: the head's outputSize is the vocabularySize",
    });
  }
}

function checkBeginning(op: string, initialState: unknown): void {
  const isObject = typeof initialState === 'object' && initialState !== null;
  if (initialState === 'encoder' || initialState === 'own' || typeof initialState === 'function') return;
  if (isObject && 'forward' in initialState) return;
  throw new ValueError({
    op,
    what: `initialState is ${isObject ? 'an object' : `'${String(initialState)}'`}`,
    rule: "the cell begins with 'encoder', 'own', or what a bridge makes of what the encoder returned",
    mend: 'Pass one of them',
  });
}
