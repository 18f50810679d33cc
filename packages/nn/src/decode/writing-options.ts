/** What everything that writes is told. */
import { checkSize, type TensorTree, ValueError } from '@unroll/core';
import { type Beginning, checkId } from './token-ids.js';

/** Options of {@link greedy}, and among those of {@link sample} and {@link beamSearch}. */
export interface WritingOptions<State> {
  /** Before the first step; it says how many sequences there are, or `begin` where it holds no tensors. */
  readonly state: State;
  /**
   * What is read before anything is written: one id for all sequences, one for each, or several for each, which may
   * differ in number: `begin: [vocabulary.encode('The ')]`. It is no part of the result.
   */
  readonly begin: Beginning;
  /** How many tokens are written at most, `end` among them. */
  readonly maxLength: number;
  /** The token that ends a sequence; without one all are written to their maxLength. */
  readonly end?: number | undefined;
  /** How many tokens come before `end` at least; 0 unless given. */
  readonly minLength?: number | undefined;
  /** No so many tokens in a row are written twice: with 3, no three that stood together before. */
  readonly noRepeat?: number | undefined;
}

/** The names of {@link WritingOptions}. */
export const WRITING_OPTIONS: readonly string[] = ['state', 'begin', 'maxLength', 'end', 'minLength', 'noRepeat'];

/** Errors: `ValueError` for lengths that are no sizes or contradict each other, and for an `end` that is no id. */
export function checkWriting(op: string, options: WritingOptions<TensorTree>, vocabularySize: number): void {
  const { maxLength, minLength = 0, end, noRepeat = 1 } = options;
  checkSize(op, 'maxLength', maxLength);
  checkSize(op, 'minLength', minLength, 0);
  checkSize(op, 'noRepeat', noRepeat);
  if (end !== undefined) checkId(op, 'end is', end, vocabularySize);
  if (minLength <= maxLength) return;
  throw new ValueError({
    op,
    what: `minLength is ${minLength}, maxLength ${maxLength}`,
    rule: 'no sequence can have both',
    mend: 'Correct one of them',
  });
}
