/** Which words a text uses, and how often. */
import { endOfWords, PieceJoiner } from './piece-joiner.js';
import { type TextPieces, textOf } from './text-pieces.js';
import type { Tokenizer } from './tokenize-words.js';

/** How often each word was seen. */
export type WordCounts = ReadonlyMap<string, number>;

/** The words of texts, each by itself. */
export function countWords(texts: Iterable<string>, tokenize: Tokenizer): WordCounts {
  const counts = new Map<string, number>();
  for (const text of texts) addWords(counts, wordsOf(text, tokenize));
  return counts;
}

/** The words of one text that streams in. */
export async function countWordStream(op: string, pieces: TextPieces, tokenize: Tokenizer): Promise<WordCounts> {
  const counts = new Map<string, number>();
  const joiner = new PieceJoiner(endOfWords);
  for await (const piece of textOf(op, pieces)) addWords(counts, wordsOf(joiner.push(piece), tokenize));
  addWords(counts, wordsOf(joiner.finish(), tokenize));
  return counts;
}

function addWords(counts: Map<string, number>, words: readonly string[]): void {
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
}

/** The words of a text; splitting at white space, as some tokenizers do, also finds empty ones, which are none. */
export function wordsOf(text: string, tokenize: Tokenizer): readonly string[] {
  return tokenize(text).filter((word) => word !== '');
}

/** Words with their counts, the most frequent first; equally frequent ones as `<` orders strings. */
export function byFrequency(counts: WordCounts): [word: string, count: number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
