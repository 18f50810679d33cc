import { tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SpecialWords, tokenizeWords, WordVocabulary } from './index.js';

const SPECIAL = ['<pad>', '<unk>', '<bos>', '<eos>'];
const words = fc.array(fc.constantFrom('a', 'b', 'c', 'cat', 'Ä', '😀', '\uffff'), { minLength: 1, maxLength: 40 });
const bySpaces = (text: string): string[] => text.split(' ');

test('special words come first, then the most frequent, then as < orders strings', () => {
  const vocabulary = new WordVocabulary('b c a c, b z c');
  expect(vocabulary.words).toEqual([...SPECIAL, 'c', 'b', ',', 'a', 'z']);
  expect([vocabulary.padId, vocabulary.unknownId, vocabulary.beginId, vocabulary.endId]).toEqual([0, 1, 2, 3]);
  fc.assert(
    fc.property(words, (text) => {
      const count = (word: string): number => text.filter((own) => own === word).length;
      const [, ...pairs] = new WordVocabulary(text).words.slice(4).map((word, i, all) => [all[i - 1] ?? '', word]);
      for (const [before = '', after = ''] of pairs) {
        expect(count(before) > count(after) || (count(before) === count(after) && before < after)).toBe(true);
      }
    }),
  );
});

test('any order of the same words makes the same vocabulary, from texts, counts or a stream', async () => {
  await fc.assert(
    fc.asyncProperty(words, fc.integer({ min: 1, max: 5 }), async (text, length) => {
      const expected = new WordVocabulary(text.join(' ')).toJSON();
      expect(new WordVocabulary([...text].reverse()).toJSON()).toEqual(expected);
      const counts = new Map<string, number>();
      for (const word of text) counts.set(word, (counts.get(word) ?? 0) + 1);
      expect(new WordVocabulary(counts).toJSON()).toEqual(expected);
      async function* pieces(): AsyncGenerator<string> {
        yield* text.join('\n').match(new RegExp(`[^]{1,${length}}`, 'g')) ?? [];
      }
      expect((await WordVocabulary.fromStream(pieces())).toJSON()).toEqual(expected);
    }),
  );
});

test('decode∘encode is the identity but for white space, and JSON keeps the vocabulary', () => {
  fc.assert(
    fc.property(words, (text) => {
      const vocabulary = new WordVocabulary(text);
      const ids = vocabulary.encode(text.join('  '), { begin: true, end: true });
      expect(ids.length).toBe(text.length + 2);
      expect(vocabulary.decode(ids)).toBe(text.join(' '));
      const copy = WordVocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
      expect(copy.toJSON()).toEqual(vocabulary.toJSON());
      expect(copy.encode(text.join(' '))).toEqual(ids.slice(1, -1));
    }),
  );
});

test('rare words and those beyond the limit are unknown', () => {
  const text = 'a a a b b c c d';
  expect(new WordVocabulary(text, { minCount: 2 }).words).toEqual([...SPECIAL, 'a', 'b', 'c']);
  const vocabulary = new WordVocabulary(text, { maxSize: 6 });
  expect(vocabulary.words).toEqual([...SPECIAL, 'a', 'b']);
  expect(vocabulary.encode('a b c d')).toEqual(Int32Array.of(4, 5, 1, 1));
  expect(vocabulary.decode(tensor([2, 4, 1, 3, 0], { dtype: 'int32' }))).toBe('a <unk>');
});

