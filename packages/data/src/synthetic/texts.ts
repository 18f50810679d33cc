/** Texts as ids, with an end that a decoder can learn to say. */
import { lengthsToMask, type Tensor } from '@unroll/core';
import type { CharVocabulary } from '../char-vocabulary.js';
import { padSequences } from '../pad-sequences.js';

/**
 * One side of a task that turns texts into texts. After each text stands a line end, whose id is 0: it is padding for
 * an encoder, and the first and the last symbol for a decoder.
 */
export interface Texts {
  readonly texts: readonly string[];
  /** int32 `[N, T]`: each text's characters, then line ends up to T, which is 1 more than the longest text. */
  readonly ids: Tensor;
  /** int32 `[N]`: characters of each text, its line end counted. */
  readonly lengths: Tensor;
  /** float32 `[N, T]`: 1 up to and with each text's line end, then 0. */
  readonly mask: Tensor;
  /** The same for every call, whatever was drawn. */
  readonly vocabulary: CharVocabulary;
}

/** The vocabulary holds the line end, and no character before it in Unicode. */
export function encodeTexts(texts: readonly string[], vocabulary: CharVocabulary): Texts {
  const { values, lengths } = padSequences(texts.map((text) => vocabulary.encode(`${text}\n`)));
  const mask = lengthsToMask(lengths, values.shape[1] as number);
  return { texts, ids: values, lengths, mask, vocabulary };
}
