/** The simple recurrent cell. */
import {
  add,
  checkOptions,
  checkSize,
  type DataType,
  defaultRng,
  linear,
  Parameter,
  type Rng,
  relu,
  type Tensor,
  tanh,
  ValueError,
  zeros,
} from '@unroll/core';
import { orthogonal, xavierUniform } from '../../init.js';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';

/** The nonlinearity of an {@link RNNCell}: by name, or a function that keeps the shape. */
export type Activation = 'tanh' | 'relu' | ((x: Tensor) => Tensor);

/** Options of {@link RNNCell}. */
export interface RNNCellOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** `'tanh'` unless something else is said. */
  readonly activation?: Activation | undefined;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
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
    const { inputSize, hiddenSize, activation = 'tanh', rng = defaultRng(), dtype = 'float32' } = options;
    checkSize('new RNNCell', 'inputSize', inputSize);
    checkSize('new RNNCell', 'hiddenSize', hiddenSize);
    checkActivation(activation);
    this.inputSize = inputSize;
    this.outputSize = hiddenSize;
    this.activation = activation;
    this.weightIh = new Parameter(xavierUniform([hiddenSize, inputSize], { rng, dtype }));
    this.weightHh = new Parameter(orthogonal([hiddenSize, hiddenSize], { rng, dtype }));
    this.bias = new Parameter(zeros([hiddenSize], { dtype }));
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
    const total = add(p, linear(h, this.weightHh));
    const hNext = this.#activate(total);
    return { output: hNext, state: { h: hNext } };
  }

  #activate(x: Tensor): Tensor {
    if (typeof this.activation === 'function') return this.activation(x);
    return this.activation === 'tanh' ? tanh(x) : relu(x);
  }
}

function checkActivation(activation: Activation): void {
  if (activation === 'tanh' || activation === 'relu' || typeof activation === 'function') return;
  throw new ValueError({
    op: 'new RNNCell',
    what: `activation is '${String(activation)}'`,
    rule: "the activations are 'tanh', 'relu', or a function of a tensor",
    mend: 'Pass one of them',
  });
}
