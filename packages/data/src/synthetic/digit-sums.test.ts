import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectMean } from './statistics.fixture.js';

test('questions and answers are sums, of the lengths that the example of Keras has', () => {
  const { questions, answers, x, y, vocabulary } = synthetic.digitSums({ count: 2_000, rng: new Rng(1) });
  expect([x.shape, y.shape, x.dtype, y.dtype]).toEqual([[2_000, 7], [2_000, 4], 'int32', 'int32']);
  expect(vocabulary.characters.join('')).toBe(' +0123456789');
  questions.forEach((question, n) => {
    const [, a, b] = /^(\d{1,3})\+(\d{1,3}) *$/.exec(question) ?? [];
    expect(String(Number(a) + Number(b)).padEnd(4)).toBe(answers[n]);
    expect([String(Number(a)), String(Number(b))]).toEqual([a, b]); // no zeros in front
  });
  expect((x.toArray() as number[][]).map((row) => vocabulary.decode(row))).toEqual(questions);
  expect((y.toArray() as number[][]).map((row) => vocabulary.decode(row))).toEqual(answers);
});

test('reverse turns the questions round, spaces included, and nothing else', () => {
  const plain = synthetic.digitSums({ count: 100, digits: 2, rng: new Rng(2) });
  const reversed = synthetic.digitSums({ count: 100, digits: 2, reverse: true, rng: new Rng(2) });
  expect(reversed.questions).toEqual(plain.questions.map((question) => [...question].reverse().join('')));
  expect(reversed.answers).toEqual(plain.answers);
  expect((reversed.x.toArray() as number[][]).map((row) => reversed.vocabulary.decode(row))).toEqual(
    reversed.questions,
  );
});

test('distinct questions are distinct, with their numbers exchanged too', () => {
  const { questions } = synthetic.digitSums({ count: 20_000, distinct: true, rng: new Rng(3) });
  expect(new Set(questions.map((question) => question.trim().split('+').sort().join('+'))).size).toBe(20_000);
});

test('one answer for all is right in 43 % of its characters', () => {
  // How often each number is drawn: first its digits, then each of them.
  const chance = Array.from({ length: 1000 }, (_, n) =>
    [1, 2, 3].reduce((sum, count) => sum + (n < 10 ** count ? 1 / 3 / 10 ** count : 0), 0),
  );
  const sums = new Float64Array(1999);
  for (const [a, p] of chance.entries()) {
    for (const [b, q] of chance.entries()) sums[a + b] = (sums[a + b] ?? 0) + p * q;
  }
  const places = Array.from({ length: 4 }, (_, i) => {
    const place = new Map<string, number>();
    sums.forEach((p, sum) => {
      const character = String(sum).padEnd(4).charAt(i);
      place.set(character, (place.get(character) ?? 0) + p);
    });
    return place;
  });
  const best = places.map((place) => [...place].reduce((most, entry) => (entry[1] > most[1] ? entry : most)));
  const exact = best.reduce((total, [, p]) => total + p, 0) / 4;
  expect(exact).toBeCloseTo(synthetic.DIGIT_SUMS_BASELINE, 5);
  const { answers } = synthetic.digitSums({ count: 10_000, rng: new Rng(4) });
  expectMean(
    answers.map((answer) => best.filter(([character], i) => answer.charAt(i) === character).length / 4),
    exact,
  );
});

test('samples', () => {
  const { questions, answers } = synthetic.digitSums({ count: 5, reverse: true, rng: new Rng(1) });
  expect(questions.map((question, n) => `${question}=${answers[n]}`)).toMatchInlineSnapshot(`
    [
      "  35+74=100 ",
      "  2+188=883 ",
      "    5+3=8   ",
      " 76+039=997 ",
      " 829+08=1008",
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.digitSums({ count: 1, digits: 0, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.digitSums: digits is 0; it must be a whole number of at least 1. Correct digits.]`,
  );
  expect(() => synthetic.digitSums({ count: 1, digits: 16, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.digitSums: digits is 16; sums of more than 15 digits are not exact. Pass at most 15.]`,
  );
  expect(() => synthetic.digitSums({ count: 56, digits: 1, distinct: true, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.digitSums: count is 56, but only 55 different examples were found; distinct gives up after 10000 draws that bring nothing new. Ask for fewer, allow longer ones, or leave distinct out.]`,
  );
});