test('special words may have other names, or be left out', () => {
  const named = new WordVocabulary('a b', { pad: '[PAD]', unknown: '[UNK]', begin: null, end: '[SEP]' });
  expect(named.words).toEqual(['[PAD]', '[UNK]', '[SEP]', 'a', 'b']);
  expect(named.encode('b z', { end: true })).toEqual(Int32Array.of(4, 1, 2));
  expect(WordVocabulary.fromJSON(named.toJSON()).toJSON()).toEqual(named.toJSON());
  const bare = { pad: null, begin: null, end: null } satisfies SpecialWords;
  const skipping = new WordVocabulary('a b', { ...bare, unknown: 'skip' });
  expect(skipping.words).toEqual(['a', 'b']);
  expect(skipping.encode('a z b')).toEqual(Int32Array.of(0, 1));
  const strict = new WordVocabulary('error skip', { ...bare, unknown: 'error' });
  expect(strict.decode(strict.encode('skip error'))).toBe('skip error');
  expect(() => strict.encode('skip this error')).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: encode: the vocabulary lacks the word "this", words[1] of the text; it has 2 words. Build it from all texts, or with another unknown than 'error'.]`,
  );
});

test('a word of the text that is spelled like a special one is that', () => {
  const vocabulary = new WordVocabulary('a <unk> <unk> <unk> b', { tokenize: bySpaces });
  expect(vocabulary.words).toEqual([...SPECIAL, 'a', 'b']);
  expect(vocabulary.encode('a <unk> <eos>')).toEqual(Int32Array.of(4, 1, 3));
});

test('a tokenizer of its own is used everywhere, and asked for after loading', () => {
  const tokenize = (text: string): string[] => tokenizeWords(text.toLowerCase());
  const vocabulary = new WordVocabulary(['The cat', 'the CAT '], { tokenize });
  expect(vocabulary.words.slice(4)).toEqual(['cat', 'the']);
  expect(vocabulary.encode('CAT')).toEqual(Int32Array.of(4));
  expect(new WordVocabulary(' a  b ', { tokenize: bySpaces }).words.slice(4)).toEqual(['a', 'b']);
  const json: unknown = JSON.parse(JSON.stringify(vocabulary));
  expect(WordVocabulary.fromJSON(json, { tokenize }).encode('The')).toEqual(Int32Array.of(5));
  expect(() => WordVocabulary.fromJSON(json)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: the vocabulary has a tokenizer of its own; words are found again by the tokenizer that found them first. Pass it as { tokenize }.]`,
  );
  const plain = new WordVocabulary('a', { tokenize: tokenizeWords }).toJSON();
  expect(() => WordVocabulary.fromJSON(plain, { tokenize })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: the vocabulary has the default tokenizer; words are found again by the tokenizer that found them first. Leave the option tokenize out.]`,
  );
});

test('bad input is refused', async () => {
  const make = (options: object) => () => new WordVocabulary('a a b', options);
  expect(() => new WordVocabulary(' \n')).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new WordVocabulary: the texts have no words; a vocabulary has at least one word besides the special ones. Check that they were read.]`,
  );
  expect(() => new WordVocabulary([])).toThrow('the texts have no words');
  expect(() => new WordVocabulary('<unk>', { tokenize: bySpaces })).toThrow('the texts have no words');
  expect(make({ minCount: 3 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new WordVocabulary: none of 2 words was seen 3 times; a vocabulary has at least one word besides the special ones. Pass a smaller minCount.]`,
  );
  expect(make({ minCount: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new WordVocabulary: minCount is 0; it must be a whole number of at least 1. Correct minCount.]`,
  );
  expect(make({ maxSize: 4 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new WordVocabulary: maxSize is 4; it must be a whole number of at least 5. Correct maxSize.]`,
  );
  expect(make({ pad: '' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new WordVocabulary: pad is ""; special words are different, and not empty. Pass another word, or null for none.]`,
  );
  expect(make({ unknown: null })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new WordVocabulary: unknown is null; special words are different, and not empty. Pass a word, 'error' or 'skip'.]`,
  );
  expect(make({ end: '<pad>' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new WordVocabulary: end is '<pad>', and so is pad; special words are different, and not empty. Pass another word, or null for none.]`,
  );
  expect(make({ lowercase: true })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new WordVocabulary: unknown option 'lowercase'; the options are pad, unknown, begin, end, tokenize, minCount, maxSize. Correct the name, or leave it out.]`,
  );
  let read = false;
  async function* pieces(): AsyncGenerator<string> {
    read = true;
    yield 'a';
  }
  await expect(WordVocabulary.fromStream(pieces(), { minCount: 0 })).rejects.toThrow('minCount is 0');
  expect(read).toBe(false);
  const vocabulary = new WordVocabulary('a', { begin: null, unknown: 'skip' });
  expect(() => vocabulary.beginId).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary: there is no special word 'begin'; the vocabulary was made with begin: null. Give the option begin a word, or leave it out.]`,
  );
  expect(() => vocabulary.unknownId).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary: there is no special word 'unknown'; the vocabulary was made with unknown: 'skip'. Give the option unknown a word, or leave it out.]`,
  );
  expect(() => vocabulary.encode('a', { begin: true })).toThrow('there is no special word');
  const misspelt: object = { eos: true };
  expect(() => vocabulary.encode('a', misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: encode: unknown option 'eos'; the options are begin, end. Correct the name, or leave it out.]`,
  );
  expect(() => vocabulary.decode([3])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: ids[0] is 3; ids of this vocabulary go from 0 to 2. Check that the vocabulary is the one that the ids were made with.]`,
  );
});

test('a saved vocabulary is checked', () => {
  const saved = new WordVocabulary('a b').toJSON();
  const load = (change: object) => () => WordVocabulary.fromJSON({ ...saved, ...change });
  expect(() => WordVocabulary.fromJSON(null)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: this is null; it takes { words, pad, unknown, begin, end, ownTokenizer }: different words, the special ones first. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ words: 'ab' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: words is no array; it takes { words, pad, unknown, begin, end, ownTokenizer }: different words, the special ones first. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ words: [...saved.words, 'a'] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: words[4] is "a", no word or there twice; it takes { words, pad, unknown, begin, end, ownTokenizer }: different words, the special ones first. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ words: [...saved.words, 7] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: words[6] is 7, no word or there twice; it takes { words, pad, unknown, begin, end, ownTokenizer }: different words, the special ones first. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ words: [...saved.words].reverse() })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: words[0] is "b", not '<pad>'; it takes { words, pad, unknown, begin, end, ownTokenizer }: different words, the special ones first. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ end: undefined })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: end is undefined; special words are different, and not empty. Pass another word, or null for none.]`,
  );
  expect(load({ ownTokenizer: 'yes' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: ownTokenizer is "yes"; it takes { words, pad, unknown, begin, end, ownTokenizer }: different words, the special ones first. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ version: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: WordVocabulary.fromJSON: unknown option 'version'; the options are words, pad, unknown, begin, end, ownTokenizer. Correct the name, or leave it out.]`,
  );
  expect(load({ words: SPECIAL })).toThrow('the texts have no words');
});
