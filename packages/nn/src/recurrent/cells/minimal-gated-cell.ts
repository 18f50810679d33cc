/** The gated recurrent unit with one gate. */
import { add, checkOptions, linear, mul, type Parameter, sigmoid, split, sub, type Tensor, zeros } from '@unroll/core';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation } from './activation.js';
import { type CellOptions, gateWeights } from './gates.js';

/** Options of {@link MinimalGatedCell}. */
export interface MinimalGatedCellOptions extends CellOptions {
  /** φ: `'tanh'` unless something else is said. */
  readonly activation?: Activation | undefined;
}

/** The state of a {@link MinimalGatedCell}. */
export type MinimalGatedState = { readonly h: Tensor };

/**
 * The minimal gated unit, a GRU whose only gate both resets and updates:
 *
 * ```text
 * f = σ(W_f·x + U_f·h + b_f)
 * n = φ(W_n·x + U_n·(f ⊙ h) + b_n)
 * h' = (1 − f) ⊙ h + f ⊙ n
 * ```
 *
 * with the output h'; φ is the activation, tanh unless another is given. Gate and new state stand below each other in
 * the order f n. Recurrent weights start orthogonal and input weights Xavier-uniform, each by itself; biases start at 0.
 *
 * Shapes: x `[N, D]`, h `[N, H]`; weightIh `[2H, D]`, weightHh `[2H, H]`, bias `[2H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * @source G.-B. Zhou, J. Wu, C.-L. Zhang, Z.-H. Zhou, "Minimal gated unit for recurrent neural networks", International
 * Journal of Automation and Computing 13, 2016 (arXiv:1603.09420)
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { MinimalGatedCell, unroll } from '@unroll/nn';
 * const cell = new MinimalGatedCell({ inputSize: 3, hiddenSize: 5 });
 * unroll(cell, randn([2, 7, 3])).finalState.h.shape; // [2, 5]
 * ```
 */
export class MinimalGatedCell extends Module implements Cell<MinimalGatedState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor(options: MinimalGatedCellOptions) {
    super();
    checkOptions('new MinimalGatedCell', options, ['inputSize', 'hiddenSize', 'activation', 'rng', 'dtype']);
    const activation = checkActivation('new MinimalGatedCell', options.activation);
    const { weightIh, weightHh, bias } = gateWeights('new MinimalGatedCell', { f: 0, n: 0 }, options);
    this.inputSize = options.inputSize;
    this.outputSize = options.hiddenSize;
    this.activation = activation;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
  }

  initialState(batch: number): MinimalGatedState {
    return { h: zeros([batch, this.outputSize], { dtype: this.weightHh.dtype }) };
  }

  step(x: Tensor, state: MinimalGatedState): CellStep<MinimalGatedState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('MinimalGatedCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h }: MinimalGatedState): CellStep<MinimalGatedState> {
    checkState('MinimalGatedCell', { h }, p.shape[0] ?? 0, this.outputSize);
    const [pf, pn] = split(p, 2, 1);
    const [uf, un] = split(this.weightHh, 2);
    const f = sigmoid(linear(h, uf, pf));
    const n = activate(this.activation, linear(mul(f, h), un, pn));
    // (1 − f) ⊙ h + f ⊙ n
    const hNext = add(h, mul(f, sub(n, h)));
    return { output: hNext, state: { h: hNext } };
  }
}
