/** What must not come next, and what is left when nothing may. */
import { type TensorData, type TensorTree, ValueError } from '@unroll/core';
import type { WritingOptions } from './writing-options.js';

/** What limits a sequence while it is written. */
export type Limits = Pick<WritingOptions<TensorTree>, 'maxLength' | 'end' | 'minLength' | 'noRepeat'>;

/** Sets to −∞ what must not follow the tokens that were written. */
export function ruleOut(scores: TensorData, written: readonly number[], limits: Limits): void {
  const { end, minLength = 0, noRepeat } = limits;
  if (end !== undefined && written.length < minLength) scores[end] = -Infinity;
  if (noRepeat === undefined) return;
  // Wherever the last noRepeat − 1 tokens stood before, what came after them must not come again.
  const last = written.length - (noRepeat - 1);
  for (let start = 0; start < last; start++) {
    let same = 0;
    while (same < noRepeat - 1 && written[start + same] === written[last + same]) same += 1;
    if (same === noRepeat - 1) scores[written[start + same] as number] = -Infinity;
  }
}

/** For a sequence that can neither go on nor end. */
export function nothingLeft(op: string, sequence: number, length: number): ValueError {
  return new ValueError({
    op,
    what: `nothing can follow the ${length} tokens of sequence ${sequence}`,
    rule: 'minLength, noRepeat and scores of −∞ must leave at least one token',
    mend: 'Lower minLength, raise noRepeat, or let the model score more tokens',
  });
}
