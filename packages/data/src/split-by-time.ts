/** Parts that follow one another in time. */
import { checkOptions, ValueError } from '@unroll/core';
import { countExamples, type Examples, type PartOf, type Parts, takeParts } from './parts.js';
import { type Times, toTimes } from './times.js';
import { dealGroups, type Groups } from './whole-groups.js';

/** Options of {@link splitByTime}. */
export interface SplitByTimeOptions<Fractions extends readonly number[]> {
  /** The parts' shares, from the earliest to the latest, which add up to 1. */
  readonly fractions: Fractions;
  /** When each example begins or happened, in any order. */
  readonly times: Times;
  /** The least time from the last example of a part to the first of the next; 0 unless given. */
  readonly gap?: number;
}

/**
 * Cuts examples into parts of which each is later than the one before, so that nothing is learned from the future of
 * what is to be forecast. Examples of the same time stay together; within a part the order stays.
 *
 * Part `k` ends at the time with which the examples so far come nearest to `n · (f₀ + … + f_k)`. Examples that begin
 * less than `gap` after the last one of the part before are in no part: with windows of n steps that begin at their
 * times, a gap of n keeps every step of training out of validation.
 *
 * Errors: `ValueError` for fractions that do not add up to 1, for fewer different times than parts, where a gap leaves
 * nothing of a part, for times that are not finite and for options that are unknown or wrong; `ShapeError` for a
 * scalar tensor, and for another number of times than of examples.
 *
 * @example
 * ```ts
 * import { splitByTime } from '@unroll/data';
 * const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
 * const times = [1, 2, 3, 4, 5];
 * const [train, validation] = splitByTime(days, { times, fractions: [0.6, 0.4] });
 * validation; // ['Thu', 'Fri']
 * const [, apart] = splitByTime(days, { times, fractions: [0.6, 0.4], gap: 2 });
 * apart; // ['Fri']
 * ```
 */
export function splitByTime<E extends Examples, const F extends readonly number[]>(
  examples: E,
  options: SplitByTimeOptions<F>,
): Parts<F, PartOf<E>>;
export function splitByTime(examples: Examples, options: SplitByTimeOptions<readonly number[]>): readonly unknown[] {
  const op = 'splitByTime';
  checkOptions(op, options, ['fractions', 'times', 'gap']);
  const { fractions, gap = 0 } = options;
  checkGap(op, gap);
  const times = toTimes(op, options.times, countExamples(op, examples));
  const parts = dealGroups(op, timesAsGroups(times), fractions);
  return takeParts(op, examples, keepApart(op, parts, times, gap));
}

/** Every different time is a group, the earliest first. */
function timesAsGroups(times: ArrayLike<number>): Groups {
  const different = [...new Set(Array.from(times))].sort((a, b) => a - b);
  const numberOf = new Map(different.map((time, group) => [time, group]));
  const numbers = Int32Array.from(times, (time) => numberOf.get(time) as number);
  return { name: 'different times', count: different.length, numbers };
}

/** Leaves out the beginning of each part that is less than `gap` after the part before. */
function keepApart(op: string, parts: readonly Int32Array[], times: ArrayLike<number>, gap: number): Int32Array[] {
  const timeOf = (place: number): number => times[place] as number;
  const ends = parts.map((places) =>
    places.reduce((end, place) => Math.max(end, timeOf(place)), Number.NEGATIVE_INFINITY),
  );
  return parts.map((places, part) => {
    const kept = places.filter((place) => timeOf(place) - (ends[part - 1] ?? Number.NEGATIVE_INFINITY) >= gap);
    if (kept.length > 0) return kept;
    throw new ValueError({
      op,
      what: `gap ${gap} leaves nothing of part ${part}`,
      rule: `its last example is ${(ends[part] as number) - (ends[part - 1] as number)} after part ${part - 1}`,
      mend: 'Pass a smaller gap, or larger fractions',
    });
  });
}

function checkGap(op: string, gap: number): void {
  if (Number.isFinite(gap) && gap >= 0) return;
  throw new ValueError({
    op,
    what: `gap is ${gap}`,
    rule: 'it must be a finite number of at least 0',
    mend: 'Correct gap',
  });
}
