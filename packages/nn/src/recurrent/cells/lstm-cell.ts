/** The long short-term memory cell. */
import { add, checkOptions, linear, mul, type Parameter, sigmoid, split, type Tensor, zeros } from '@unroll/core';
import { Module } from '../../module.js';
import { cellForm } from '../../torch/cells.js';
import type { TorchForm } from '../../torch/form.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation, requireTanh } from './activation.js';
import { type CellOptions, gateWeights, readForgetBias } from './gates.js';

/** Options of {@link LSTMCell}. */
export interface LSTMCellOptions extends CellOptions {
  /** φ, both of what the memory takes in and of what it gives out: `'tanh'` unless something else is said. */
  readonly activation?: Activation | undefined;
  /**
   * The forget gate's bias before training; 1 unless given. A memory then keeps σ(forgetBias) a step: ln(T − 1) lets it
   * last for T steps.
   */
  readonly forgetBias?: number | undefined;
}

/** The state of an {@link LSTMCell}: hidden state and memory. */
export type LSTMState = { readonly h: Tensor; readonly c: Tensor };

/**
 * Long short-term memory with a forget gate:
 *
 * ```text
 * i = σ(W_i·x + U_i·h + b_i)    f = σ(W_f·x + U_f·h + b_f)
 * g = φ(W_g·x + U_g·h + b_g)    o = σ(W_o·x + U_o·h + b_o)
 * c' = f ⊙ c + i ⊙ g            h' = o ⊙ φ(c')
 * ```
 *
 * with the output h'; φ is the activation, tanh unless another is given. The gates stand below each other in the order
 * i f g o, as in PyTorch. Recurrent weights start orthogonal and input weights Xavier-uniform, each gate by itself; the
 * forget gate's bias starts at 1 unless another is given, the others at 0.
 *
 * Shapes: x `[N, D]`, h and c `[N, H]`; weightIh `[4H, D]`, weightHh `[4H, H]`, bias `[4H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * Differs: from PyTorch in the one bias, which is the sum of PyTorch's two, and in the forget gate's bias of 1.
 * @source S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997; the forget gate:
 * F. A. Gers, J. Schmidhuber, F. Cummins, "Learning to forget", Neural Computation 12, 2000; its bias:
 * R. Jozefowicz, W. Zaremba, I. Sutskever, "An empirical exploration of recurrent network architectures", ICML 2015;
 * ln(T − 1): C. Tallec, Y. Ollivier, "Can recurrent neural networks warp time?", ICLR 2018
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { LSTMCell, unroll } from '@unroll/nn';
 * const cell = new LSTMCell({ inputSize: 3, hiddenSize: 5 });
 * const { outputs, finalState } = unroll(cell, randn([2, 7, 3]));
 * finalState.c.shape; // [2, 5]
 * ```
 */
export class LSTMCell extends Module implements Cell<LSTMState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor(options: LSTMCellOptions) {
    super();
    checkOptions('new LSTMCell', options, ['inputSize', 'hiddenSize', 'activation', 'forgetBias', 'rng', 'dtype']);
    const activation = checkActivation('new LSTMCell', options.activation);
    const f = readForgetBias('new LSTMCell', options.forgetBias);
    const { weightIh, weightHh, bias } = gateWeights('new LSTMCell', { i: 0, f, g: 0, o: 0 }, options);
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
    return linear(checkInput('LSTMCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h, c }: LSTMState): CellStep<LSTMState> {
    checkState('LSTMCell', { h, c }, p.shape[0] ?? 0, this.outputSize);
    const [i, f, g, o] = split(linear(h, this.weightHh, p), 4, 1);
    const cNext = add(mul(sigmoid(f), c), mul(sigmoid(i), activate(this.activation, g)));
    const hNext = mul(sigmoid(o), activate(this.activation, cNext));
    return { output: hNext, state: { h: hNext, c: cNext } };
  }

  /** Errors: `ValueError` for another activation than tanh, since PyTorch has no other. */
  override torchForm(): TorchForm {
    requireTanh('LSTMCell.torchForm', this.activation);
    return cellForm(this);
  }
}
