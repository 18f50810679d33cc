/** Random zeros, so that no unit relies on another. */
import { views } from '@unroll/kernels';
import { checkOptions, ValueError } from '../errors.js';
import { defaultRng, Rng } from '../random.js';
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { checkShape, type Shape } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { toFloat } from './promote.js';

interface Mask {
  readonly shape: Shape;
  readonly dtype: 'float32' | 'float64';
  readonly p: number;
  readonly rng: Rng;
}

export const dropoutMaskOp: Op<Mask> = defineOp<Mask>({
  name: 'dropoutMask',
  forward(_, { shape, dtype, p, rng }) {
    const out = allocate(shape, dtype);
    const view = views[dtype];
    const kept = 1 / (1 - p);
    for (let i = 0; i < out.size; i++) view[out.position + i] = rng.uniform() < p ? 0 : kept;
    return out;
  },
  vjp: null,
  samples: [{ inputs: [], attributes: { shape: [2, 2], dtype: 'float64', p: 0, rng: new Rng(0) } }],
});

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** The generator of the mask; the default one unless given. */
  readonly rng?: Rng;
}

/**
 * Each entry becomes 0 with probability `p`; the others are multiplied by 1 / (1 − p), so that the mean stays.
 *
 * Errors: `ValueError` unless 0 ≤ p < 1.
 * @source N. Srivastava et al., "Dropout", JMLR 15, 2014 (scaled in training, "inverted")
 */
export function dropout(x: TensorLike, p: number, options: DropoutOptions = {}): Tensor {
  checkOptions('dropout', options, ['rng']);
  const t = toFloat('dropout', x);
  checkProbability('dropout', p);
  if (p === 0) return t;
  return mul(t, dropoutMask(t.shape, p, options.rng ?? defaultRng(), floatType(t)));
}

/**
 * A dropout mask by itself: 0 with probability `p`, else 1 / (1 − p). For masks that several steps share.
 *
 * Errors: `ValueError` unless 0 ≤ p < 1, and for a shape that is none.
 */
export function dropoutMask(shape: Shape, p: number, rng: Rng, dtype: 'float32' | 'float64' = 'float32'): Tensor {
  checkProbability('dropoutMask', p);
  checkShape('dropoutMask', shape);
  return apply(dropoutMaskOp, [], { shape: [...shape], dtype, p, rng });
}

function checkProbability(op: string, p: number): void {
  if (p >= 0 && p < 1) return;
  throw new ValueError({
    op,
    what: `p is ${p}`,
    rule: 'p is the probability of a zero: at least 0 and below 1',
    mend: 'Pass such a p',
  });
}
