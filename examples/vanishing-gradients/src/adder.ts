/** A recurrence that reads two marked numbers among many, and says their sum at the end. */
import { concat, mapTensors, mul, neg, type Rng, slice, stopGradient, type Tensor, zeros } from '@unroll/core';
import {
  type Cell,
  GRUCell,
  init,
  irnn,
  Linear,
  LSTMCell,
  type LSTMState,
  lastOutput,
  Module,
  RNNCell,
  type RNNState,
  unroll,
} from '@unroll/nn';

/** Any of the cells below. */
export type AddingCell = Cell<RNNState | LSTMState> & Module;

/** How a cell is made for the adding problem: a number and a mark at each step. */
export type MakeCell = (hiddenSize: number, rng: Rng) => AddingCell;

/** A tanh network whose recurrent weights all have eigenvalues of this magnitude. */
export function rnn(spectralRadius: number): MakeCell {
  return (hiddenSize, rng) => {
    const cell = new RNNCell({ inputSize: 2, hiddenSize, rng });
    cell.weightHh.assign(mul(cell.weightHh, spectralRadius)); // they are orthogonal
    return cell;
  };
}

/** A relu network that begins by copying its state. */
export const identityRnn: MakeCell = (hiddenSize, rng) => irnn({ inputSize: 2, hiddenSize, rng });

/** A GRU; with `longest`, its units keep their state for up to so many steps. */
export function gru(longest?: number): MakeCell {
  return (hiddenSize, rng) => {
    const cell = new GRUCell({ inputSize: 2, hiddenSize, rng });
    if (longest === undefined) return cell;
    const rest = zeros([hiddenSize]);
    cell.bias.assign(concat([rest, init.chrono([hiddenSize], { longest, rng }), rest])); // r z n
    return cell;
  };
}

/** An LSTM with a forget bias of 1; with `longest`, its units keep their memory for up to so many steps. */
export function lstm(longest?: number): MakeCell {
  return (hiddenSize, rng) => {
    const cell = new LSTMCell({ inputSize: 2, hiddenSize, rng });
    if (longest === undefined) return cell;
    const keep = init.chrono([hiddenSize], { longest, rng });
    cell.bias.assign(concat([neg(keep), keep, zeros([2 * hiddenSize])])); // i f g o
    return cell;
  };
}

/** The cell, and a sum read from its last output. */
export class Adder extends Module {
  readonly cell: AddingCell;
  readonly head: Linear;
  /** Through how many of the last steps gradients go. */
  readonly back: number;

  constructor(cell: AddingCell, { back, rng }: { readonly back: number; readonly rng: Rng }) {
    super();
    this.cell = cell;
    this.head = new Linear({ inputSize: cell.outputSize, outputSize: 1, rng });
    this.back = back;
  }

  /** Shapes: x `[N, T, 2]` → `[N, 1]`. */
  forward(x: Tensor): Tensor {
    const cut = (x.shape[1] ?? 0) - this.back;
    if (cut <= 0) return this.head.forward(lastOutput(unroll(this.cell, x).outputs));
    const { finalState } = unroll(this.cell, slice(x, 1, 0, cut));
    const initialState = mapTensors(finalState, stopGradient);
    return this.head.forward(lastOutput(unroll(this.cell, slice(x, 1, cut), { initialState }).outputs));
  }
}
