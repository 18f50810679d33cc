/** The long short-term memory cell. */
import {
  add,
  checkOptions,
  checkSize,
  concat,
  type DataType,
  defaultRng,
  linear,
  mul,
  ones,
  Parameter,
  type Rng,
  sigmoid,
  split,
  type Tensor,
  tanh,
  zeros,
} from '@unroll/core';
import { orthogonal, xavierUniform } from '../../init.js';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';

/** Options of {@link LSTMCell}. */
export interface LSTMCellOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/** The state of an {@link LSTMCell}: hidden state and memory. */
export type LSTMState = { readonly h: Tensor; readonly c: Tensor };

/**
 * Long short-term memory with a forget gate:
 *
 * ```text
 * i = σ(W_i·x + U_i·h + b_i)    f = σ(W_f·x + U_f·h + b_f)
 * g = tanh(W_g·x + U_g·h + b_g) o = σ(W_o·x + U_o·h + b_o)
 * c' = f ⊙ c + i ⊙ g            h' = o ⊙ tanh(c')
 * ```
 *
 * with the output h'. The gates stand below each other in the order i f g o, as in PyTorch. Recurrent weights start
 * orthogonal and input weights Xavier-uniform, each gate by itself; the forget gate's bias starts at 1, the others at 0.
 *
 * Shapes: x `[N, D]`, h and c `[N, H]`; weightIh `[4H, D]`, weightHh `[4H, H]`, bias `[4H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * Differs: from PyTorch in the one bias, which is the sum of PyTorch's two, and in the forget gate's bias of 1.
 * @source S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997; the forget gate:
 * F. A. Gers, J. Schmidhuber, F. Cummins, "Learning to forget", Neural Computation 12, 2000; its bias:
 * R. Jozefowicz, W. Zaremba, I. Sutskever, "An empirical exploration of recurrent network architectures", ICML 2015
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
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor(options: LSTMCellOptions) {
    super();
    checkOptions('new LSTMCell', options, ['inputSize', 'hiddenSize', 'rng', 'dtype']);
    const { inputSize: D, hiddenSize: H, rng = defaultRng(), dtype = 'float32' } = options;
    checkSize('new LSTMCell', 'inputSize', D);
    checkSize('new LSTMCell', 'hiddenSize', H);
    const gates = ['i', 'f', 'g', 'o'];
    this.inputSize = D;
    this.outputSize = H;
    this.weightIh = new Parameter(concat(gates.map(() => xavierUniform([H, D], { rng, dtype }))));
    this.weightHh = new Parameter(concat(gates.map(() => orthogonal([H, H], { rng, dtype }))));
    this.bias = new Parameter(
      concat(gates.map((gate) => (gate === 'f' ? ones([H], { dtype }) : zeros([H], { dtype })))),
    );
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
    const [i, f, g, o] = split(add(p, linear(h, this.weightHh)), 4);
    const cNext = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
    const hNext = mul(sigmoid(o), tanh(cNext));
    return { output: hNext, state: { h: hNext, c: cNext } };
  }
}
