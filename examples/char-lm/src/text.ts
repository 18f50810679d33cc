/** A text, and how it is divided. */
import { CharVocabulary, split } from '@unroll/data';
import { UsageError } from 'example-runner/flags';
import { sha256 } from './checksums.js';
import type { Options } from './options.js';

/** A text as ids: the first nine tenths to learn from, the last tenth to be judged by. */
export interface Corpus {
  readonly name: string;
  /** Of the whole text. */
  readonly characters: number;
  readonly sha256: string;
  readonly vocabulary: CharVocabulary;
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/** A tenth of so many is two characters: one to read, and one to predict. */
const SHORTEST = 16;

/**
 * Refuses a text that is too short to learn from and to be judged by.
 *
 * Errors: `UsageError` saying how long it must be: nine tenths fill a window, with one character more to predict.
 */
export function checkLength(text: string, { batch, stepsPerWindow }: Pick<Options, 'batch' | 'stepsPerWindow'>): void {
  const characters = [...text].length;
  const least = Math.max(SHORTEST, Math.ceil((batch * stepsPerWindow + 1) / 0.9));
  if (characters >= least) return;
  throw new UsageError(
    `The text has ${characters.toLocaleString('en')} characters; ${batch} places of ${stepsPerWindow} need ` +
      `${least.toLocaleString('en')}, since a tenth is not learnt from. Give a longer text, fewer places or shorter windows.`,
  );
}

/** Divides a text, which must not be empty. */
export function corpusOf(name: string, text: string): Corpus {
  const vocabulary = new CharVocabulary(text);
  const ids = vocabulary.encode(text);
  const [training, validation] = split(ids, { fractions: [0.9, 0.1] });
  return { name, characters: ids.length, sha256: sha256(text), vocabulary, training, validation };
}
