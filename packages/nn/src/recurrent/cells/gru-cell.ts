/** The gated recurrent unit, in both of its forms. */
import {
  add,
  checkOptions,
  linear,
  mul,
  Parameter,
  sigmoid,
  slice,
  split,
  sub,
  type Tensor,
  ValueError,
  zeros,
} from '@unroll/core';
import { Module } from '../../module.js';
import { gruForm } from '../../torch/cells.js';
import type { TorchForm } from '../../torch/form.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation, requireTanh } from './activation.js';
import { type CellOptions, gateWeights } from './gates.js';

/** Options of {@link GRUCell}. */
export interface GRUCellOptions extends CellOptions {
  /** Where the reset gate acts: on `U_n·h + b_hn` (true, PyTorch and cuDNN), or on `h` itself (false). True unless given. */
  readonly resetAfter?: boolean | undefined;
  /** φ: `'tanh'` unless something else is said. */
  readonly activation?: Activation | undefined;
}

/** The state of a {@link GRUCell}. */
export type GRUState = { readonly h: Tensor };

/**
 * The gated recurrent unit:
 *
 * ```text
 * r = σ(W_r·x + U_r·h + b_r)                    z = σ(W_z·x + U_z·h + b_z)
 * n = φ(W_n·x + b_n + r ⊙ (U_n·h + b_hn))       resetAfter: true
 * n = φ(W_n·x + b_n + U_n·(r ⊙ h))              resetAfter: false
 * h' = (1 − z) ⊙ n + z ⊙ h
 * ```
 *
 * with the output h'; φ is the activation, tanh unless another is given. The gates stand below each other in the order
 * r z n, as in PyTorch. Recurrent weights start orthogonal and input weights Xavier-uniform, each gate by itself; biases
 * start at 0.
 *
 * Shapes: x `[N, D]`, h `[N, H]`; weightIh `[3H, D]`, weightHh `[3H, H]`, bias `[3H]`, biasHn `[H]` (null unless resetAfter).
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * Differs: from the paper in resetAfter, which it does not have; from PyTorch in the bias of r and z, which is the
 * sum of PyTorch's two. Chung et al. (arXiv:1412.3555) exchange z and 1 − z.
 * @source K. Cho et al., "Learning phrase representations using RNN encoder–decoder for statistical machine
 * translation", EMNLP 2014, equations 5 to 8
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { GRUCell, unroll } from '@unroll/nn';
 * const cell = new GRUCell({ inputSize: 3, hiddenSize: 5, resetAfter: false });
 * unroll(cell, randn([2, 7, 3])).finalState.h.shape; // [2, 5]
 * ```
 */
export class GRUCell extends Module implements Cell<GRUState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly resetAfter: boolean;
  readonly activation: Activation;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;
  /** The bias inside of the reset gate's reach; null unless `resetAfter`. */
  readonly biasHn: Parameter | null;

  constructor(options: GRUCellOptions) {
    super();
    checkOptions('new GRUCell', options, ['inputSize', 'hiddenSize', 'resetAfter', 'activation', 'rng', 'dtype']);
    const { inputSize, hiddenSize, resetAfter = true, dtype = 'float32' } = options;
    const activation = checkActivation('new GRUCell', options.activation);
    const { weightIh, weightHh, bias } = gateWeights('new GRUCell', { r: 0, z: 0, n: 0 }, options);
    this.inputSize = inputSize;
    this.outputSize = hiddenSize;
    this.resetAfter = resetAfter;
    this.activation = activation;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
    this.biasHn = resetAfter ? new Parameter(zeros([hiddenSize], { dtype })) : null;
  }

  initialState(batch: number): GRUState {
    return { h: zeros([batch, this.outputSize], { dtype: this.weightHh.dtype }) };
  }

  step(x: Tensor, state: GRUState): CellStep<GRUState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('GRUCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h }: GRUState): CellStep<GRUState> {
    checkState('GRUCell', { h }, p.shape[0] ?? 0, this.outputSize);
    const { z, n } = this.biasHn === null ? this.#gatesResetBefore(p, h) : this.#gatesResetAfter(p, h, this.biasHn);
    // (1 − z) ⊙ n + z ⊙ h
    const hNext = add(n, mul(z, sub(h, n)));
    return { output: hNext, state: { h: hNext } };
  }

  /** Errors: `ValueError` unless `resetAfter`, with tanh, since PyTorch has no other form. */
  override torchForm(): TorchForm {
    requireTanh('GRUCell.torchForm', this.activation);
    if (this.biasHn !== null) return gruForm(this, this.biasHn);
    throw new ValueError({
      op: 'GRUCell.torchForm',
      what: 'resetAfter is false',
      rule: "PyTorch's reset gate acts after the recurrent product, and weights of one form are wrong in the other",
      mend: 'Build the cell with { resetAfter: true }',
    });
  }

  #gatesResetAfter(p: Tensor, h: Tensor, biasHn: Tensor): { readonly z: Tensor; readonly n: Tensor } {
    const [pr, pz, pn] = split(p, 3, 1);
    const [hr, hz, hn] = split(linear(h, this.weightHh), 3, 1);
    const r = sigmoid(add(pr, hr));
    const n = activate(this.activation, add(pn, mul(r, add(hn, biasHn))));
    return { z: sigmoid(add(pz, hz)), n };
  }

  #gatesResetBefore(p: Tensor, h: Tensor): { readonly z: Tensor; readonly n: Tensor } {
    const H = this.outputSize;
    const [pr, pz, pn] = split(p, 3, 1);
    const [hr, hz] = split(linear(h, slice(this.weightHh, 0, 0, 2 * H)), 2, 1);
    const r = sigmoid(add(pr, hr));
    const n = activate(this.activation, add(pn, linear(mul(r, h), slice(this.weightHh, 0, 2 * H))));
    return { z: sigmoid(add(pz, hz)), n };
  }
}
