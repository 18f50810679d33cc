/** A state of one cell made from that of another. */
import {
  checkOptions,
  checkSize,
  type DataType,
  forEachTensor,
  mapTensors,
  type Rng,
  reshape,
  slice,
  type TensorTree,
  tanh,
} from '@unroll/core';
import { Linear } from '../layers/linear.js';
import { Module } from '../module.js';
import type { Cell } from '../recurrent/cell.js';
import type { Encoded } from './encoded.js';
import { stateVector } from './final-state.js';

/** Options of {@link Bridge}. */
export interface BridgeOptions<State extends TensorTree> {
  /** How many numbers the encoder's final state has for each sequence: 4·H for two LSTMs of size H. */
  readonly inputSize: number;
  /** The cell whose state is made. */
  readonly cell: Cell<State>;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/**
 * Makes the state with which a decoder begins from an encoder's final state of any other structure and size: all its
 * numbers `v`, side by side, become `tanh(W·v + b)`, cut into the tensors of the cell's state.
 *
 * Shapes: linear.weight `[S, inputSize]`, linear.bias `[S]`, where the cell's state has S numbers for each sequence.
 * Errors: `ShapeError` for a final state of another size; `ValueError` for unknown options or a bad size.
 * Differs: from Bahdanau et al., who take the backward state alone, and no bias.
 * @source D. Bahdanau, K. Cho, Y. Bengio, "Neural machine translation by jointly learning to align and translate",
 * ICLR 2015, section A.2.2, the initial hidden state
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { Bridge, GRUCell, LSTMCell } from '@unroll/nn';
 * const bridge = new Bridge({ inputSize: 6, cell: new LSTMCell({ inputSize: 3, hiddenSize: 5 }) });
 * const { h, c } = bridge.forward({ finalState: new GRUCell({ inputSize: 3, hiddenSize: 6 }).initialState(2) });
 * c.shape; // [2, 5]
 * ```
 */
export class Bridge<State extends TensorTree> extends Module {
  readonly inputSize: number;
  readonly linear: Linear;
  /** Private, since its parameters are not the bridge's. */
  readonly #cell: Cell<State>;

  constructor(options: BridgeOptions<State>) {
    super();
    checkOptions('new Bridge', options, ['inputSize', 'cell', 'rng', 'dtype']);
    const { inputSize, cell, rng, dtype } = options;
    checkSize('new Bridge', 'inputSize', inputSize);
    this.inputSize = inputSize;
    this.#cell = cell;
    let outputSize = 0;
    forEachTensor(cell.initialState(1), (t) => {
      if (t.dtype !== 'int32') outputSize += t.size;
    });
    this.linear = new Linear({ inputSize, outputSize, rng, dtype });
  }

  /** The state that the cell begins with. */
  forward({ finalState }: Pick<Encoded<TensorTree>, 'finalState'>): State {
    const numbers = tanh(this.linear.forward(stateVector('Bridge', finalState, this.inputSize, 'inputSize')));
    let start = 0;
    return mapTensors(this.#cell.initialState(numbers.shape[0] as number), (t) => {
      if (t.dtype === 'int32') return t;
      const end = start + t.size / (t.shape[0] as number);
      const part = slice(numbers, 1, start, end);
      start = end;
      return reshape(part, t.shape);
    });
  }
}
