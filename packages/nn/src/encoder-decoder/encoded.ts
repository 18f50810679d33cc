/** What passes from an encoder to a decoder: the contract between the two. */
import type { Tensor, TensorTree } from '@unroll/core';
import type { Cell } from '../recurrent/cell.js';

/** What an encoder found in N sequences. Anything of this shape can stand in for one: features of an image, say. */
export type Encoded<State extends TensorTree> = {
  /** Of each step: `[N, T, H]`. */
  readonly outputs: Tensor;
  /** After the last step. */
  readonly finalState: State;
  /** 1 where a step is real and 0 where it is padding, `[N, T]`; null when all are real. */
  readonly mask: Tensor | null;
};

/**
 * A cell that reads something beside its input, such as the outputs of an encoder, and carries it in its state. Without
 * it there is no state to begin with: `initialState` is an error, and `begin` takes its place.
 */
export interface ConditionedCell<State extends TensorTree, Inner extends TensorTree> extends Cell<State> {
  /** The state before the first step. The cell inside begins with `initialState`, or its own unless given. */
  begin(encoded: Encoded<TensorTree>, initialState?: Inner): State;
}
