/** What writes sequences of tokens: the contract between models and everything that decodes with them. */
import type { Tensor, TensorTree } from '@unroll/core';
import type { RealStepsOptions } from '../recurrent/lengths.js';

/** What one step of a {@link TokenModel} returns. */
export type TokenStep<State> = {
  /** Scores of the next token before softmax, `[N, V]`. */
  readonly logits: Tensor;
  readonly state: State;
};

/**
 * One step of a model that takes a token and scores the next: a language model, or the decoder of a translation. Any
 * object of this shape can be trained with `decode` and written with by `greedy`, `sample` and `beamSearch`.
 *
 * The state is a tensor, or arrays and plain objects of tensors, each with the batch on axis 0, so that a search can
 * choose rows of it. What an encoder found is part of the state.
 *
 * @example
 * ```ts
 * import { type Tensor } from '@unroll/core';
 * import { Embedding, GRUCell, type GRUState, Linear, type TokenModel } from '@unroll/nn';
 * const [embed, cell, head] = [
 *   new Embedding({ vocabularySize: 9, embeddingSize: 4 }),
 *   new GRUCell({ inputSize: 4, hiddenSize: 8 }),
 *   new Linear({ inputSize: 8, outputSize: 9 }),
 * ];
 * const model: TokenModel<GRUState> = {
 *   vocabularySize: 9,
 *   step(ids: Tensor, state: GRUState) {
 *     const next = cell.step(embed.forward(ids), state);
 *     return { logits: head.forward(next.output), state: next.state };
 *   },
 * };
 * model.step; // a language model
 * ```
 */
export interface TokenModel<State extends TensorTree> {
  /** V of the logits. */
  readonly vocabularySize: number;

  /** One step. Shapes: ids int32 `[N]`; logits `[N, V]`; the next state in the structure of the last. */
  step(ids: Tensor, state: State): TokenStep<State>;

  /**
   * Optional: many steps at once, where all ids are known beforehand, as with teacher forcing: what needs no state
   * (embeddings, the output layer) then runs once for all of them. Equals step after step; one in the padding changes
   * nothing, and repeats the last logits. Shapes: ids int32 `[N, T]`; logits `[N, T, V]`; the state after the last step.
   */
  forward?(ids: Tensor, state: State, options?: RealStepsOptions): TokenStep<State>;

  /** Optional: what `inRun` is to a `Cell`; `decode` takes its steps in it. A model around a cell hands it on. */
  inRun?<T>(fn: () => T): T;
}
