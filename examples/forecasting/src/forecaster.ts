/** The network of all three series, and its training. */
import { type Rng, Tape, type Tensor } from '@unroll/core';
import { GRUCell, type GRUState, Linear, Module, unroll } from '@unroll/nn';
import { Adam, clipGradNorm } from '@unroll/optim';
import { track } from 'example-runner';

/** Options of a {@link Forecaster}. */
export interface ForecasterOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly rng: Rng;
}

/** What a forecaster says, and how it goes on. */
export interface Forecasts {
  /** `[N, T, outputSize]`: at each step about the next one. */
  readonly ahead: Tensor;
  readonly state: GRUState;
}

/** A GRU that reads a series and says at each step what it expects of the next one. */
export class Forecaster extends Module {
  readonly cell: GRUCell;
  readonly head: Linear;

  constructor({ inputSize, hiddenSize, outputSize, rng }: ForecasterOptions) {
    super();
    this.cell = new GRUCell({ inputSize, hiddenSize, rng });
    this.head = new Linear({ inputSize: hiddenSize, outputSize, rng });
  }

  /** Shapes: x `[N, T, inputSize]`. */
  read(x: Tensor, initialState?: GRUState): Forecasts {
    const { outputs, finalState } = unroll(this.cell, x, { initialState });
    return { ahead: this.head.forward(outputs), state: finalState };
  }
}

/** How long is trained, and how it is judged. */
export interface Training {
  readonly label: string;
  readonly updates: number;
  /** What is made small. */
  readonly loss: () => Tensor;
  /** The same on what is not learned from. */
  readonly validation: () => Tensor;
}

/** Trains, and goes back to the weights with the least validation loss on the way: small series are soon known by heart. */
export function train(forecaster: Forecaster, { label, updates, loss, validation }: Training): void {
  const parameters = forecaster.parameters();
  const optimizer = new Adam(parameters, { lr: 0.01 });
  const tape = new Tape();
  let best = { error: Number.POSITIVE_INFINITY, weights: forecaster.stateDict() };
  const bar = track(label, updates);
  for (const update of bar) {
    optimizer.zeroGrad();
    tape.backward(tape.record(loss));
    clipGradNorm(parameters, 1);
    optimizer.step();
    if ((update + 1) % 5 !== 0) continue;
    const error = validation().item();
    if (error < best.error) best = { error, weights: forecaster.stateDict() };
    bar.note(`validation ${error.toFixed(3)}, at best ${best.error.toFixed(3)}`);
  }
  forecaster.loadStateDict(best.weights);
}

/** The root of the mean squared error. */
export function rmse(forecast: ArrayLike<number>, truth: ArrayLike<number>): number {
  const squares = Array.from(truth, (value, i) => (value - (forecast[i] ?? Number.NaN)) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}
