/** A character model: cells on top of each other, and a linear head that scores the next character. */
import { type Rng, scratch, type Tensor, type TensorTree } from '@unroll/core';
import { type Cell, GRUCell, Linear, LSTMCell, Module, RNNCell, type StackedCell, stack, unroll } from '@unroll/nn';
import type { CellKind } from './options.js';

/** What a model is built from. */
export interface ModelShape {
  readonly cell: CellKind;
  readonly layers: number;
  readonly hidden: number;
  readonly dropout: number;
}

/** The states of all cells. */
export type ModelState = readonly TensorTree[];

const cells = { rnn: RNNCell, lstm: LSTMCell, gru: GRUCell };

export class CharModel extends Module {
  readonly cell: StackedCell<readonly Cell<TensorTree>[]>;
  readonly head: Linear;

  constructor(vocabularySize: number, { cell, layers, hidden, dropout }: ModelShape, rng: Rng) {
    super();
    const Kind: new (options: { inputSize: number; hiddenSize: number; rng: Rng }) => Cell<TensorTree> = cells[cell];
    const levels = Array.from({ length: layers }, (_, level) => {
      return new Kind({ inputSize: level === 0 ? vocabularySize : hidden, hiddenSize: hidden, rng });
    });
    this.cell = stack(levels, { dropout, rng });
    this.head = new Linear({ inputSize: hidden, outputSize: vocabularySize, rng });
  }

  /** Scores of the character after each one. Shapes: x int32 `[N, T]` → logits `[N, T, V]`. */
  forward(x: Tensor, initialState?: ModelState): { readonly logits: Tensor; readonly state: ModelState } {
    return scratch(() => {
      const { outputs, finalState } = unroll(this.cell, x, { initialState });
      return { logits: this.head.forward(outputs), state: finalState };
    });
  }
}
