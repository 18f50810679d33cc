/** The long short-term memory cell that takes in as much as it forgets. */
import { add, checkOptions, linear, mul, type Parameter, sigmoid, split, sub, type Tensor, zeros } from '@unroll/core';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation } from './activation.js';
import { gateWeights, readForgetBias } from './gates.js';
import type { LSTMCellOptions, LSTMState } from './lstm-cell.js';

/**
 * Long short-term memory with coupled input and forget gates (CIFG), of which the input gate is 1 − f:
 *
 * ```text
 * f = σ(W_f·x + U_f·h + b_f)    g = φ(W_g·x + U_g·h + b_g)    o = σ(W_o·x + U_o·h + b_o)
 * c' = f ⊙ c + (1 − f) ⊙ g      h' = o ⊙ φ(c')
 * ```
 *
 * with the output h'; φ is the activation, tanh unless another is given. The gates stand below each other in the order
 * f g o: a quarter fewer weights than those of an {@link LSTMCell}, which start alike, with a forget bias of 1.
 *
 * Shapes: x `[N, D]`, h and c `[N, H]`; weightIh `[3H, D]`, weightHh `[3H, H]`, bias `[3H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * Differs: from the paper, which computes i and has f = 1 − i (the same with all weights of the gate negated), and
 * has peepholes; as TensorFlow's CoupledInputForgetGateLSTMCell in f.
 * @source K. Greff, R. K. Srivastava, J. Koutník, B. R. Steunebrink, J. Schmidhuber, "LSTM: a search space odyssey",
 * IEEE Transactions on Neural Networks and Learning Systems 28, 2017 (arXiv:1503.04069), CIFG
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { CoupledLSTMCell, unroll } from '@unroll/nn';
 * const cell = new CoupledLSTMCell({ inputSize: 3, hiddenSize: 5 });
 * unroll(cell, randn([2, 7, 3])).finalState.c.shape; // [2, 5]
 * ```
 */
export class CoupledLSTMCell extends Module implements Cell<LSTMState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor(options: LSTMCellOptions) {
    super();
    checkOptions('new CoupledLSTMCell', options, [
      'inputSize',
      'hiddenSize',
      'activation',
      'forgetBias',
      'rng',
      'dtype',
    ]);
    const activation = checkActivation('new CoupledLSTMCell', options.activation);
    const f = readForgetBias('new CoupledLSTMCell', options.forgetBias);
    const { weightIh, weightHh, bias } = gateWeights('new CoupledLSTMCell', { f, g: 0, o: 0 }, options);
    this.inputSize = options.inputSize;
    this.outputSize = options.hiddenSize;
    this.activation = activation;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
  }

  initialState(batch: number): LSTMState {
    const { dtype } = this.weightHh;
    return { h: zeros([batch, this.outputSize], { dtype }), c: zeros([batch, this.outputSize], { dtype }) };
  }

  step(x: Tensor, state: LSTMState): CellStep<LSTMState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('CoupledLSTMCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h, c }: LSTMState): CellStep<LSTMState> {
    checkState('CoupledLSTMCell', { h, c }, p.shape[0] ?? 0, this.outputSize);
    const [f, g, o] = split(linear(h, this.weightHh, p), 3, 1);
    const candidate = activate(this.activation, g);
    // f ⊙ c + (1 − f) ⊙ g
    const cNext = add(candidate, mul(sigmoid(f), sub(c, candidate)));
    const hNext = mul(sigmoid(o), activate(this.activation, cNext));
    return { output: hNext, state: { h: hNext, c: cNext } };
  }
}
