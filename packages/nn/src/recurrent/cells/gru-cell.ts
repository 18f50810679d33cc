/** The gated recurrent unit, in both of its forms. */
import {
  add,
  checkOptions,
  checkSize,
  concat,
  type DataType,
  defaultRng,
  linear,
  mul,
  Parameter,
  type Rng,
  sigmoid,
  slice,
  split,
  sub,
  type Tensor,
  tanh,
  zeros,
} from '@unroll/core';
import { orthogonal, xavierUniform } from '../../init.js';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';

/** Options of {@link GRUCell}. */
export interface GRUCellOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Where the reset gate acts: on `U_n·h + b_hn` (true, PyTorch and cuDNN), or on `h` itself (false). True unless given. */
  readonly resetAfter?: boolean | undefined;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/** The state of a {@link GRUCell}. */
export type GRUState = { readonly h: Tensor };

/**
 * The gated recurrent unit:
 *
 * ```text
 * r = σ(W_r·x + U_r·h + b_r)                    z = σ(W_z·x + U_z·h + b_z)
 * n = tanh(W_n·x + b_n + r ⊙ (U_n·h + b_hn))    resetAfter: true
 * n = tanh(W_n·x + b_n + U_n·(r ⊙ h))           resetAfter: false
 * h' = (1 − z) ⊙ n + z ⊙ h
 * ```
 *
 * with the output h'. The gates stand below each other in the order r z n, as in PyTorch. Recurrent weights start
 * orthogonal and input weights Xavier-uniform, each gate by itself; biases start at 0.
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
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;
  /** The bias inside of the reset gate's reach; null unless `resetAfter`. */
  readonly biasHn: Parameter | null;

  constructor(options: GRUCellOptions) {
    super();
    checkOptions('new GRUCell', options, ['inputSize', 'hiddenSize', 'resetAfter', 'rng', 'dtype']);
    const { inputSize: D, hiddenSize: H, resetAfter = true, rng = defaultRng(), dtype = 'float32' } = options;
    checkSize('new GRUCell', 'inputSize', D);
    checkSize('new GRUCell', 'hiddenSize', H);
    const gates = ['r', 'z', 'n'];
    this.inputSize = D;
    this.outputSize = H;
    this.resetAfter = resetAfter;
    this.weightIh = new Parameter(concat(gates.map(() => xavierUniform([H, D], { rng, dtype }))));
    this.weightHh = new Parameter(concat(gates.map(() => orthogonal([H, H], { rng, dtype }))));
    this.bias = new Parameter(zeros([3 * H], { dtype }));
    this.biasHn = resetAfter ? new Parameter(zeros([H], { dtype })) : null;
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

  #gatesResetAfter(p: Tensor, h: Tensor, biasHn: Tensor): { readonly z: Tensor; readonly n: Tensor } {
    const [pr, pz, pn] = split(p, 3);
    const [hr, hz, hn] = split(linear(h, this.weightHh), 3);
    const r = sigmoid(add(pr, hr));
    const n = tanh(add(pn, mul(r, add(hn, biasHn))));
    return { z: sigmoid(add(pz, hz)), n };
  }

  #gatesResetBefore(p: Tensor, h: Tensor): { readonly z: Tensor; readonly n: Tensor } {
    const H = this.outputSize;
    const [pr, pz, pn] = split(p, 3);
    const [hr, hz] = split(linear(h, slice(this.weightHh, 0, 0, 2 * H)), 2);
    const r = sigmoid(add(pr, hr));
    const n = tanh(add(pn, linear(mul(r, h), slice(this.weightHh, 0, 2 * H))));
    return { z: sigmoid(add(pz, hz)), n };
  }
}
