/** Cells of different makes, to be wrapped. */
import { add, type DataType, matmul, mul, Parameter, type Rng, type Tensor, tanh, tensor, zeros } from '@unroll/core';
import { init, LSTMCell, Module, RNNCell } from '../../index.js';
import type { Cell, CellStep } from '../cell.js';

export interface CellOptions {
  readonly rng: Rng;
  readonly dtype: DataType;
}

/** A memory, something nested, and indices: how many steps there were. */
export type StrangeState = {
  readonly memory: Tensor;
  readonly more: readonly [{ readonly trace: Tensor }];
  readonly steps: Tensor;
};

/** Somebody else's cell: no projection, weights by other names, a nested state with indices, an output of its own. */
export class StrangeCell extends Module implements Cell<StrangeState> {
  readonly inputSize = 3;
  readonly outputSize = 3;
  readonly into: Parameter;
  readonly recurrent: { readonly weight: Parameter };

  constructor({ rng, dtype }: CellOptions) {
    super();
    this.into = new Parameter(init.uniform([3, 3], { bound: 1, rng, dtype }));
    this.recurrent = { weight: new Parameter(init.uniform([3, 3], { bound: 1, rng, dtype })) };
  }

  initialState(batch: number): StrangeState {
    const { dtype } = this.into;
    const trace = zeros([batch, 3], { dtype });
    return { memory: zeros([batch, 3], { dtype }), more: [{ trace }], steps: zeros([batch, 1], { dtype: 'int32' }) };
  }

  step(x: Tensor, { memory, more: [{ trace }], steps }: StrangeState): CellStep<StrangeState> {
    const next = tanh(add(matmul(x, this.into), matmul(memory, this.recurrent.weight)));
    const traceNext = add(mul(trace, 0.5), next);
    const stepsNext = tensor(
      steps.data.map((count) => count + 1),
      { shape: steps.shape },
    );
    return { output: mul(traceNext, 10), state: { memory: next, more: [{ trace: traceNext }], steps: stepsNext } };
  }
}

export const rnn = (options: CellOptions): RNNCell => new RNNCell({ inputSize: 3, hiddenSize: 3, ...options });
export const lstm = (options: CellOptions): LSTMCell => new LSTMCell({ inputSize: 3, hiddenSize: 3, ...options });
export const strange = (options: CellOptions): StrangeCell => new StrangeCell(options);
