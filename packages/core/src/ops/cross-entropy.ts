/** The cost of classes under scores, in one operation: neither probabilities nor their logarithms are stored. */
import { ShapeError } from '../errors.js';
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { checkIndices, oneHot } from './gather.js';
import { requireIndices, toFloat, toTensor } from './promote.js';
import { softmax } from './softmax.js';
import { dense, expandDims } from './views.js';

export const softmaxCrossEntropyOp: Op<null> = defineOp<null>({
  name: 'softmaxCrossEntropy',
  forward([x, i]) {
    const [logits, ids] = [x as Tensor, dense(i as Tensor)];
    const [rows, classes] = logits.shape as readonly [number, number];
    const [row, col] = logits.strides as readonly [number, number];
    checkIndices('softmaxCrossEntropy', ids, classes);
    const out = allocate([rows], logits.dtype);
    const { crossEntropy } = kernelsFor('softmaxCrossEntropy', floatType(logits));
    crossEntropy(rows, classes, logits.position, row, col, ids.position, out.position, 1);
    return out;
  },
  vjp({ gradient, inputs }) {
    const [logits, ids] = inputs as readonly [Tensor, Tensor];
    const chosen = oneHot(ids, logits.shape[1] as number, { dtype: logits.dtype });
    return [mul(expandDims(gradient, 1), sub(softmax(logits), chosen)), null];
  },
  backward({ gradient, inputs, buffer }) {
    const [logits, ids] = [inputs[0] as Tensor, dense(inputs[1] as Tensor)];
    const { tensor: out, fresh } = buffer(0);
    const [rows, classes] = logits.shape as readonly [number, number];
    const { crossEntropyGradient } = kernelsFor('backward', floatType(logits));
    crossEntropyGradient(
      rows,
      classes,
      logits.position,
      logits.strides[0] as number,
      logits.strides[1] as number,
      ids.position,
      gradient.position,
      gradient.strides[0] as number,
      out.position,
      out.strides[0] as number,
      out.strides[1] as number,
      fresh ? 0 : 1,
    );
  },
  samples: [
    { inputs: [{ shape: [3, 4] }, { values: [1, 0, 3], dtype: 'int32' }], attributes: null },
    { inputs: [{ shape: [1, 1] }, { values: [0], dtype: 'int32' }], attributes: null },
  ],
});

/**
 * The cross-entropy of each row's class: `ln Σⱼ e^logits[i, j] − logits[i, ids[i]]`. The loss `crossEntropy` of
 * `@unroll/nn` is made of it.
 *
 * Shapes: logits `[N, K]`, ids int32 `[N]` → `[N]`.
 * Units: nats.
 * Saves: nothing but its inputs.
 * Errors: `ValueError` for an id outside of [0, K); `ShapeError`; `DataTypeError`.
 * Numerics: the maximum is taken out first, so nothing overflows.
 */
export function softmaxCrossEntropy(logits: TensorLike, ids: TensorLike): Tensor {
  const scores = toFloat('softmaxCrossEntropy', logits, 'logits');
  const classes = toTensor('softmaxCrossEntropy', ids, 'ids');
  requireIndices('softmaxCrossEntropy', classes, 'ids');
  if (scores.rank !== 2 || classes.rank !== 1 || scores.shape[0] !== classes.shape[0]) {
    throw new ShapeError({
      op: 'softmaxCrossEntropy',
      what: 'there is not one class for each row',
      arrays: { logits: scores, ids: classes },
      rule: 'logits are [N, K] and ids [N]',
      mend: 'Reshape both',
    });
  }
  return apply(softmaxCrossEntropyOp, [scores, classes], null);
}
