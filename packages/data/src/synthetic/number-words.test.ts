import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectFrequencies } from './statistics.fixture.js';

const WORTH: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};

/** From words to the number: what they are worth is added up, and multiplied by what follows. */
function toNumber(words: string): number {
  let [thousands, rest] = [0, 0];
  for (const word of words.split(/[ -]/)) {
    if (word === 'hundred') rest *= 100;
    else if (word === 'thousand') [thousands, rest] = [rest, 0];
    else rest += WORTH[word] ?? Number.NaN;
  }
  return 1000 * thousands + rest;
}

const FORM =
  /^(?:(?:[a-z]+ hundred )?[a-z]+(?:-[a-z]+)? thousand ?|[a-z]+ hundred thousand ?)?(?:[a-z]+ hundred ?)?(?:[a-z]+(?:-[a-z]+)?)?$/;

test('words read back are the number, for all numbers', () => {
  let wrong = 0;
  for (let n = 0; n <= 999_999; n++) if (toNumber(synthetic.numberToWords(n)) !== n) wrong += 1;
  expect(wrong).toBe(0);
});

test('they are written as a dictionary has them', () => {
  const words = [0, 7, 13, 20, 21, 99, 100, 101, 110, 999, 1000, 1001, 14_000, 40_100, 100_000, 999_999].map((n) =>
    synthetic.numberToWords(n),
  );
  expect(words).toMatchInlineSnapshot(`
    [
      "zero",
      "seven",
      "thirteen",
      "twenty",
      "twenty-one",
      "ninety-nine",
      "one hundred",
      "one hundred one",
      "one hundred ten",
      "nine hundred ninety-nine",
      "one thousand",
      "one thousand one",
      "fourteen thousand",
      "forty thousand one hundred",
      "one hundred thousand",
      "nine hundred ninety-nine thousand nine hundred ninety-nine",
    ]
  `);
  for (let n = 0; n <= 999_999; n += 7) {
    const text = synthetic.numberToWords(n);
    if (!FORM.test(text) || text !== text.trim()) expect(text).toBe('well-formed');
  }
});

test('short numbers are as frequent as long ones', () => {
  const { digits, words } = synthetic.numberWords({ count: 6_000, rng: new Rng(1) });
  expectFrequencies(
    digits.texts.map(({ length }) => length - 1),
    new Array<number>(6).fill(1 / 6),
  );
  expect(words.texts.map(toNumber).map(String)).toEqual(digits.texts);
  expect(words.vocabulary.characters.join('')).toBe('\n -adefghilnorstuvwxyz');
  expect(digits.vocabulary.characters.join('')).toBe('\n0123456789');
});

test('no number is above the largest, and each up to it is drawn', () => {
  const { digits } = synthetic.numberWords({ count: 2_000, largest: 120, rng: new Rng(2) });
  const numbers = new Set(digits.texts.map(Number));
  expect([Math.min(...numbers), Math.max(...numbers), numbers.size]).toEqual([0, 120, 121]);
});

test('distinct numbers are distinct', () => {
  const { digits } = synthetic.numberWords({ count: 121, largest: 120, distinct: true, rng: new Rng(3) });
  expect(new Set(digits.texts).size).toBe(121);
});

test('samples', () => {
  const { words, digits } = synthetic.numberWords({ count: 5, rng: new Rng(1) });
  expect(words.texts.map((text, n) => `${text} = ${digits.texts[n]}`)).toMatchInlineSnapshot(`
    [
      "seventy-four = 74",
      "three thousand sixty-eight = 3068",
      "thirty-three = 33",
      "seven hundred eighteen = 718",
      "two hundred ninety-one = 291",
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.numberToWords(-1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.numberToWords: n is -1; it must be a whole number of at least 0. Correct n.]`,
  );
  expect(() => synthetic.numberToWords(1_000_000)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.numberToWords: n is 1000000; there are words up to 999999. Pass a smaller n.]`,
  );
  expect(() => synthetic.numberWords({ count: 1, largest: 1e6, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.numberWords: largest is 1000000; there are words up to 999999. Pass a smaller largest.]`,
  );
  expect(() =>
    synthetic.numberWords({ count: 12, largest: 9, distinct: true, rng }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.numberWords: count is 12, but only 10 different examples were found; distinct gives up after 10000 draws that bring nothing new. Ask for fewer, allow longer ones, or leave distinct out.]`,
  );
});
