/** A text, and how it is divided. */
import { CharVocabulary, split } from '@unroll/data';
import { sha256 } from './checksums.js';

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

/** Divides a text, which must not be empty. */
export function corpusOf(name: string, text: string): Corpus {
  const vocabulary = new CharVocabulary(text);
  const ids = vocabulary.encode(text);
  const [training, validation] = split(ids, { fractions: [0.9, 0.1] });
  return { name, characters: ids.length, sha256: sha256(text), vocabulary, training, validation };
}
