/** From a sequence to one vector, and back: many-to-one by pooling over time, one-to-many by repeating. */
import {
  broadcastTo,
  checkOptions,
  checkSize,
  div,
  expandDims,
  gather,
  max,
  reshape,
  ShapeError,
  sum,
  type Tensor,
  type TensorLike,
  tensor,
  toFloat,
} from '@unroll/core';
import { clearPadding, type RealSteps, type RealStepsOptions, readRealSteps } from './lengths.js';

/** Sequences `[N, T, …]`, and which of their steps are real. */
function readSequences(
  op: string,
  x: TensorLike,
  options: RealStepsOptions,
): { readonly t: Tensor; readonly real: RealSteps | null } {
  checkOptions(op, options, ['lengths', 'mask']);
  const t = toFloat(op, x);
  const [batch, steps] = t.shape;
  if (batch === undefined || steps === undefined || steps === 0) {
    throw new ShapeError({
      op,
      what: t.rank < 2 ? 'there is no axis of time' : 'there is no step',
      arrays: { x: t },
      rule: 'x must be [N, T, …] with at least one step',
      mend: 'Pass the outputs of unroll or of a layer',
    });
  }
  return { t, real: readRealSteps(op, options, batch, steps) };
}

/**
 * The output at the last real step of each sequence.
 *
 * The final state of a run is the state at that step. In a bidirectional layer the backward half stands at the same
 * place, and has seen that step alone: `finalState.backward` has seen all.
 *
 * Shapes: x `[N, T, …]` → `[N, …]`.
 * Errors: `ShapeError`, `ValueError`: as {@link unroll}, for lengths and mask.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { lastOutput } from '@unroll/nn';
 * lastOutput(tensor([[[1], [2], [3]]]), { lengths: [2] }).toArray(); // [[2]]
 * ```
 */
export function lastOutput(x: TensorLike, options: RealStepsOptions = {}): Tensor {
  const { t, real } = readSequences('lastOutput', x, options);
  const [batch, steps, ...rest] = t.shape as readonly [number, number, ...number[]];
  const rows = Int32Array.from({ length: batch }, (_, n) => {
    const last = real === null ? steps - 1 : real.flags.subarray(n * steps, (n + 1) * steps).lastIndexOf(1);
    return n * steps + last;
  });
  return gather(reshape(t, [batch * steps, ...rest]), tensor(rows));
}

/**
 * The sum of each sequence over its real steps.
 *
 * Shapes, errors: as {@link lastOutput}.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { sumOverTime } from '@unroll/nn';
 * sumOverTime(tensor([[[1], [2], [3]]]), { lengths: [2] }).toArray(); // [[3]]
 * ```
 */
export function sumOverTime(x: TensorLike, options: RealStepsOptions = {}): Tensor {
  const { t, real } = readSequences('sumOverTime', x, options);
  return sum(real === null ? t : clearPadding(t, real), 1);
}

/**
 * The mean of each sequence over its real steps.
 *
 * Shapes, errors: as {@link lastOutput}.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { meanOverTime } from '@unroll/nn';
 * meanOverTime(tensor([[[1], [2], [6]]]), { lengths: [2] }).toArray(); // [[1.5]]
 * meanOverTime(tensor([[[1], [2], [6]]]), { mask: [[1, 0, 1]] }).toArray(); // [[3.5]]
 * ```
 */
export function meanOverTime(x: TensorLike, options: RealStepsOptions = {}): Tensor {
  const { t, real } = readSequences('meanOverTime', x, options);
  const [batch, steps, ...rest] = t.shape as readonly [number, number, ...number[]];
  if (real === null) return div(sum(t, 1), steps);
  const counts = Float64Array.from({ length: batch }, (_, n) => {
    return real.flags.subarray(n * steps, (n + 1) * steps).reduce((count, flag) => count + flag, 0);
  });
  const shape = [batch, ...rest.map(() => 1)];
  return div(sum(clearPadding(t, real), 1), tensor(counts, { dtype: t.dtype, shape }));
}

/**
 * The largest entry of each sequence over its real steps, for each unit by itself. Steps that tie share the gradient.
 *
 * Shapes, errors: as {@link lastOutput}.
 * @source R. Collobert et al., "Natural language processing (almost) from scratch", JMLR 12, 2011, section 3.3.2: max
 * over time
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { maxOverTime } from '@unroll/nn';
 * maxOverTime(tensor([[[1], [-2], [3]]]), { lengths: [2] }).toArray(); // [[1]]
 * ```
 */
export function maxOverTime(x: TensorLike, options: RealStepsOptions = {}): Tensor {
  const { t, real } = readSequences('maxOverTime', x, options);
  return max(real === null ? t : clearPadding(t, real, -Infinity), 1);
}

/**
 * One vector as the input of every step: one-to-many. A view: nothing is copied. To feed outputs back instead is what
 * `decode` does.
 *
 * Shapes: x `[N, …]` → `[N, steps, …]`.
 * Errors: `ValueError` unless `steps` is a whole number of at least 1; `ShapeError` for a scalar.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { repeatOverTime } from '@unroll/nn';
 * repeatOverTime(tensor([[1, 2]]), 3).toArray(); // [[[1, 2], [1, 2], [1, 2]]]
 * ```
 */
export function repeatOverTime(x: TensorLike, steps: number): Tensor {
  const t = toFloat('repeatOverTime', x);
  checkSize('repeatOverTime', 'steps', steps);
  const [batch, ...rest] = t.shape;
  if (batch === undefined) {
    throw new ShapeError({
      op: 'repeatOverTime',
      what: 'there is no batch',
      arrays: { x: t },
      rule: 'x must be [N, …]',
      mend: 'Add a batch: expandDims(x, 0)',
    });
  }
  return broadcastTo(expandDims(t, 1), [batch, steps, ...rest]);
}
