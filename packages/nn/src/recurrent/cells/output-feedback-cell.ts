/** The recurrence through the output alone, which can be trained on all steps at once. */
import {
  checkOptions,
  checkSize,
  concat,
  gather,
  linear,
  oneHot,
  Parameter,
  reshape,
  ShapeError,
  scratch,
  type Tensor,
  type TensorLike,
  tensor,
  toTensor,
  zeros,
} from '@unroll/core';
import { xavierUniform } from '../../init.js';
import { Module } from '../../module.js';
import { type Cell, type CellStep, checkInput, checkState } from '../cell.js';
import { clearPadding, type RealSteps, readRealSteps } from '../lengths.js';
import type { SequenceOptions } from '../sequence-layer.js';
import { type Activation, activate, checkActivation } from './activation.js';
import { type CellOptions, gateWeights } from './gates.js';

/** Options of {@link OutputFeedbackCell}. */
export interface OutputFeedbackCellOptions extends CellOptions {
  /** K. */
  readonly outputSize: number;
  /** φ: `'tanh'` unless something else is said. */
  readonly activation?: Activation | undefined;
  /**
   * What of an output comes back: a function that keeps the shape and makes of it what a target looks like, such as
   * `softmax` where targets are one-hot. The output as it is unless given.
   */
  readonly feedback?: ((output: Tensor) => Tensor) | undefined;
}

/** The state of an {@link OutputFeedbackCell}: what came back from the last output. */
export type OutputFeedbackState = { readonly y: Tensor };

/**
 * A recurrent network whose only recurrence is from the output to the hidden units:
 *
 * ```text
 * h = φ(W_ih·x + W_oh·y + b)    output = W_ho·h + b_o    y' = feedback(output)
 * ```
 *
 * φ is the activation, tanh unless another is given. It can do less than an {@link RNNCell}, since what it does not put
 * out it forgets; but where the outputs are known, no step waits for another: see {@link OutputFeedbackCell.teacherForced}.
 * Weights from the output start orthogonal, the others Xavier-uniform; biases start at 0.
 *
 * Shapes: x `[N, D]`, y `[N, K]` → output `[N, K]`; weightIh `[H, D]`, weightOh `[H, K]`, bias `[H]`, weightHo `[K, H]`,
 * biasO `[K]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * @source I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, section 10.2.1, figure 10.4
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { OutputFeedbackCell, unroll } from '@unroll/nn';
 * const cell = new OutputFeedbackCell({ inputSize: 3, hiddenSize: 8, outputSize: 2 });
 * const x = randn([4, 7, 3]);
 * const targets = randn([4, 7, 2]);
 * // For training:
 * cell.teacherForced(x, targets).shape; // [4, 7, 2]
 * // Where nobody knows the targets:
 * unroll(cell, x).outputs.shape; // [4, 7, 2]
 * ```
 */
