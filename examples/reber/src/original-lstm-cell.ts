/** The LSTM of 1997, which cannot forget. */
import {
  add,
  concat,
  type DataType,
  linear,
  mul,
  Parameter,
  type Rng,
  sigmoid,
  split,
  type Tensor,
  tanh,
  zeros,
} from '@unroll/core';
import { type Cell, type CellStep, checkInput, checkState, init, type LSTMState, Module } from '@unroll/nn';

/** Sizes and beginnings of an {@link OriginalLSTMCell}. */
export interface OriginalLSTMCellOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly rng: Rng;
  readonly dtype?: DataType;
}

/**
 * Long short-term memory before it had a forget gate: what is in the memory stays there, and what comes is added.
 *
 * ```text
 * i = σ(W_i·x + U_i·h + b_i)    g = tanh(W_g·x + U_g·h + b_g)    o = σ(W_o·x + U_o·h + b_o)
 * c' = c + i ⊙ g                h' = o ⊙ tanh(c')
 * ```
 *
 * Initial weights are those of `LSTMCell`, so that the gate is all that differs.
 *
 * Shapes: x `[N, D]`, h and c `[N, H]`; weightIh `[3H, D]`, weightHh `[3H, H]`, bias `[3H]` with the blocks i g o.
 * @source S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, section 4
 */
export class OriginalLSTMCell extends Module implements Cell<LSTMState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor({ inputSize: D, hiddenSize: H, rng, dtype = 'float32' }: OriginalLSTMCellOptions) {
    super();
    const gates = (draw: () => Tensor): Parameter => new Parameter(concat([draw(), draw(), draw()]));
    this.inputSize = D;
    this.outputSize = H;
    this.weightIh = gates(() => init.xavierUniform([H, D], { rng, dtype }));
    this.weightHh = gates(() => init.orthogonal([H, H], { rng, dtype }));
    this.bias = new Parameter(zeros([3 * H], { dtype }));
  }

  initialState(batch: number): LSTMState {
    const { dtype } = this.bias;
    return { h: zeros([batch, this.outputSize], { dtype }), c: zeros([batch, this.outputSize], { dtype }) };
  }

  step(x: Tensor, state: LSTMState): CellStep<LSTMState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('OriginalLSTMCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h, c }: LSTMState): CellStep<LSTMState> {
    checkState('OriginalLSTMCell', { h, c }, p.shape[0] ?? 0, this.outputSize);
    const [i, g, o] = split(linear(h, this.weightHh, p), 3, 1);
    const cNext = add(c, mul(sigmoid(i), tanh(g)));
    const hNext = mul(sigmoid(o), tanh(cNext));
    return { output: hNext, state: { h: hNext, c: cNext } };
  }
}
