import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenizeWords } from './index.js';

/** Texts of the signs that decide where words end. */
const anyText = fc.string({ unit: fc.constantFrom(..."aéब\u093fя1_'’-. \n\u00a0😀\u200d\u0301\ud83d") });

test.each([
  ["Don't panic, it’s 42!", ["Don't", 'panic', ',', 'it’s', '42', '!']],
  ["'quoted' rock'n'roll", ["'", 'quoted', "'", "rock'n'roll"]],
  ['naïve nai\u0308ve', ['naïve', 'nai\u0308ve']],
  ['Привет, мир! नमस्ते', ['Привет', ',', 'мир', '!', 'नमस्ते']],
  ['می\u200cخواهم', ['می\u200cخواهم']],
  ['well-known snake_case', ['well', '-', 'known', 'snake_case']],
  ['<pad> 😀❤️', ['<', 'pad', '>', '😀', '❤️']],
  [' \n\t', []],
])('%j', (text, words) => {
  expect(tokenizeWords(text)).toEqual(words);
});

test('only white space is lost', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.string({ unit: 'binary' })), (text) => {
      const words = tokenizeWords(text);
      expect(words.join('')).toBe(text.replaceAll(/\s/g, ''));
      expect(words.includes('')).toBe(false);
    }),
  );
});

test('texts with white space between them are cut as each by itself', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(' ', '\n', '\u2003'), anyText, (left, space, right) => {
      expect(tokenizeWords(left + space + right)).toEqual([...tokenizeWords(left), ...tokenizeWords(right)]);
    }),
  );
});
