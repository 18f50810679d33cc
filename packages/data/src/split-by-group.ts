/** Parts that no group is in two of. */
import { checkOptions, type Rng, ShapeError } from '@unroll/core';
import { orderOf } from './order.js';
import { countExamples, type Examples, type PartOf, type Parts, takeParts } from './parts.js';
import { dealGroups } from './whole-groups.js';

/** Options of {@link splitByGroup}. */
export interface SplitByGroupOptions<Fractions extends readonly number[]> {
  /** The parts' shares of the examples, which add up to 1. */
  readonly fractions: Fractions;
  /** What each example belongs to: a patient, an author, a machine. */
  readonly groups: Int32Array | readonly (string | number)[];
  /** Shuffles the groups with this generator first; they are taken as they first appear unless given. */
  readonly rng?: Rng;
}

/**
 * Cuts examples into parts of whole groups, so that nobody who is known from training is met again in validation.
 * Within a part the order stays.
 *
 * Part `k` ends after the group with which the examples so far come nearest to `n · (f₀ + … + f_k)`, so that shares are
 * only as exact as groups are small.
 *
 * Errors: `ValueError` for fractions that do not add up to 1, for fewer groups than parts and for unknown options;
 * `ShapeError` for a scalar tensor, and for another number of groups than of examples.
 *
 * @example
 * ```ts
 * import { splitByGroup } from '@unroll/data';
 * const visits = ['ann 1', 'bob 1', 'ann 2', 'cem 1', 'bob 2'];
 * const groups = ['ann', 'bob', 'ann', 'cem', 'bob'];
 * const [train, validation] = splitByGroup(visits, { groups, fractions: [0.8, 0.2] });
 * train; // ['ann 1', 'bob 1', 'ann 2', 'bob 2']
 * validation; // ['cem 1']
 * ```
 */
export function splitByGroup<E extends Examples, const F extends readonly number[]>(
  examples: E,
  options: SplitByGroupOptions<F>,
): Parts<F, PartOf<E>>;
export function splitByGroup(examples: Examples, options: SplitByGroupOptions<readonly number[]>): readonly unknown[] {
  const op = 'splitByGroup';
  checkOptions(op, options, ['fractions', 'groups', 'rng']);
  const { fractions, groups, rng } = options;
  const count = countExamples(op, examples);
  if (groups.length !== count) {
    throw new ShapeError({
      op,
      what: `there are ${groups.length} groups for ${count} examples`,
      arrays: { groups: { shape: [groups.length] } },
      rule: 'each example names its group',
      mend: 'Pass as many',
    });
  }
  const labels = [...new Set<string | number>(groups)];
  const order = orderOf(labels.length, rng);
  const numberOf = new Map(Array.from(order, (label, number) => [labels[label], number]));
  const numbers = Int32Array.from(Array.from(groups), (label) => numberOf.get(label) as number);
  return takeParts(op, examples, dealGroups(op, { name: 'groups', count: labels.length, numbers }, fractions));
}
