/** A task that cannot be done without remembering. */
import { type Rng, type Tensor, tensor } from '@unroll/core';

/** Sequences, and what is to be said at their ends. */
export interface AddingProblem {
  /** `[N, T, 2]`: numbers, and beside them marks. */
  readonly x: Tensor;
  /** `[N, 1]`: sums. */
  readonly y: Tensor;
}

/**
 * The adding problem: at each step a number from [0, 1) and a mark, which is 1 beside one number of the first half and
 * one of the second, and 0 beside all others. Wanted is the sum of the two marked numbers.
 *
 * @source S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, experiment 4; with marks
 * and numbers as in Q. V. Le, N. Jaitly, G. E. Hinton, arXiv:1504.00941, section 4.1
 */
export function addingProblem(sequences: number, length: number, rng: Rng): AddingProblem {
  const half = Math.floor(length / 2);
  const rows = Array.from({ length: sequences }, () => {
    const numbers = Array.from({ length }, () => rng.uniform());
    const marked = [rng.integer(half), half + rng.integer(length - half)];
    return {
      x: numbers.map((number, t) => [number, marked.includes(t) ? 1 : 0]),
      y: [marked.reduce((sum, t) => sum + (numbers[t] ?? 0), 0)],
    };
  });
  return { x: tensor(rows.map(({ x }) => x)), y: tensor(rows.map(({ y }) => y)) };
}

/** The mean squared error of who always says 1, which is the best without looking: the variance of the sum. */
export const GUESSING: number = 1 / 6;
