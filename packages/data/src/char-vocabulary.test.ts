import { tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CharVocabulary, oneHot } from './index.js';

/** Strings of any units, halves of characters included. */
const anyText = fc.string({ unit: 'binary' });
const torn = fc
  .array(fc.integer({ min: 0xd7fe, max: 0xe001 }), { minLength: 1 })
  .map((units) => String.fromCharCode(...units));

test('characters are Unicode code points in their order', () => {
  const vocabulary = new CharVocabulary('b😀a\n€b');
  expect(vocabulary.characters).toEqual(['\n', 'a', 'b', '€', '😀']);
  expect(vocabulary.size).toBe(5);
  expect(vocabulary.encode('😀b')).toEqual(Int32Array.of(4, 2));
  expect(vocabulary.decode(tensor([4, 2], { dtype: 'int32' }))).toBe('😀b');
  expect(oneHot(tensor(vocabulary.encode('ab')), vocabulary.size).shape).toEqual([2, 5]);
});

test('decode∘encode is the identity, and JSON keeps the vocabulary', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, torn), (text) => {
      fc.pre(text !== '');
      const vocabulary = new CharVocabulary(text);
      const ids = vocabulary.encode(text);
      expect(ids.length).toBe([...text].length);
      expect(vocabulary.decode(ids)).toBe(text);
      const copy = CharVocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
      expect(copy.toJSON()).toEqual(vocabulary.toJSON());
      expect(copy.encode(text)).toEqual(ids);
    }),
  );
});

test('pieces of a text, wherever it was cut, make the same vocabulary', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.integer({ min: 1, max: 3 }), async (text, length) => {
      fc.pre(text !== '');
      const pieces = text.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? [];
      const { characters } = new CharVocabulary(text);
      expect(new CharVocabulary(pieces).characters).toEqual(characters);
      async function* stream(): AsyncGenerator<string> {
        yield* pieces;
      }
      expect((await CharVocabulary.fromStream(stream())).characters).toEqual(characters);
    }),
  );
});

test('unknown characters are refused, left out or replaced', () => {
  const text = 'xa😀b';
  expect(() => new CharVocabulary('xab').encode(text)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: encode: the vocabulary lacks the character "😀" (U+1F600) at position 2 of the text; it has 3 characters. Build it from all texts, or pass { unknown: 'skip' } or a character to take its place.]`,
  );
  const skipping = new CharVocabulary('xab', { unknown: 'skip' });
  expect(skipping.decode(skipping.encode(text))).toBe('xab');
  const replacing = new CharVocabulary('xab', { unknown: '?' });
  expect(replacing.characters).toEqual(['?', 'a', 'b', 'x']);
  expect(replacing.decode(replacing.encode(text))).toBe('xa?b');
  const copy = CharVocabulary.fromJSON(replacing.toJSON());
  expect(copy.decode(copy.encode(text))).toBe('xa?b');
});

test('bad input is refused', async () => {
  expect(() => new CharVocabulary('')).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new CharVocabulary: the text is empty; a vocabulary has at least one character. Check that the text was read.]`,
  );
  expect(() => new CharVocabulary('a', { unknown: 'ignore' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new CharVocabulary: unknown is "ignore"; unknown is 'error', 'skip' or a single character to take the place of unknown ones. Pass one of these.]`,
  );
  const misspelt: object = { onUnknown: 'skip' };
  expect(() => new CharVocabulary('a', misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new CharVocabulary: unknown option 'onUnknown'; the options are unknown. Correct the name, or leave it out.]`,
  );
  const vocabulary = new CharVocabulary('ab');
  expect(() => vocabulary.decode([0, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: ids[1] is 2; ids of this vocabulary go from 0 to 1. Check that the vocabulary is the one that the ids were made with.]`,
  );
  expect(() => vocabulary.decode([0, 0.5])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: ids[1] is 0.5; ids are whole numbers. Encode the text first.]`,
  );
  expect(() => vocabulary.decode(tensor([0, 1]))).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: decode: the ids are float32. ids is [2]; ids are int32. Pass { dtype: 'int32' } to tensor().]`,
  );
  expect(() => vocabulary.decode(tensor([[0, 1]], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: decode: the ids are not in one row. ids is [1, 2]; ids have one axis, time. Reshape them.]`,
  );
});

test('a saved vocabulary is checked', () => {
  const load = (json: unknown) => () => CharVocabulary.fromJSON(json);
  expect(load('["a"]')).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: this is a string; it takes { characters, unknown }: different single characters in the order of their code points. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load(null)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: this is null; it takes { characters, unknown }: different single characters in the order of their code points. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ characters: 'ab', unknown: 'error' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: characters is no array; it takes { characters, unknown }: different single characters in the order of their code points. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ characters: ['a', 'bc'], unknown: 'error' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: characters[1] is "bc"; it takes { characters, unknown }: different single characters in the order of their code points. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ characters: ['b', 'a'], unknown: 'error' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: characters[0] is out of order or stands there twice; it takes { characters, unknown }: different single characters in the order of their code points. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ characters: ['a', 'a'], unknown: 'error' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: characters[1] is out of order or stands there twice; it takes { characters, unknown }: different single characters in the order of their code points. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ characters: ['a', 'b'] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: unknown is undefined; unknown is 'error', 'skip' or a single character to take the place of unknown ones. Pass one of these.]`,
  );
  expect(load({ characters: ['a', 'b'], unknown: '?' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: unknown is "?" (U+003F), which is not one of the characters; it takes { characters, unknown }: different single characters in the order of their code points. Pass what JSON.parse makes of a saved vocabulary.]`,
  );
  expect(load({ characters: ['a'], unknown: 'error', version: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromJSON: unknown option 'version'; the options are characters, unknown. Correct the name, or leave it out.]`,
  );
  expect(load({ characters: [], unknown: 'error' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new CharVocabulary: the text is empty; a vocabulary has at least one character. Check that the text was read.]`,
  );
});
