/** Parts for training, validation and testing. */
import { checkOptions, checkSize, type Rng, Tensor, ValueError } from '@unroll/core';
import { rowsOf, takeRows } from './rows.js';

/** Options of {@link split}. */
export interface SplitOptions<Fractions extends readonly number[]> {
  /** The parts' shares, which add up to 1. */
  readonly fractions: Fractions;
  /** Shuffles with this generator first; the parts are contiguous, in order, unless given. */
  readonly rng?: Rng;
}

/** One part for each fraction. */
export type Parts<Fractions extends readonly number[], Part> = { readonly [K in keyof Fractions]: Part };

/**
 * Cuts examples into parts that cover each of them once: an array, ids of a text, the rows of a tensor, or, for
 * a number n, the indices 0 … n − 1.
 *
 * Part `k` ends at `round(n · (f₀ + … + f_k))`. Leave a time series and running text in order: shuffled, the parts would
 * know their neighbours.
 *
 * Errors: `ValueError` for fractions that do not add up to 1 or make a part empty, and for unknown options;
 * `ShapeError` for a scalar tensor.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import { split } from '@unroll/data';
 * const [train, validation] = split(['a', 'b', 'c', 'd'], { fractions: [0.75, 0.25] });
 * train; // ['a', 'b', 'c']
 * const [some] = split(10, { fractions: [0.5, 0.5], rng: new Rng(7) }); // indices in random order
 * some.length; // 5
 * ```
 */
export function split<const F extends readonly number[]>(
  length: number | Int32Array,
  options: SplitOptions<F>,
): Parts<F, Int32Array>;
export function split<const F extends readonly number[]>(tensor: Tensor, options: SplitOptions<F>): Parts<F, Tensor>;
export function split<T, const F extends readonly number[]>(
  items: readonly T[],
  options: SplitOptions<F>,
): Parts<F, T[]>;
export function split(
  examples: number | Int32Array | Tensor | readonly unknown[],
  options: SplitOptions<readonly number[]>,
): readonly unknown[] {
  checkOptions('split', options, ['fractions', 'rng']);
  if (typeof examples === 'number') {
    checkSize('split', 'length', examples);
    return orders(examples, options);
  }
  if (examples instanceof Tensor) {
    const rows = rowsOf('split', 'tensor', examples);
    return orders(rows.count, options).map((order) => takeRows(rows, order));
  }
  const parts = orders(examples.length, options);
  if (examples instanceof Int32Array) return parts.map((order) => order.map((i) => examples[i] as number));
  return parts.map((order) => Array.from(order, (i) => examples[i]));
}

/** The places of each part's examples. */
function orders(count: number, { fractions, rng }: SplitOptions<readonly number[]>): Int32Array[] {
  const ends = endsOf(count, fractions);
  const order = rng?.permutation(count) ?? Int32Array.from({ length: count }, (_, i) => i);
  return ends.map((end, part) => order.slice(ends[part - 1] ?? 0, end));
}

function endsOf(count: number, fractions: readonly number[]): number[] {
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0);
  if (!fractions.every((fraction) => fraction > 0) || !(Math.abs(total - 1) < 1e-9)) {
    throw new ValueError({
      op: 'split',
      what: `fractions are [${fractions.join(', ')}]`,
      rule: 'fractions are above 0 and add up to 1',
      mend: 'Pass such numbers, as [0.8, 0.1, 0.1]',
    });
  }
  let reached = 0;
  const ends = fractions.map((fraction, part) => {
    reached += fraction;
    return part === fractions.length - 1 ? count : Math.round(reached * count);
  });
  const empty = ends.findIndex((end, part) => end <= (ends[part - 1] ?? 0));
  if (empty < 0) return ends;
  throw new ValueError({
    op: 'split',
    what: `part ${empty} would be empty`,
    rule: `${count} examples are cut at ${ends.join(', ')}`,
    mend: 'Pass more examples or fewer fractions',
  });
}
