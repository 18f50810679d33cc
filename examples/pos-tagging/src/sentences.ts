/** Sentences with a part of speech for each word: from a file, or from the grammar that is built in. */
import type { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { UsageError } from 'example-runner';

/** Words and the part of speech of each. */
export interface Sentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

/** Reads a word, a tab and its tag from each line; an empty line ends a sentence. Errors: `UsageError` naming the line. */
export function parseSentences(text: string, name: string): Sentence[] {
  const sentences: { words: string[]; tags: string[] }[] = [];
  let open = false;
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line === '') {
      open = false;
      continue;
    }
    const [word, tag, ...more] = line.split('\t');
    if (!word || !tag || more.length > 0) {
      throw new UsageError(`${name}, line ${i + 1} is "${line}", but must be a word, a tab and its tag.`);
    }
    if (!open) sentences.push({ words: [], tags: [] });
    open = true;
    sentences.at(-1)?.words.push(word);
    sentences.at(-1)?.tags.push(tag);
  }
  if (sentences.length === 0) throw new UsageError(`${name} holds no sentence.`);
  return sentences;
}

/** Different sentences of the built-in grammar, in which half of the words have several parts of speech. */
export function grammarSentences(count: number, rng: Rng): Sentence[] {
  const { texts, y } = synthetic.tagGrammar({ count, distinct: true, rng });
  const tags = y.toArray() as number[][];
  return texts.map((text, n) => {
    const words = text.split(' ');
    return { words, tags: words.map((_, t) => synthetic.TAG_GRAMMAR_TAGS[tags[n]?.[t] ?? -1] ?? '') };
  });
}

/** The sentence `I/PRON am/AUX`. */
export function sentenceOf(tagged: string): Sentence {
  const pairs = tagged.split(' ').map((pair) => pair.split('/'));
  return { words: pairs.map(([word = '']) => word), tags: pairs.map(([, tag = '']) => tag) };
}
