/** Words that stand for something else than themselves. */
import { ValueError } from '@unroll/core';
import { isRule } from './entry-table.js';

/** The special words of a {@link WordVocabulary}. */
export interface SpecialWords {
  /** What fills up short sequences: `'<pad>'` unless given; null for none. */
  readonly pad?: string | null;
  /**
   * What takes the place of a word that the vocabulary lacks: `'<unk>'` unless given; `'error'` makes it an error, and
   * `'skip'` leaves it out.
   */
  readonly unknown?: string;
  /** What stands before a text: `'<bos>'` unless given; null for none. */
  readonly begin?: string | null;
  /** What stands after a text: `'<eos>'` unless given; null for none. */
  readonly end?: string | null;
}

/** Those that there are, in the order of their ids. */
export function listSpecial({ pad, unknown, begin, end }: Required<SpecialWords>): string[] {
  return [pad, isRule(unknown) ? null : unknown, begin, end].filter((word) => word !== null);
}

/** Errors: `ValueError` for what is no word, and for a word with two meanings: a loss that skips pad would skip end. */
export function checkSpecial(
  op: string,
  special: Readonly<Record<keyof SpecialWords, unknown>>,
): asserts special is Required<SpecialWords> {
  const names = new Map<unknown, string>();
  for (const [name, word] of Object.entries(special)) {
    if (word === null && name !== 'unknown') continue;
    const other = names.get(word);
    if (typeof word === 'string' && word !== '' && other === undefined) {
      names.set(word, name);
      continue;
    }
    throw new ValueError({
      op,
      what: `${name} is ${other === undefined ? JSON.stringify(word) : `'${word}', and so is ${other}`}`,
      rule: 'special words are different, and not empty',
      mend: name === 'unknown' ? "Pass a word, 'error' or 'skip'" : 'Pass another word, or null for none',
    });
  }
}
