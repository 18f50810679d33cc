/** aⁿbⁿ: as many a as b, which takes a counter. */
import { checkSize, ValueError } from '@unroll/core';
import { type Derivation, type GrammarStrings, grammarStrings } from './grammar-strings.js';
import { checkSynthetic, type SyntheticOptions } from './options.js';

/** Options of {@link anbn}. */
export interface AnbnOptions extends SyntheticOptions {
  /** The largest n. */
  readonly largest: number;
  /** The smallest n; 1 unless given. */
  readonly smallest?: number;
}

/** The symbols of {@link anbn}: S begins a string, T ends it; id `i` is the i-th. */
export const ANBN_SYMBOLS: readonly string[] = ['S', 'a', 'b', 'T'];

const [S, A, B, T] = [0, 1, 2, 3];

/**
 * Strings `S aⁿ bⁿ T`, each n from `smallest` to `largest` equally likely. After S only a may follow, after an a another
 * one or b, and after the first b all is certain for who has counted.
 *
 * Set `smallest` and `largest` to the same n to test that n; `predictsLegal` scores a prediction.
 *
 * Shapes: x and y `[count, T]`, legal `[count, T, 4]`, where T is `2·n + 1` for the largest n drawn.
 * Errors: `ValueError` for options that are unknown or wrong.
 * @source F. A. Gers, J. Schmidhuber, "LSTM recurrent networks learn simple context-free and context-sensitive
 * languages", IEEE Transactions on Neural Networks 12, 2001
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { strings, legal } = synthetic.anbn({ count: 1, smallest: 2, largest: 2, rng: new Rng(1) });
 * strings; // ['SaabbT']
 * legal.toArray(); // [[[0, 1, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]]]
 * ```
 */
export function anbn(options: AnbnOptions): GrammarStrings {
  const op = 'synthetic.anbn';
  checkSynthetic(op, options, ['largest', 'smallest']);
  const { count, largest, smallest = 1, rng } = options;
  checkSize(op, 'smallest', smallest);
  checkSize(op, 'largest', largest);
  if (smallest > largest) {
    throw new ValueError({
      op,
      what: `smallest is ${smallest} and largest ${largest}`,
      rule: 'n is drawn from smallest to largest',
      mend: 'Exchange them',
    });
  }
  const derivations = Array.from({ length: count }, () => derive(smallest + rng.integer(largest - smallest + 1)));
  return grammarStrings(derivations, ANBN_SYMBOLS);
}

/**
 * How many strings can be accepted by who sees only the last symbol: `1 / largest`, those with n = 1.
 *
 * Errors: `ValueError` for what is no size.
 */
export function anbnBaseline(largest: number): number {
  checkSize('synthetic.anbnBaseline', 'largest', largest);
  return 1 / largest;
}

function derive(n: number): Derivation {
  const times = <Value>(count: number, value: Value): Value[] => new Array<Value>(count).fill(value);
  return {
    symbols: [S, ...times(n, A), ...times(n, B), T],
    // The first a, n − 1 more, the first b, n − 1 more.
    legal: [[S], [A], ...times(n, [A, B]), ...times(n - 1, [B]), [T]],
  };
}
