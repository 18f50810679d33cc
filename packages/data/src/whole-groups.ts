/** Examples in parts that never cut through a group. */
import { ValueError } from '@unroll/core';
import { checkFractions } from './parts.js';

/** Which group each example belongs to. */
export interface Groups {
  /** What they are, for messages. */
  readonly name: string;
  readonly count: number;
  /** The number of each example's group, from 0 to count − 1. */
  readonly numbers: Int32Array;
}

/**
 * The places of each part's examples, in order. Groups are dealt out by their numbers, and a part ends after the group
 * with which the examples so far come nearest to the shares so far.
 *
 * Errors: `ValueError` for fewer groups than parts, and for fractions that are no shares.
 */
export function dealGroups(op: string, { name, count, numbers }: Groups, fractions: readonly number[]): Int32Array[] {
  checkFractions(op, fractions);
  if (count < fractions.length) {
    throw new ValueError({
      op,
      what: `there are fewer ${name} than parts, ${count} and ${fractions.length}`,
      rule: 'a part has at least one, and none is in two parts',
      mend: 'Pass fewer fractions',
    });
  }
  const partOf = partsOfGroups(reachedAfter(numbers, count), fractions);
  const places: number[][] = fractions.map(() => []);
  numbers.forEach((group, place) => {
    places[partOf[group] as number]?.push(place);
  });
  return places.map((own) => Int32Array.from(own));
}

/** Entry `g` says how many examples the groups 0 … g hold together. */
function reachedAfter(numbers: Int32Array, groups: number): Int32Array {
  const reached = new Int32Array(groups);
  for (const group of numbers) reached[group] = (reached[group] as number) + 1;
  for (let group = 1; group < groups; group++) {
    reached[group] = (reached[group] as number) + (reached[group - 1] as number);
  }
  return reached;
}

/** The part of each group; every part has at least one. */
function partsOfGroups(reached: Int32Array, fractions: readonly number[]): Int32Array {
  const parts = new Int32Array(reached.length);
  const count = reached[reached.length - 1] as number;
  let share = 0;
  let next = 0; // the first group that is in no part yet
  fractions.forEach((fraction, part) => {
    share += fraction * count;
    const after = fractions.length - 1 - part; // how many groups must be left
    const miss = (group: number): number => Math.abs((reached[group] as number) - share);
    const begin = next;
    next += 1;
    while (next < reached.length - after && (after === 0 || miss(next) < miss(next - 1))) next += 1;
    parts.fill(part, begin, next);
  });
  return parts;
}
