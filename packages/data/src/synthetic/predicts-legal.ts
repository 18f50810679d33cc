/** Whether a prediction knows what may follow, as the papers on grammars score it. */
import { checkOptions, ShapeError, type Tensor, tensor } from '@unroll/core';

/** Options of {@link predictsLegal}. */
export interface PredictsLegalOptions {
  /**
   * Legal symbols must score above this and all others at most this: 0 for logits stands for a probability of 1/2.
   * Unless given, it is enough that each legal symbol scores above each that is not.
   */
  readonly threshold?: number;
}

/**
 * Says for each step whether the scores tell the symbols that may follow from those that may not.
 *
 * Without a threshold they must rank above all others: how the Reber grammars are scored. With one they must be exactly
 * those above it: how aⁿbⁿ is scored, where a string is accepted if all its steps are right.
 *
 * Shapes: scores and legal `[…, V]` → float32 `[…]`, 1 where the prediction is right; 0 where nothing may follow, as in
 * padding. So a string is right when the sum over its steps is its length.
 * Errors: `ShapeError` for different shapes; `ValueError` for unknown options.
 * Numerics: NaN is never right.
 * @source A. Cleeremans, D. Servan-Schreiber, J. L. McClelland, "Finite state automata and simple recurrent networks",
 * Neural Computation 1, 1989 (ranks)
 * @source F. A. Gers, J. Schmidhuber, "LSTM recurrent networks learn simple context-free and context-sensitive
 * languages", IEEE Transactions on Neural Networks 12, 2001 (threshold)
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const legal = tensor([[1, 1, 0], [0, 1, 0]]);
 * const scores = tensor([[3, 1, -2], [0.5, 0.4, 0]]);
 * synthetic.predictsLegal(scores, legal).toArray(); // [1, 0]
 * synthetic.predictsLegal(scores, legal, { threshold: 2 }).toArray(); // [0, 0]
 * ```
 */
export function predictsLegal(scores: Tensor, legal: Tensor, options: PredictsLegalOptions = {}): Tensor {
  const op = 'synthetic.predictsLegal';
  checkOptions(op, options, ['threshold']);
  const { threshold } = options;
  const width = legal.shape.at(-1);
  if (width === undefined || String(scores.shape) !== String(legal.shape)) {
    throw new ShapeError({
      op,
      what: 'there is not one score for each symbol',
      arrays: { scores, legal },
      rule: 'both are [..., V]',
      mend: 'Reshape one of them',
    });
  }
  const [given, flags] = [scores.data, legal.data];
  const right = new Float32Array(legal.size / Math.max(width, 1));
  for (let row = 0; row < right.length; row++) {
    let lowest = Number.POSITIVE_INFINITY; // of the legal ones
    let highest = Number.NEGATIVE_INFINITY; // of the others
    for (let i = row * width; i < (row + 1) * width; i++) {
      if (flags[i] === 1) lowest = Math.min(lowest, given[i] as number);
      else highest = Math.max(highest, given[i] as number);
    }
    const none = lowest === Number.POSITIVE_INFINITY;
    const apart = threshold === undefined ? lowest > highest : lowest > threshold && highest <= threshold;
    right[row] = apart && !none ? 1 : 0;
  }
  return tensor(right, { shape: legal.shape.slice(0, -1) });
}
