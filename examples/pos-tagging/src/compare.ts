/** Taggers that know less and more of a sentence, on the same sentences. */
import { heatMap } from '@unroll/viz';
import { SentenceEncoder } from './encoder.js';
import { type Guess, type LearnOptions, learn, tagAll } from './learn.js';
import { mostFrequentTag } from './most-frequent-tag.js';
import type { Sentence } from './sentences.js';
import type { Network } from './tagger.js';

/** Sentences to learn from, and others. */
export interface Corpus {
  readonly name: string;
  readonly train: readonly Sentence[];
  readonly test: readonly Sentence[];
}

/** What became of one kind of tagger. */
export interface Compared {
  readonly name: string;
  /** The share of words with their right tag, in the worst of all trainings. */
  readonly accuracy: number;
  /** What the first of them makes of a sentence. */
  readonly tag: (sentence: Sentence) => readonly Guess[];
}

interface CompareOptions extends Omit<LearnOptions, 'network' | 'spelling' | 'seed'> {
  readonly seeds: number;
  /** What taggers read: words, or words and their characters too. */
  readonly spellings: readonly boolean[];
}

const NETWORKS: readonly Network[] = ['feed-forward', 'LSTM', 'BiLSTM'];

/** The most frequent tag first, then networks, the one that knows most last. */
export function compareTaggers(corpus: Corpus, { seeds, spellings, ...options }: CompareOptions): readonly Compared[] {
  const { train, test } = corpus;
  const usual = mostFrequentTag(train);
  const tagWords = ({ words }: Sentence): Guess[] => words.map((word) => ({ tag: usual(word), probability: 1 }));
  const encoder = new SentenceEncoder(train);
  const networks = spellings.flatMap((spelling) =>
    NETWORKS.map((network) => {
      const what = spellings.length === 1 ? '' : spelling ? ', words and characters' : ', words';
      const name = `${network}${what}`;
      const models = Array.from({ length: seeds }, (_, i) =>
        learn(`${corpus.name}: ${name}`, encoder, train, { ...options, network, spelling, seed: i + 1 }),
      );
      const [first] = models;
      const accuracies = models.map((model) => accuracy(test, tagAll(model, encoder, test)));
      const tag = (sentence: Sentence): readonly Guess[] =>
        (first === undefined ? undefined : tagAll(first, encoder, [sentence])[0]) ?? [];
      return { name, accuracy: Math.min(...accuracies), tag };
    }),
  );
  return [{ name: 'most frequent tag', accuracy: accuracy(test, test.map(tagWords)), tag: tagWords }, ...networks];
}

/** The share of words that were given their right tag. */
export function accuracy(sentences: readonly Sentence[], guesses: readonly (readonly Guess[])[]): number {
  let [right, all] = [0, 0];
  for (const [n, { tags }] of sentences.entries()) {
    all += tags.length;
    right += tags.filter((tag, t) => tag === guesses[n]?.[t]?.tag).length;
  }
  return right / all;
}

/** A sentence and what each tagger makes of it: right tags in one colour, wrong ones in the other, the surer the stronger. */
export function drawTags(sentence: Sentence, taggers: readonly Compared[], title: string): string {
  const rows = taggers.map(({ tag }) => tag(sentence));
  const signed = rows.map((row) =>
    row.map(({ tag, probability }, t) => (tag === sentence.tags[t] ? probability : -probability)),
  );
  return heatMap([sentence.tags.map(() => 0), ...signed], {
    title,
    rows: ['right', ...taggers.map(({ name }) => name)],
    columns: sentence.words,
    labels: [sentence.tags, ...rows.map((row) => row.map(({ tag }) => tag))],
  });
}
