/** Sentences as ids of words, with an end that a decoder can learn to say. */
import { lengthsToMask, type Tensor } from '@unroll/core';
import { padSequences } from '../pad-sequences.js';
import { WordVocabulary } from '../word-vocabulary.js';

/**
 * Sentences of a task, word by word. After each stands an end, whose id is 0: it is padding for an encoder, and the first
 * and the last word for a decoder.
 */
export interface Sentences {
  /** Words and signs, with a space between any two. */
  readonly texts: readonly string[];
  /** int32 `[N, T]`: each sentence's words, then ends up to T, which is 1 more than the longest sentence. */
  readonly ids: Tensor;
  /** int32 `[N]`: words of each sentence, its end counted. */
  readonly lengths: Tensor;
  /** float32 `[N, T]`: 1 up to and with each sentence's end, then 0. */
  readonly mask: Tensor;
  /** The same for every call, whatever was drawn. */
  readonly vocabulary: WordVocabulary;
}

/** The vocabulary is one that {@link vocabularyOf} made. */
export function encodeSentences(texts: readonly string[], vocabulary: WordVocabulary): Sentences {
  const { values, lengths } = padSequences(texts.map((text) => vocabulary.encode(text, { end: true })));
  const mask = lengthsToMask(lengths, values.shape[1] as number);
  return { texts, ids: values, lengths, mask, vocabulary };
}

/** The end, and after it all words of the patterns in alphabetical order; what is to be filled in, `{name}`, is none. */
export function vocabularyOf(patterns: readonly string[]): WordVocabulary {
  const words = patterns.flatMap((pattern) => pattern.split(' ')).filter((word) => !word.startsWith('{'));
  const once = new Map(words.map((word) => [word, 1]));
  return new WordVocabulary(once, { pad: null, begin: null, unknown: 'error' });
}
