/** The baseline that reads no sentence: each word has one tag. */
import type { Sentence } from './sentences.js';

/** Gives each word, whatever its case, the tag that it has most often in `sentences`; an unknown one the most frequent of all. */
export function mostFrequentTag(sentences: readonly Sentence[]): (word: string) => string {
  const all = new Map<string, number>();
  const byWord = new Map<string, Map<string, number>>();
  const count = (tags: Map<string, number>, tag: string): void => void tags.set(tag, (tags.get(tag) ?? 0) + 1);
  for (const { words, tags } of sentences) {
    for (const [t, word] of words.entries()) {
      const key = word.toLowerCase();
      const own = byWord.get(key) ?? new Map<string, number>();
      byWord.set(key, own);
      for (const counts of [own, all]) count(counts, tags[t] ?? '');
    }
  }
  const best = new Map([...byWord].map(([word, tags]) => [word, mostFrequent(tags)]));
  const usual = mostFrequent(all);
  return (word) => best.get(word.toLowerCase()) ?? usual;
}

/** Of tags that are equally frequent, the one that was seen first. */
function mostFrequent(tags: ReadonlyMap<string, number>): string {
  const [first] = [...tags].sort(([, m], [, n]) => n - m); // stable
  return first?.[0] ?? '';
}
