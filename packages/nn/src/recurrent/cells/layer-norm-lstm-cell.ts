/** The long short-term memory cell with layer normalisation. */
import { add, checkOptions, linear, mul, ones, Parameter, sigmoid, split, type Tensor, zeros } from '@unroll/core';
import { checkEps, standardize } from '../../layers/standardize.js';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation } from './activation.js';
import { gateWeights, readForgetBias } from './gates.js';
import type { LSTMCellOptions, LSTMState } from './lstm-cell.js';

/** Options of {@link LayerNormLSTMCell}. */
export interface LayerNormLSTMCellOptions extends LSTMCellOptions {
  /** Added to each variance. 1e-5 unless given. */
  readonly eps?: number | undefined;
}

/**
 * Long short-term memory with layer normalisation. What comes from the input and what comes from the state are
 * normalised apart, each over all four gates together, and so is the memory where it is read:
 *
 * ```text
 * (i, f, g, o) = a_x ⊙ N(W·x) + a_h ⊙ N(U·h) + b
 * c' = σ(f) ⊙ c + σ(i) ⊙ φ(g)
 * h' = σ(o) ⊙ φ(a_c ⊙ N(c') + b_c)        N(z) = (z − mean(z)) / √(variance(z) + eps)
 * ```
 *
 * with the output h'; φ is the activation, tanh unless another is given. The gates stand below each other in the order
 * i f g o. Recurrent weights start orthogonal and input weights Xavier-uniform, each gate by itself; gains start at 1,
 * biases at 0, the forget gate's at 1.
 *
 * Shapes: x `[N, D]`, h and c `[N, H]`; weightIh `[4H, D]`, weightHh `[4H, H]`, bias, gainIh (a_x) and gainHh (a_h)
 * `[4H]`, gainC and biasC `[H]`.
 * Numerics: eps keeps the root away from 0, where U·h is in the first step.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options, bad sizes or a bad eps.
 * Differs: from the paper in the one bias b, for its three that are only added up, in the forget gate's bias, and in
 * eps, which it does not have. The state keeps c' as it is: TensorFlow Addons and PyTorch's example (fastrnns) keep the
 * normalised one, which then enters the next step. TensorFlow's LayerNormBasicLSTMCell also normalises each gate by
 * itself, after both products are added.
 * @source J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", arXiv:1607.06450, 2016, equations 20 to 22
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { LayerNormLSTMCell, unroll } from '@unroll/nn';
 * const cell = new LayerNormLSTMCell({ inputSize: 3, hiddenSize: 5 });
 * unroll(cell, randn([2, 7, 3])).finalState.c.shape; // [2, 5]
 * ```
 */
export class LayerNormLSTMCell extends Module implements Cell<LSTMState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  readonly eps: number;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;
  readonly gainIh: Parameter;
  readonly gainHh: Parameter;
  readonly gainC: Parameter;
  readonly biasC: Parameter;

  constructor(options: LayerNormLSTMCellOptions) {
    super();
    const op = 'new LayerNormLSTMCell';
    checkOptions(op, options, ['inputSize', 'hiddenSize', 'activation', 'forgetBias', 'eps', 'rng', 'dtype']);
    const { inputSize, hiddenSize: H, eps = 1e-5, dtype = 'float32' } = options;
    checkEps(op, eps);
    const activation = checkActivation(op, options.activation);
    const f = readForgetBias(op, options.forgetBias);
    const { weightIh, weightHh, bias } = gateWeights(op, { i: 0, f, g: 0, o: 0 }, options);
    this.inputSize = inputSize;
    this.outputSize = H;
    this.activation = activation;
    this.eps = eps;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
    this.gainIh = new Parameter(ones([4 * H], { dtype }));
    this.gainHh = new Parameter(ones([4 * H], { dtype }));
    this.gainC = new Parameter(ones([H], { dtype }));
    this.biasC = new Parameter(zeros([H], { dtype }));
  }

  initialState(batch: number): LSTMState {
    const { dtype } = this.weightHh;
    return { h: zeros([batch, this.outputSize], { dtype }), c: zeros([batch, this.outputSize], { dtype }) };
  }

  step(x: Tensor, state: LSTMState): CellStep<LSTMState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    const fromInput = linear(checkInput('LayerNormLSTMCell', x, this.inputSize), this.weightIh);
    return this.#normalize(fromInput, this.gainIh, this.bias);
  }

  stepProjected(p: Tensor, { h, c }: LSTMState): CellStep<LSTMState> {
    checkState('LayerNormLSTMCell', { h, c }, p.shape[0] ?? 0, this.outputSize);
    const [i, f, g, o] = split(this.#normalize(linear(h, this.weightHh), this.gainHh, p), 4, 1);
    const cNext = add(mul(sigmoid(f), c), mul(sigmoid(i), activate(this.activation, g)));
    const read = this.#normalize(cNext, this.gainC, this.biasC);
    const hNext = mul(sigmoid(o), activate(this.activation, read));
    return { output: hNext, state: { h: hNext, c: cNext } };
  }

  /** `gain ⊙ N(z) + b`. */
  #normalize(z: Tensor, gain: Tensor, b: Tensor): Tensor {
    return add(mul(standardize(z, this.eps), gain), b);
  }
}
