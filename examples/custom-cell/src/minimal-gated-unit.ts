/** The minimal gated unit: a cell that the library does not have, written from its public names. */
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
  split,
  sub,
  type Tensor,
  tanh,
  zeros,
} from '@unroll/core';
import { type Cell, type CellStep, checkInput, checkState, init, Module } from '@unroll/nn';

/** Options of {@link MinimalGatedUnit}. */
export interface MinimalGatedUnitOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/** The state of a {@link MinimalGatedUnit}. */
export type MinimalGatedUnitState = { readonly h: Tensor };

/**
 * The minimal gated unit, a GRU whose only gate both resets and updates:
 *
 * ```text
 * f = σ(W_f·x + U_f·h + b_f)
 * n = tanh(W_n·x + U_n·(f ⊙ h) + b_n)
 * h' = (1 − f) ⊙ h + f ⊙ n
 * ```
 *
 * with the output h'; n is the paper's h̃. Recurrent weights start orthogonal, input weights Xavier-uniform, each block
 * by itself; biases start at 0.
 *
 * Shapes: x `[N, D]`, h `[N, H]`; weightIh `[2H, D]` and bias `[2H]` with the blocks f n, weightHf and weightHn `[H, H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * @source G.-B. Zhou, J. Wu, C.-L. Zhang, Z.-H. Zhou, "Minimal gated unit for recurrent neural networks", International
 * Journal of Automation and Computing 13, 2016 (arXiv:1603.09420)
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { unroll } from '@unroll/nn';
 * import { MinimalGatedUnit } from './minimal-gated-unit.js';
 * const cell = new MinimalGatedUnit({ inputSize: 3, hiddenSize: 5 });
 * unroll(cell, randn([2, 7, 3])).outputs.shape; // [2, 7, 5]
 * ```
 */
export class MinimalGatedUnit extends Module implements Cell<MinimalGatedUnitState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly weightIh: Parameter;
  readonly weightHf: Parameter;
  readonly weightHn: Parameter;
  readonly bias: Parameter;

  constructor(options: MinimalGatedUnitOptions) {
    super();
    checkOptions('new MinimalGatedUnit', options, ['inputSize', 'hiddenSize', 'rng', 'dtype']);
    const { inputSize: D, hiddenSize: H, rng = defaultRng(), dtype = 'float32' } = options;
    checkSize('new MinimalGatedUnit', 'inputSize', D);
    checkSize('new MinimalGatedUnit', 'hiddenSize', H);
    const draws = { rng, dtype };
    this.inputSize = D;
    this.outputSize = H;
    this.weightIh = new Parameter(concat([init.xavierUniform([H, D], draws), init.xavierUniform([H, D], draws)]));
    this.weightHf = new Parameter(init.orthogonal([H, H], draws));
    this.weightHn = new Parameter(init.orthogonal([H, H], draws));
    this.bias = new Parameter(zeros([2 * H], { dtype }));
  }

  initialState(batch: number): MinimalGatedUnitState {
    return { h: zeros([batch, this.outputSize], { dtype: this.bias.dtype }) };
  }

  step(x: Tensor, state: MinimalGatedUnitState): CellStep<MinimalGatedUnitState> {
    return this.stepProjected(this.project(x), state);
  }

  // What needs the input alone: unroll asks for it once, for all steps together.
  project(x: Tensor): Tensor {
    return linear(checkInput('MinimalGatedUnit', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h }: MinimalGatedUnitState): CellStep<MinimalGatedUnitState> {
    checkState('MinimalGatedUnit', { h }, p.shape[0] ?? 0, this.outputSize);
    const [pf, pn] = split(p, 2, 1);
    const f = sigmoid(add(pf, linear(h, this.weightHf)));
    const n = tanh(add(pn, linear(mul(f, h), this.weightHn)));
    const hNext = add(h, mul(f, sub(n, h))); // (1 − f) ⊙ h + f ⊙ n
    return { output: hNext, state: { h: hNext } };
  }
}
