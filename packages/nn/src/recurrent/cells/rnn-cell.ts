/** The simple recurrent cell. */
import { checkOptions, linear, type Parameter, type Tensor, zeros } from '@unroll/core';
import { Module } from '../../module.js';
import { cellForm } from '../../torch/cells.js';
import type { TorchForm } from '../../torch/form.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation } from './activation.js';
import { type CellOptions, gateWeights } from './gates.js';

/** Options of {@link RNNCell}. */
export interface RNNCellOptions extends CellOptions {
  /** φ: `'tanh'` unless something else is said. */
  readonly activation?: Activation | undefined;
}

/** The state of an {@link RNNCell}. */
export type RNNState = { readonly h: Tensor };

/**
 * The simple recurrent network: `h' = φ(W_ih·x + W_hh·h + b)`, with the output h'.
 *
 * Recurrent weights start orthogonal, input weights Xavier-uniform, the bias at 0.
 *
 * Shapes: x `[N, D]`, h `[N, H]`; weightIh `[H, D]`, weightHh `[H, H]`, bias `[H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * Differs: from PyTorch in the one bias, which is the sum of PyTorch's two.
 * @source J. L. Elman, "Finding structure in time", Cognitive Science 14, 1990
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { RNNCell, unroll } from '@unroll/nn';
 * const cell = new RNNCell({ inputSize: 3, hiddenSize: 5, activation: 'relu' });
 * unroll(cell, randn([2, 7, 3])).outputs.shape; // [2, 7, 5]
 * ```
 */
export class RNNCell extends Module implements Cell<RNNState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor(options: RNNCellOptions) {
    super();
    checkOptions('new RNNCell', options, ['inputSize', 'hiddenSize', 'activation', 'rng', 'dtype']);
    const activation = checkActivation('new RNNCell', options.activation);
    const { weightIh, weightHh, bias } = gateWeights('new RNNCell', { h: 0 }, options);
    this.inputSize = options.inputSize;
    this.outputSize = options.hiddenSize;
    this.activation = activation;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
  }

  initialState(batch: number): RNNState {
    return { h: zeros([batch, this.outputSize], { dtype: this.weightHh.dtype }) };
  }

  step(x: Tensor, state: RNNState): CellStep<RNNState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('RNNCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h }: RNNState): CellStep<RNNState> {
    checkState('RNNCell', { h }, p.shape[0] ?? 0, this.outputSize);
    const hNext = activate(this.activation, linear(h, this.weightHh, p));
    return { output: hNext, state: { h: hNext } };
  }

  override torchForm(): TorchForm {
    return cellForm(this);
  }
}
