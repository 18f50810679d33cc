/** What an attention looks into, and what it finds there once it has scored each place. */
import {
  checkOptions,
  expandDims,
  matmul,
  pick,
  ShapeError,
  softmax,
  type Tensor,
  type TensorLike,
  tensor,
  toFloat,
  where,
} from '@unroll/core';
import { clearPadding, type RealStepsOptions, readRealSteps } from '../recurrent/lengths.js';
import type { Attended } from './attention.js';

/** A memory as the built-in attentions prepare it. */
export type PreparedMemory = {
  /** What queries are compared with: `[N, T, …]`. */
  readonly keys: Tensor;
  /** What contexts are made of: `[N, T, C]`, 0 where the memory is masked. */
  readonly values: Tensor;
  /** 1 where a place is real and 0 where it is masked, `[N, T]`; null when all are real. */
  readonly mask: Tensor | null;
};

/**
 * Reads and checks a memory, and puts 0 in the place of what is masked: whatever stands there, NaN included, then reaches
 * neither a context nor a gradient.
 *
 * Shapes: memory `[N, T, M]` → values `[N, T, M]`, mask `[N, T]`.
 * Errors: `ShapeError` for another rank, size or an empty axis; `ValueError` for lengths outside of 1 to T, a sequence
 * that is masked altogether, lengths and a mask at once, or unknown options; `DataTypeError` for int32.
 */
export function readMemory(
  op: string,
  memory: TensorLike,
  memorySize: number,
  options: RealStepsOptions = {},
): Pick<PreparedMemory, 'values' | 'mask'> {
  checkOptions(op, options, ['lengths', 'mask']);
  const t = toFloat(op, memory, 'memory');
  const [batch = 0, places = 0, size] = t.shape;
  if (t.rank !== 3 || size !== memorySize || batch === 0 || places === 0) {
    throw new ShapeError({
      op,
      what: 'the memory does not fit',
      arrays: { memory: t },
      rule: `it must be [N, T, ${memorySize}], with N and T of at least 1`,
      mend: 'Pass all outputs of an encoder, or check memorySize',
    });
  }
  const real = readRealSteps(op, options, batch, places);
  if (real === null) return { values: t, mask: null };
  const mask = tensor(Float64Array.from(real.flags), { dtype: t.dtype, shape: [batch, places] });
  return { values: clearPadding(t, real), mask };
}

/**
 * Shares by score: softmax over the places that are real, and exactly 0 at the others.
 *
 * Shapes: scores `[…, T]`, a mask that broadcasts to them, or null.
 */
export function shares(scores: Tensor, mask: Tensor | null): Tensor {
  return softmax(mask === null ? scores : where(mask, scores, -Infinity));
}

/**
 * What an attention finds, once it has scored each place: `weights = softmax(scores)` over the places that are real,
 * `context = Σ weights·values`.
 *
 * Shapes: scores `[N, T]`, values `[N, T, C]`, mask `[N, T]` or null → context `[N, C]`, weights `[N, T]`.
 * Numerics: a masked place has the score −∞, so its weight is exactly 0, and so is every gradient that goes there.
 */
export function weigh(scores: Tensor, values: Tensor, mask: Tensor | null): Attended {
  const weights = shares(scores, mask);
  return { context: pick(matmul(expandDims(weights, 1), values), 1, 0), weights };
}
