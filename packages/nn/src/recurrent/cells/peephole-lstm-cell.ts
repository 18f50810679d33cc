/** The long short-term memory cell whose gates see the memory. */
import {
  add,
  checkOptions,
  linear,
  mul,
  Parameter,
  sigmoid,
  split,
  type Tensor,
  ValueError,
  zeros,
} from '@unroll/core';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation } from './activation.js';
import { gateWeights, readForgetBias } from './gates.js';
import type { LSTMCellOptions, LSTMState } from './lstm-cell.js';

/** Options of {@link PeepholeLSTMCell}. */
export interface PeepholeLSTMCellOptions extends LSTMCellOptions {
  /**
   * The memory that the output gate sees: `'next'`, c' (Gers and Schmidhuber, ONNX, TensorFlow), or `'previous'`, c, as
   * the other gates do (the lectures' drawing; I. Goodfellow et al., Deep Learning, figure 10.16). `'next'` unless
   * something else is said: it is the original, and what weights from elsewhere were trained for.
   */
  readonly outputPeephole?: 'next' | 'previous' | undefined;
}

/**
 * Long short-term memory whose gates see the memory through peepholes, which are diagonal:
 *
 * ```text
 * i = σ(W_i·x + U_i·h + p_i ⊙ c + b_i)    f = σ(W_f·x + U_f·h + p_f ⊙ c + b_f)
 * g = φ(W_g·x + U_g·h + b_g)              c' = f ⊙ c + i ⊙ g
 * o = σ(W_o·x + U_o·h + p_o ⊙ c' + b_o)   outputPeephole: 'next'
 * o = σ(W_o·x + U_o·h + p_o ⊙ c + b_o)    outputPeephole: 'previous'
 * h' = o ⊙ φ(c')
 * ```
 *
 * with the output h'; φ is the activation, tanh unless another is given. The gates stand below each other in the order
 * i f g o, and the peepholes in the order i f o. They start at 0, where the cell is an {@link LSTMCell}, which it
 * resembles in all other weights.
 *
 * Shapes: x `[N, D]`, h and c `[N, H]`; weightIh `[4H, D]`, weightHh `[4H, H]`, bias `[4H]`, peepholes `[3H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * Differs: from ONNX in the order of the gates (i o f c, and i o f for peepholes) and in the one bias.
 * @source F. A. Gers, J. Schmidhuber, "Recurrent nets that time and count", IJCNN 2000
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { PeepholeLSTMCell, unroll } from '@unroll/nn';
 * const cell = new PeepholeLSTMCell({ inputSize: 3, hiddenSize: 5, outputPeephole: 'previous' });
 * unroll(cell, randn([2, 7, 3])).finalState.c.shape; // [2, 5]
 * ```
 */
export class PeepholeLSTMCell extends Module implements Cell<LSTMState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly outputPeephole: 'next' | 'previous';
  readonly activation: Activation;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;
  /** Of i, f and o, one number for each unit. */
  readonly peepholes: Parameter;

  constructor(options: PeepholeLSTMCellOptions) {
    super();
    const op = 'new PeepholeLSTMCell';
    checkOptions(op, options, [
      'inputSize',
      'hiddenSize',
      'outputPeephole',
      'activation',
      'forgetBias',
      'rng',
      'dtype',
    ]);
    const { inputSize, hiddenSize, outputPeephole = 'next', dtype = 'float32' } = options;
    checkOutputPeephole(op, outputPeephole);
    const activation = checkActivation(op, options.activation);
    const f = readForgetBias(op, options.forgetBias);
    const { weightIh, weightHh, bias } = gateWeights(op, { i: 0, f, g: 0, o: 0 }, options);
    this.inputSize = inputSize;
    this.outputSize = hiddenSize;
    this.outputPeephole = outputPeephole;
    this.activation = activation;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
    this.peepholes = new Parameter(zeros([3 * hiddenSize], { dtype }));
  }

  initialState(batch: number): LSTMState {
    const { dtype } = this.weightHh;
    return { h: zeros([batch, this.outputSize], { dtype }), c: zeros([batch, this.outputSize], { dtype }) };
  }

  step(x: Tensor, state: LSTMState): CellStep<LSTMState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('PeepholeLSTMCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h, c }: LSTMState): CellStep<LSTMState> {
    checkState('PeepholeLSTMCell', { h, c }, p.shape[0] ?? 0, this.outputSize);
    const [i, f, g, o] = split(linear(h, this.weightHh, p), 4, 1);
    const [pi, pf, po] = split(this.peepholes, 3);
    const forget = sigmoid(add(f, mul(pf, c)));
    const input = sigmoid(add(i, mul(pi, c)));
    const cNext = add(mul(forget, c), mul(input, activate(this.activation, g)));
    const output = sigmoid(add(o, mul(po, this.outputPeephole === 'next' ? cNext : c)));
    const hNext = mul(output, activate(this.activation, cNext));
    return { output: hNext, state: { h: hNext, c: cNext } };
  }
}

function checkOutputPeephole(op: string, outputPeephole: 'next' | 'previous'): void {
  if (outputPeephole === 'next' || outputPeephole === 'previous') return;
  throw new ValueError({
    op,
    what: `outputPeephole is '${String(outputPeephole)}'`,
    rule: "the output gate sees the 'next' memory or the 'previous' one",
    mend: 'Pass one of them',
  });
}
