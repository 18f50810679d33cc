/** Examples, one by one, and again where one has been there before. */
import { ValueError } from '@unroll/core';
import type { DistinctOptions } from './options.js';

/** After so many draws in a row that brought nothing new, there is taken to be nothing. */
const PATIENCE = 10_000;

/**
 * `count` draws; with `distinct` those whose key was there before are drawn again.
 *
 * Errors: `ValueError` when there are not as many as asked for.
 */
export function drawExamples<T>(
  op: string,
  { count, distinct = false }: DistinctOptions,
  draw: () => T,
  keyOf: (example: T) => string | number,
): T[] {
  const drawn: T[] = [];
  const keys = new Set<string | number>();
  let inVain = 0;
  while (drawn.length < count) {
    const example = draw();
    if (distinct) {
      const { size } = keys;
      keys.add(keyOf(example));
      inVain = keys.size > size ? 0 : inVain + 1;
      if (inVain === PATIENCE) throw tooFew(op, count, keys.size);
      if (inVain > 0) continue;
    }
    drawn.push(example);
  }
  return drawn;
}

function tooFew(op: string, count: number, found: number): ValueError {
  return new ValueError({
    op,
    what: `count is ${count}, but only ${found} different examples were found`,
    rule: `distinct gives up after ${PATIENCE} draws that bring nothing new`,
    mend: 'Ask for fewer, allow longer ones, or leave distinct out',
  });
}
