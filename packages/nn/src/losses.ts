/**
 * Losses: from predictions and targets to one number, or one for each entry. Entries that do not count take no part
 * at all: whatever they hold, NaN included, reaches neither the loss nor a gradient.
 */
import {
  abs,
  add,
  checkOptions,
  logSoftmax,
  mean,
  mul,
  neg,
  requireIndices,
  reshape,
  ShapeError,
  softmaxCrossEntropy,
  softplus,
  square,
  sub,
  type Tensor,
  type TensorLike,
  tensor,
  toFloat,
  toTensor,
  ValueError,
} from '@unroll/core';
import {
  checkFinite,
  type LossOptions,
  positionIn,
  readSelection,
  reduceEntries,
  type Selection,
  select,
} from './losses/selection.js';

export type { LossOptions, Reduction } from './losses/selection.js';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends LossOptions {
  /** Targets equal to this do not count; it may lie outside of the classes. */
  readonly ignoreIndex?: number | undefined;
  /** The share ε of each target that is spread evenly over all classes, from 0 to 1. 0 unless given. */
  readonly labelSmoothing?: number | undefined;
}

/**
 * How many nats the targets cost under the distribution `softmax(logits)`: `−ln softmax(logits)[target]`.
 * Divide by ln 2 for bits. Label smoothing takes `(1 − ε)` of it, and ε of its mean over all classes.
 *
 * Shapes: logits `[…, K]`, targets int32 `[…]` → scalar, or `[…]` with `reduction: 'none'`.
 * Units: nats an entry that counts.
 * Errors: `ValueError` for a target that counts and is outside of [0, K), for a mean over nothing, for label smoothing
 * outside of [0, 1] and for unknown options; `ShapeError` when the axes before K differ; `DataTypeError` for targets
 * that are not int32.
 * Numerics: the maximum is taken out first, so no exponential overflows.
 * @source label smoothing: C. Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016,
 * section 7
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { crossEntropy } from '@unroll/nn';
 * const targets = tensor([2, -1], { dtype: 'int32' });
 * crossEntropy(tensor([[0, 0, 0], [9, 0, 0]]), targets, { ignoreIndex: -1 }).item(); // ln 3
 * ```
 */
export function crossEntropy(logits: TensorLike, targets: TensorLike, options: CrossEntropyOptions = {}): Tensor {
  const op = 'crossEntropy';
  checkOptions(op, options, ['mask', 'ignoreIndex', 'labelSmoothing', 'reduction']);
  const { labelSmoothing = 0 } = options;
  checkSmoothing(labelSmoothing);
  const scores = toFloat(op, logits, 'logits');
  const classes = toTensor(op, targets, 'targets');
  requireIndices(op, classes, 'targets');
  const count = scores.shape.at(-1);
  if (count === undefined || String(scores.shape.slice(0, -1)) !== String(classes.shape)) {
    throw new ShapeError({
      op,
      what: 'there is not one target for each row of logits',
      arrays: { logits: scores, targets: classes },
      rule: 'logits are [..., K] and targets [...]',
      mend: 'Reshape one of them',
    });
  }
  const masked = readSelection(op, options.mask, classes.shape);
  const rows = classes.data;
  const kept = Uint8Array.from(rows, (target, row) => {
    return target === options.ignoreIndex ? 0 : (masked.kept[Math.floor(row / masked.inner)] as number);
  });
  const selection: Selection = { op, kept, shape: classes.shape, inner: 1 };
  // Rows that do not count have zeros for logits and stand for class 0.
  const ids = Int32Array.from(rows, (target, row) => {
    if (kept[row] === 1 && !(target >= 0 && target < count)) throw noSuchClass(classes, row, count);
    return kept[row] === 1 ? target : 0;
  });
  const selected = reshape(select(scores, selection), [rows.length, count]);
  const costs = softmaxCrossEntropy(selected, tensor(ids));
  const entries = labelSmoothing === 0 ? costs : smoothed(costs, selected, labelSmoothing);
  return reduceEntries(reshape(entries, classes.shape), selection, options.reduction);
}

/** A share of each row's cost replaced by the mean cost of all classes. */
function smoothed(costs: Tensor, logits: Tensor, share: number): Tensor {
  return sub(mul(costs, 1 - share), mul(mean(logSoftmax(logits), -1), share));
}

function checkSmoothing(share: number): void {
  if (share >= 0 && share <= 1) return;
  throw new ValueError({
    op: 'crossEntropy',
    what: `labelSmoothing is ${share}`,
    rule: 'it is the share of a target that goes to all classes, from 0 to 1',
    mend: 'Pass such a share: 0.1',
  });
}

