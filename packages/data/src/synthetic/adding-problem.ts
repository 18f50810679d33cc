/** The adding problem: two of many numbers count, and only marks say which. */
import { checkSize, type Tensor, tensor } from '@unroll/core';
import { checkSynthetic, type SyntheticOptions } from './options.js';

/** Options of {@link addingProblem}. */
export interface AddingProblemOptions extends SyntheticOptions {
  /** How long each sequence is. */
  readonly steps: number;
}

/** Sequences, and what is to be said at their ends. */
export interface AddingProblem {
  /** float32 `[N, T, 2]`: a number, and a mark beside it. */
  readonly x: Tensor;
  /** float32 `[N, 1]`: sums. */
  readonly y: Tensor;
}

/**
 * The mean squared error of who always says 1, the best answer without looking: the variance of the sum of two even
 * draws from [0, 1].
 */
export const ADDING_PROBLEM_BASELINE: number = 1 / 6;

/**
 * The adding problem: at each step an even draw from [0, 1] and a mark, which is 1 beside one number of the first half
 * and one of the second, and 0 beside all others. Wanted is the sum of the two marked numbers.
 *
 * Shapes: x `[count, steps, 2]`, y `[count, 1]`.
 * Errors: `ValueError` for options that are unknown or wrong; `steps` is at least 2.
 * Differs: from the experiment of 1997, whose numbers lie in [−1, 1], whose lengths vary and whose target is scaled
 * into [0, 1].
 * @source S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, experiment 4
 * @source M. Arjovsky, A. Shah, Y. Bengio, "Unitary evolution recurrent neural networks", arXiv:1511.06464, section
 * 4.2: these numbers, marks and baseline
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { x, y } = synthetic.addingProblem({ count: 32, steps: 100, rng: new Rng(1) });
 * x.shape; // [32, 100, 2]
 * y.shape; // [32, 1]
 * synthetic.ADDING_PROBLEM_BASELINE; // 0.1667
 * ```
 */
export function addingProblem(options: AddingProblemOptions): AddingProblem {
  const op = 'synthetic.addingProblem';
  checkSynthetic(op, options, ['steps']);
  const { count, steps, rng } = options;
  checkSize(op, 'steps', steps, 2);
  const half = Math.floor(steps / 2);
  const x = new Float32Array(count * steps * 2);
  const y = new Float32Array(count);
  for (let n = 0; n < count; n++) {
    const row = x.subarray(n * steps * 2, (n + 1) * steps * 2); // number, mark, number, mark, …
    for (let t = 0; t < steps; t++) row[2 * t] = rng.uniform();
    const [early, late] = [rng.integer(half), half + rng.integer(steps - half)];
    row[2 * early + 1] = 1;
    row[2 * late + 1] = 1;
    y[n] = (row[2 * early] as number) + (row[2 * late] as number);
  }
  return { x: tensor(x, { shape: [count, steps, 2] }), y: tensor(y, { shape: [count, 1] }) };
}
