/** The gated recurrent unit with layer normalisation. */
import {
  add,
  checkOptions,
  concat,
  linear,
  mul,
  ones,
  Parameter,
  sigmoid,
  slice,
  split,
  sub,
  type Tensor,
  zeros,
} from '@unroll/core';
import { checkEps, standardize } from '../../layers/standardize.js';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation } from './activation.js';
import { type CellOptions, gateWeights } from './gates.js';
import type { GRUState } from './gru-cell.js';

/** Options of {@link LayerNormGRUCell}. */
export interface LayerNormGRUCellOptions extends CellOptions {
  /** φ: `'tanh'` unless something else is said. */
  readonly activation?: Activation | undefined;
  /** Added to each variance. 1e-5 unless given. */
  readonly eps?: number | undefined;
}

/**
 * The gated recurrent unit with layer normalisation. What comes from the input and what comes from the state are
 * normalised apart, each with r and z together and n by itself:
 *
 * ```text
 * (r, z) = σ(a_x ⊙ N(W_rz·x) + a_h ⊙ N(U_rz·h) + b_rz)
 * n = φ(a_xn ⊙ N(W_n·x) + b_n + r ⊙ (a_hn ⊙ N(U_n·h) + b_hn))
 * h' = (1 − z) ⊙ n + z ⊙ h                N(y) = (y − mean(y)) / √(variance(y) + eps)
 * ```
 *
 * with the output h'; φ is the activation, tanh unless another is given. The reset gate acts after the product. The
 * gates stand below each other in the order r z n. Recurrent weights start orthogonal and input weights
 * Xavier-uniform, each gate by itself; gains start at 1, biases at 0.
 *
 * Shapes: x `[N, D]`, h `[N, H]`; weightIh `[3H, D]`, weightHh `[3H, H]`, bias, gainIh and gainHh `[3H]`, biasHn `[H]`.
 * Numerics: eps keeps the root away from 0, where U·h is in the first step.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options, bad sizes or a bad eps.
 * Differs: from the paper in z, which is its 1 − z (as in {@link GRUCell} and PyTorch), in the one bias of r and z, for
 * its two that are only added up, and in eps, which it does not have. Others normalise each gate by itself, or what comes from
 * the input and from the state together.
 * @source J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", arXiv:1607.06450, 2016, equations 26 to 28
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { LayerNormGRUCell, unroll } from '@unroll/nn';
 * const cell = new LayerNormGRUCell({ inputSize: 3, hiddenSize: 5 });
 * unroll(cell, randn([2, 7, 3])).finalState.h.shape; // [2, 5]
 * ```
 */
export class LayerNormGRUCell extends Module implements Cell<GRUState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly eps: number;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;
  readonly gainIh: Parameter;
  readonly gainHh: Parameter;
  /** The bias inside of the reset gate's reach. */
  readonly biasHn: Parameter;

  constructor(options: LayerNormGRUCellOptions) {
    super();
    const op = 'new LayerNormGRUCell';
    checkOptions(op, options, ['inputSize', 'hiddenSize', 'activation', 'eps', 'rng', 'dtype']);
    const { inputSize, hiddenSize: H, eps = 1e-5, dtype = 'float32' } = options;
    checkEps(op, eps);
    const activation = checkActivation(op, options.activation);
    const { weightIh, weightHh, bias } = gateWeights(op, { r: 0, z: 0, n: 0 }, options);
    this.inputSize = inputSize;
    this.outputSize = H;
    this.activation = activation;
    this.eps = eps;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
    this.gainIh = new Parameter(ones([3 * H], { dtype }));
    this.gainHh = new Parameter(ones([3 * H], { dtype }));
    this.biasHn = new Parameter(zeros([H], { dtype }));
  }

  initialState(batch: number): GRUState {
    return { h: zeros([batch, this.outputSize], { dtype: this.weightHh.dtype }) };
  }

  step(x: Tensor, state: GRUState): CellStep<GRUState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    const fromInput = linear(checkInput('LayerNormGRUCell', x, this.inputSize), this.weightIh);
    return add(mul(this.#standardize(fromInput), this.gainIh), this.bias);
  }

  stepProjected(p: Tensor, { h }: GRUState): CellStep<GRUState> {
    checkState('LayerNormGRUCell', { h }, p.shape[0] ?? 0, this.outputSize);
    const [pr, pz, pn] = split(p, 3, 1);
    const [hr, hz, hn] = split(mul(this.#standardize(linear(h, this.weightHh)), this.gainHh), 3, 1);
    const r = sigmoid(add(pr, hr));
    const z = sigmoid(add(pz, hz));
    const n = activate(this.activation, add(pn, mul(r, add(hn, this.biasHn))));
    // (1 − z) ⊙ n + z ⊙ h
    const hNext = add(n, mul(z, sub(h, n)));
    return { output: hNext, state: { h: hNext } };
  }

  /** N of r and z together, and of n. */
  #standardize(sums: Tensor): Tensor {
    const H = this.outputSize;
    return concat([standardize(slice(sums, 1, 0, 2 * H), this.eps), standardize(slice(sums, 1, 2 * H), this.eps)], 1);
  }
}