function noSuchClass(targets: Tensor, row: number, count: number): ValueError {
  return new ValueError({
    op: 'crossEntropy',
    what: `the target at ${positionIn(targets.shape, row)} is ${targets.data[row]}`,
    arrays: { targets },
    rule: `the logits have ${count} classes, 0 to ${count - 1}`,
    mend: 'Check the vocabulary, or name padding with ignoreIndex or a mask',
  });
}

/** Predictions and targets of a loss that compares them entry by entry, those that do not count replaced by 0. */
function paired(op: string, predictions: TensorLike, targets: TensorLike, options: LossOptions) {
  checkOptions(op, options, ['mask', 'reduction']);
  const prediction = toFloat(op, predictions, 'predictions');
  const target = toFloat(op, targets, 'targets');
  if (String(prediction.shape) !== String(target.shape)) {
    throw new ShapeError({
      op,
      what: 'predictions and targets differ in shape',
      arrays: { predictions: prediction, targets: target },
      rule: 'losses do not broadcast, since [N] beside [N, 1] would silently compare each with each',
      mend: 'Reshape one of them',
    });
  }
  const selection = readSelection(op, options.mask, target.shape);
  checkFinite(target, selection);
  return { prediction: select(prediction, selection), target: select(target, selection), selection };
}

/**
 * Binary cross-entropy from logits: `−y·ln σ(x) − (1 − y)·ln(1 − σ(x)) = max(x, 0) − x·y + ln(1 + e^−|x|)`.
 *
 * Shapes: logits and targets alike → scalar, or alike with `reduction: 'none'`.
 * Units: nats an entry that counts.
 * Errors: `ValueError` for a target that counts and is outside of [0, 1] or NaN, for a mean over nothing and for
 * unknown options; `ShapeError` for different shapes; `DataTypeError` for different dtypes or int32.
 * Numerics: as `y·softplus(−x) + (1 − y)·softplus(x)`, which neither overflows nor rounds small losses away, and
 * whose derivative at 0 is exact.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { binaryCrossEntropy } from '@unroll/nn';
 * binaryCrossEntropy(tensor([0, 100]), tensor([1, 1])).item(); // ln 2 / 2
 * ```
 */
export function binaryCrossEntropy(logits: TensorLike, targets: TensorLike, options: LossOptions = {}): Tensor {
  const op = 'binaryCrossEntropy';
  const { prediction: x, target: y, selection } = paired(op, logits, targets, options);
  const { data } = y;
  const wrong = data.findIndex((target) => target < 0 || target > 1);
  if (wrong >= 0) {
    throw new ValueError({
      op,
      what: `the target at ${positionIn(y.shape, wrong)} is ${data[wrong]}`,
      arrays: { targets: y },
      rule: 'targets are probabilities, from 0 to 1',
      mend: 'Scale them, or use mse',
    });
  }
  const entries = add(mul(y, softplus(neg(x))), mul(sub(1, y), softplus(x)));
  return reduceEntries(entries, selection, options.reduction);
}

/**
 * Squared error: `(prediction − target)²`.
 *
 * Shapes: predictions and targets alike → scalar, or alike with `reduction: 'none'`.
 * Units: the square of the targets'.
 * Errors: `ValueError` for a target that counts and is not finite, for a mean over nothing and for unknown options;
 * `ShapeError` for different shapes; `DataTypeError` for different dtypes or int32.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { mse } from '@unroll/nn';
 * mse(tensor([1, 2]), tensor([1, 5])).item(); // 4.5
 * ```
 */
export function mse(predictions: TensorLike, targets: TensorLike, options: LossOptions = {}): Tensor {
  const { prediction, target, selection } = paired('mse', predictions, targets, options);
  return reduceEntries(square(sub(prediction, target)), selection, options.reduction);
}

/**
 * Absolute error: `|prediction − target|`; its derivative where they are equal is 0.
 *
 * Shapes, errors: as {@link mse}.
 * Units: the targets'.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { mae } from '@unroll/nn';
 * mae(tensor([1, 2]), tensor([1, 5])).item(); // 1.5
 * ```
 */
export function mae(predictions: TensorLike, targets: TensorLike, options: LossOptions = {}): Tensor {
  const { prediction, target, selection } = paired('mae', predictions, targets, options);
  return reduceEntries(abs(sub(prediction, target)), selection, options.reduction);
}
