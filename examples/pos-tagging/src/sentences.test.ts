import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import { accuracy } from './compare.js';
import { SentenceEncoder } from './encoder.js';
import { mostFrequentTag } from './most-frequent-tag.js';
import { grammarSentences, parseSentences, sentenceOf } from './sentences.js';

test('sentences end at empty lines, however many', () => {
  const text = 'I\tPRON\nam\tAUX\n\n\n.\tPUNCT\r\n';
  expect(parseSentences(text, 'a.tsv')).toEqual([sentenceOf('I/PRON am/AUX'), sentenceOf('./PUNCT')]);
});

test.each([
  ['I\tPRON\nam AUX\n', 'a.tsv, line 2 is "am AUX", but must be a word, a tab and its tag.'],
  ['I\tPRON\t1\n', 'a.tsv, line 1 is "I\tPRON\t1", but must be a word, a tab and its tag.'],
  ['\n\n', 'a.tsv holds no sentence.'],
])('%j is refused', (text, message) => {
  expect(() => parseSentences(text, 'a.tsv')).toThrow(message);
});

test('the most frequent tag is that of the word in any case, else that of all words', () => {
  const tag = mostFrequentTag([
    sentenceOf('The/DET can/NOUN can/AUX stand/VERB'),
    sentenceOf('Can/AUX the/DET can/NOUN can/AUX ?/PUNCT'),
    sentenceOf('cans/NOUN stand/NOUN'),
  ]);
  // can: 3 AUX, 2 NOUN. stand: one of each, VERB first. In all 4 NOUN and 3 AUX.
  expect(['THE', 'can', 'Stand', '?', 'unheard'].map(tag)).toEqual(['DET', 'AUX', 'VERB', 'PUNCT', 'NOUN']);
});

test('accuracy counts words, not sentences', () => {
  const sentences = [sentenceOf('I/PRON am/AUX'), sentenceOf('./PUNCT')];
  const guesses = [['PRON', 'VERB'], ['PUNCT']].map((tags) => tags.map((tag) => ({ tag, probability: 1 })));
  expect(accuracy(sentences, guesses)).toBe(2 / 3);
});

test('batches hold each sentence once, with the spelling and the tag of each of its words', () => {
  const sentences = [
    ...grammarSentences(50, new Rng(1)),
    sentenceOf('Unbelievably-long-words/NOUN so/ADV So/ADV'),
    { words: ['1 000', 'words'], tags: ['NUM', 'NOUN'] },
  ];
  const encoder = new SentenceEncoder(sentences);
  const seen: number[] = [];
  for (const { words, lengths, spelling, places, tags, indices } of encoder.batches(sentences, 8, new Rng(2))) {
    indices.forEach((n, row) => {
      const sentence = sentences[n];
      const count = lengths.data[row] ?? 0;
      const own = <T>(rows: unknown, read: (id: number) => T): T[] =>
        (rows as number[][])[row]?.slice(0, count).map(read) ?? [];
      const spelt = spelling.values.toArray() as number[][];
      expect(own(words.toArray(), (id) => encoder.words.words[id])).toEqual(
        sentence?.words.map((w) => w.toLowerCase()),
      );
      expect(own(tags.toArray(), (id) => encoder.tags[id])).toEqual(sentence?.tags);
      expect(
        own(places.toArray(), (i) => encoder.characters.decode(spelt[i]?.slice(0, spelling.lengths.data[i]) ?? [])),
      ).toEqual(sentence?.words.map((word) => word.slice(0, 16)));
      expect((tags.toArray() as number[][])[row]?.slice(count).every((id) => id === -1)).toBe(true);
      seen.push(n);
    });
  }
  expect(seen.sort((a, b) => a - b)).toEqual(sentences.map((_, n) => n));
});
