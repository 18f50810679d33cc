/** A text as words. */

/** Cuts a text into words. */
export type Tokenizer = (text: string) => readonly string[];

/** A run of letters with their marks, digits and underscores, over apostrophes and joiners; or any other sign. */
const WORD = /[\p{L}\p{M}\p{N}_]+(?:['’\u200c\u200d][\p{L}\p{M}\p{N}_]+)*|\S\p{M}*/gu;

/**
 * The words of a text, in any alphabet. A run of letters, digits and underscores is a word, over apostrophes
 * (`don't`) and zero-width joiners too; every other sign is a word of its own; white space only separates.
 * Upper and lower case stay. Scripts without spaces between words, such as Chinese or Thai, need another tokenizer.
 *
 * Numerics: what a letter is follows the Unicode version of the engine: with new characters engines may disagree.
 *
 * @example
 * ```ts
 * import { tokenizeWords } from '@unroll/data';
 * tokenizeWords('Don’t panic, 42 naïve Füchse!'); // ['Don’t', 'panic', ',', '42', 'naïve', 'Füchse', '!']
 * ```
 */
export function tokenizeWords(text: string): string[] {
  return text.match(WORD) ?? [];
}
