/** Parts for training, validation and testing. */
import { checkOptions, type Rng, ValueError } from '@unroll/core';
import { orderOf } from './order.js';
import { checkFractions, countExamples, type Examples, type PartOf, type Parts, takeParts } from './parts.js';

/** Options of {@link split}. */
export interface SplitOptions<Fractions extends readonly number[]> {
  /** The parts' shares, which add up to 1. */
  readonly fractions: Fractions;
  /** Shuffles with this generator first; the parts are contiguous, in order, unless given. */
  readonly rng?: Rng;
}

/**
 * Cuts examples into parts that cover each of them once: an array, ids of a text, the rows of a tensor, or, for
 * a number n, the indices 0 … n − 1.
 *
 * Part `k` ends at `round(n · (f₀ + … + f_k))`. Leave a time series and running text in order: shuffled, the parts
 * would know their neighbours. Where examples come with times or belong together, use {@link splitByTime} or {@link
 * splitByGroup}.
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
export function split<E extends Examples, const F extends readonly number[]>(
  examples: E,
  options: SplitOptions<F>,
): Parts<F, PartOf<E>>;
export function split(examples: Examples, options: SplitOptions<readonly number[]>): readonly unknown[] {
  checkOptions('split', options, ['fractions', 'rng']);
  const { fractions, rng } = options;
  const count = countExamples('split', examples);
  const ends = endsOf(count, fractions);
  const order = orderOf(count, rng);
  return takeParts(
    'split',
    examples,
    ends.map((end, part) => order.slice(ends[part - 1] ?? 0, end)),
  );
}

function endsOf(count: number, fractions: readonly number[]): number[] {
  checkFractions('split', fractions);
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