export class OutputFeedbackCell extends Module implements Cell<OutputFeedbackState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly activation: Activation;
  /** What of an output comes back. */
  readonly feedback: (output: Tensor) => Tensor;
  readonly weightIh: Parameter;
  readonly weightOh: Parameter;
  readonly bias: Parameter;
  readonly weightHo: Parameter;
  readonly biasO: Parameter;

  constructor(options: OutputFeedbackCellOptions) {
    super();
    const op = 'new OutputFeedbackCell';
    const names = ['inputSize', 'hiddenSize', 'outputSize', 'activation', 'feedback', 'rng', 'dtype'];
    checkOptions(op, options, names);
    const { inputSize, hiddenSize, outputSize: K, feedback = (output) => output, rng, dtype } = options;
    checkSize(op, 'outputSize', K);
    const activation = checkActivation(op, options.activation);
    const { weightIh, weightHh, bias } = gateWeights(op, { h: 0 }, options, K);
    this.inputSize = inputSize;
    this.outputSize = K;
    this.activation = activation;
    this.feedback = feedback;
    this.weightIh = weightIh;
    this.weightOh = weightHh;
    this.bias = bias;
    this.weightHo = new Parameter(xavierUniform([K, hiddenSize], { rng, dtype }));
    this.biasO = new Parameter(zeros([K], { dtype: this.weightHo.dtype }));
  }

  initialState(batch: number): OutputFeedbackState {
    return { y: zeros([batch, this.outputSize], { dtype: this.biasO.dtype }) };
  }

  step(x: Tensor, state: OutputFeedbackState): CellStep<OutputFeedbackState> {
    return this.stepProjected(this.project(x), state);
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('OutputFeedbackCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { y }: OutputFeedbackState): CellStep<OutputFeedbackState> {
    checkState('OutputFeedbackCell', { y }, p.shape[0] ?? 0, this.outputSize);
    const h = activate(this.activation, linear(y, this.weightOh, p));
    const output = linear(h, this.weightHo, this.biasO);
    return { output, state: { y: this.feedback(output) } };
  }

  /**
   * The outputs where each step sees the target before it in the place of the output: all steps of all sequences at
   * once.
   *
   * Outputs in the padding repeat the last real one, and a step sees the last real target, as with `unroll`; what
   * stands in the padding is not looked at.
   *
   * Shapes: x `[N, T, D]` or int32 ids `[N, T]`, targets `[N, T, K]` or int32 ids `[N, T]` (ids stand for one-hot
   * rows) → `[N, T, K]`. The last target is not used.
   * Errors: `ShapeError` for sequences or a state that do not fit; `ValueError` for lengths outside of 1 to T, a bad
   * mask, or unknown options.
   */
  teacherForced(x: TensorLike, targets: TensorLike, options: SequenceOptions<OutputFeedbackState> = {}): Tensor {
    const op = 'OutputFeedbackCell.teacherForced';
    checkOptions(op, options, ['initialState', 'lengths', 'mask']);
    const given = { x: toTensor(op, x), targets: toTensor(op, targets, 'targets') };
    const [D, K] = [this.inputSize, this.outputSize];
    checkSequences(op, given, { x: D, targets: K });
    const [N, T] = given.x.shape as readonly [number, number];
    const real = readRealSteps(op, options, N, T);
    return scratch(() => {
      const rowsOf = (sequences: Tensor, size: number): Tensor => {
        const cleared = real === null ? sequences : clearPadding(sequences, real);
        if (cleared.dtype !== 'int32') return reshape(cleared, [N * T, size]);
        return oneHot(reshape(cleared, [N * T]), size, { dtype: this.biasO.dtype });
      };
      const { y } = options.initialState ?? this.initialState(N);
      checkState(op, { y }, N, K);
      const { before, here } = lastRealRows(real, N, T);
      // No step waits for another: T steps of N sequences are one step of N·T.
      const known = gather(concat([rowsOf(given.targets, K), y]), before);
      const { output } = this.step(rowsOf(given.x, D), { y: known });
      const nothing = zeros([1, K], { dtype: output.dtype });
      const outputs = real === null ? output : gather(concat([output, nothing]), here);
      return reshape(outputs, [N, T, K]);
    });
  }
}

/**
 * For each of N·T steps the row of the last real step up to it (`here`), or before it (`before`). Where there is none,
 * it is a row after those of the steps: that of the sequence's initial state, or a single one of zeros.
 */
function lastRealRows(
  real: RealSteps | null,
  N: number,
  T: number,
): { readonly before: Tensor; readonly here: Tensor } {
  const before = new Int32Array(N * T);
  const here = new Int32Array(N * T);
  for (let n = 0; n < N; n++) {
    let last = -1;
    for (let row = n * T; row < (n + 1) * T; row++) {
      before[row] = last < 0 ? N * T + n : last;
      if (real === null || real.flags[row] === 1) last = row;
      here[row] = last < 0 ? N * T : last;
    }
  }
  return { before: tensor(before), here: tensor(here) };
}

function checkSequences(
  op: string,
  sequences: { readonly x: Tensor; readonly targets: Tensor },
  sizes: { readonly x: number; readonly targets: number },
): void {
  const [N, T] = sequences.x.shape;
  for (const name of ['x', 'targets'] as const) {
    const { dtype, rank, shape, size } = sequences[name];
    const fits = dtype === 'int32' ? rank === 2 : rank === 3 && shape[2] === sizes[name];
    if (fits && shape[0] === N && shape[1] === T && size > 0) continue;
    throw new ShapeError({
      op,
      what: 'the sequences do not fit',
      arrays: sequences,
      rule: `x is [N, T, ${sizes.x}] and targets [N, T, ${sizes.targets}], or int32 ids [N, T], with N and T of at least 1`,
      mend: 'Reshape them, or check inputSize and outputSize',
    });
  }
}
