/** The long short-term memory cell with a projection of its output. */
import { add, checkOptions, checkSize, linear, mul, Parameter, sigmoid, split, type Tensor, zeros } from '@unroll/core';
import { xavierUniform } from '../../init.js';
import { Module } from '../../module.js';
import { projectionForm } from '../../torch/cells.js';
import type { TorchForm } from '../../torch/form.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { type Activation, activate, checkActivation, requireTanh } from './activation.js';
import { gateWeights, readForgetBias } from './gates.js';
import type { LSTMCellOptions, LSTMState } from './lstm-cell.js';

/** Options of {@link ProjectionLSTMCell}. */
export interface ProjectionLSTMCellOptions extends LSTMCellOptions {
  /** P of the output and of h, commonly below hiddenSize: PyTorch's `proj_size`. */
  readonly projectionSize: number;
}

/**
 * Long short-term memory with a recurrent projection (LSTMP): a large memory beside a small output.
 *
 * ```text
 * i = σ(W_i·x + U_i·h + b_i)    f = σ(W_f·x + U_f·h + b_f)
 * g = φ(W_g·x + U_g·h + b_g)    o = σ(W_o·x + U_o·h + b_o)
 * c' = f ⊙ c + i ⊙ g            h' = W_hr·(o ⊙ φ(c'))
 * ```
 *
 * with the output h'; φ is the activation, tanh unless another is given. The gates stand below each other in the order
 * i f g o, as in PyTorch. Weights start as those of an {@link LSTMCell}, the projection Xavier-uniform.
 *
 * Shapes: x `[N, D]`, h `[N, P]`, c `[N, H]`; weightIh `[4H, D]`, weightHh `[4H, P]`, bias `[4H]`, weightHr `[P, H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * Differs: from the paper, which has peepholes, and beside the recurrent projection one that does not come back; from
 * PyTorch's nn.LSTM with proj_size in the one bias, in the forget gate's bias of 1, and in that P may be H or more.
 * PyTorch has it as a layer only: `toTorchStateDict(model, { cellsAs: 'layers' })`.
 * @source H. Sak, A. Senior, F. Beaufays, "Long short-term memory recurrent neural network architectures for large
 * scale acoustic modeling", Interspeech 2014, section 2.2
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { ProjectionLSTMCell, unroll } from '@unroll/nn';
 * const cell = new ProjectionLSTMCell({ inputSize: 3, hiddenSize: 8, projectionSize: 2 });
 * const { outputs, finalState } = unroll(cell, randn([2, 7, 3]));
 * outputs.shape; // [2, 7, 2]
 * finalState.c.shape; // [2, 8]
 * ```
 */
export class ProjectionLSTMCell extends Module implements Cell<LSTMState> {
  readonly inputSize: number;
  /** P. */
  readonly outputSize: number;
  /** H, of the memory. */
  readonly hiddenSize: number;
  readonly activation: Activation;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;
  readonly weightHr: Parameter;

  constructor(options: ProjectionLSTMCellOptions) {
    super();
    const op = 'new ProjectionLSTMCell';
    checkOptions(op, options, [
      'inputSize',
      'hiddenSize',
      'projectionSize',
      'activation',
      'forgetBias',
      'rng',
      'dtype',
    ]);
    const { inputSize, hiddenSize, projectionSize, rng, dtype } = options;
    checkSize(op, 'projectionSize', projectionSize);
    const activation = checkActivation(op, options.activation);
    const f = readForgetBias(op, options.forgetBias);
    const { weightIh, weightHh, bias } = gateWeights(op, { i: 0, f, g: 0, o: 0 }, options, projectionSize);
    this.inputSize = inputSize;
    this.outputSize = projectionSize;
    this.hiddenSize = hiddenSize;
    this.activation = activation;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
    this.weightHr = new Parameter(xavierUniform([projectionSize, hiddenSize], { rng, dtype }));
  }

  initialState(batch: number): LSTMState {
    const { dtype } = this.weightHh;
    return { h: zeros([batch, this.outputSize], { dtype }), c: zeros([batch, this.hiddenSize], { dtype }) };
  }

  step(x: Tensor, state: LSTMState): CellStep<LSTMState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('ProjectionLSTMCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h, c }: LSTMState): CellStep<LSTMState> {
    const batch = p.shape[0] ?? 0;
    checkState('ProjectionLSTMCell', { h }, batch, this.outputSize);
    checkState('ProjectionLSTMCell', { c }, batch, this.hiddenSize);
    const [i, f, g, o] = split(linear(h, this.weightHh, p), 4, 1);
    const cNext = add(mul(sigmoid(f), c), mul(sigmoid(i), activate(this.activation, g)));
    const hNext = linear(mul(sigmoid(o), activate(this.activation, cNext)), this.weightHr);
    return { output: hNext, state: { h: hNext, c: cNext } };
  }

  /** Errors: `ValueError` for another activation than tanh, since PyTorch has no other. */
  override torchForm(): TorchForm {
    requireTanh('ProjectionLSTMCell.torchForm', this.activation);
    return projectionForm(this, this.weightHr);
  }
}
