/** From sentences to tensors. */
import type { Rng, Tensor } from '@unroll/core';
import { bucketBatches, CharVocabulary, type PaddedSequences, padSequences, WordVocabulary } from '@unroll/data';
import type { Sentence } from './sentences.js';

/** Sentences of similar length as a network reads them. */
export interface SentenceBatch {
  /** int32 `[N, T]`: ids of the words in lower case. */
  readonly words: Tensor;
  /** int32 `[N]`. */
  readonly lengths: Tensor;
  /** How each different word of the batch is spelt: ids `[W, L]` of its characters, and how many these are. */
  readonly spelling: PaddedSequences;
  /** int32 `[N, T]`: which of the spellings stands there. */
  readonly places: Tensor;
  /** int32 `[N, T]`: ids of the tags, −1 where there is no word or the tag is unknown. */
  readonly tags: Tensor;
  /** Which sentences these are. */
  readonly indices: Int32Array;
}

/** Longer words are cut: most of them are addresses on the web. */
const LONGEST = 16;

/** What was seen in the sentences to learn from. */
export class SentenceEncoder {
  readonly words: WordVocabulary;
  readonly characters: CharVocabulary;
  /** In alphabetical order; id `i` is the i-th. */
  readonly tags: readonly string[];

  constructor(sentences: readonly Sentence[]) {
    const words = sentences.flatMap((sentence) => sentence.words.map((word) => word.toLowerCase()));
    this.words = new WordVocabulary(words, { begin: null, end: null, tokenize: (word) => [word] });
    this.characters = new CharVocabulary(
      sentences.map(({ words }) => words.join(' ')),
      { unknown: '\ufffd' },
    );
    this.tags = [...new Set(sentences.flatMap(({ tags }) => tags))].sort();
  }

  /** Batches of at most `size` sentences; with a generator in another order each time they are read. */
  *batches(sentences: readonly Sentence[], size: number, rng?: Rng): Generator<SentenceBatch> {
    const coded = sentences.map(({ words }) =>
      Int32Array.from(words, (word) => this.words.encode(word.toLowerCase())[0] ?? this.words.unknownId),
    );
    for (const { values, lengths, indices } of bucketBatches(coded, { size, ...(rng && { rng }) })) {
      const chosen = Array.from(indices, (i) => sentences[i] as Sentence);
      const different = [...new Set(chosen.flatMap(({ words }) => words))];
      const place = new Map(different.map((word, i) => [word, i]));
      yield {
        words: values,
        lengths,
        spelling: padSequences(different.map((word) => this.characters.encode(word.slice(0, LONGEST)))),
        places: padSequences(chosen.map(({ words }) => Int32Array.from(words, (word) => place.get(word) ?? 0))).values,
        tags: padSequences(
          chosen.map(({ tags }) => Int32Array.from(tags, (tag) => this.tags.indexOf(tag))),
          { value: -1 },
        ).values,
        indices,
      };
    }
  }
}
