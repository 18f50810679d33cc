import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectFrequencies, expectMean } from './statistics.fixture.js';

const NAMES = /^(?:anna|ben|clara|david|emma|felix|greta|hugo)$/;
const PLACES = /^(?:athens|berlin|cairo|lima|oslo|paris|rome|tokyo)$/;
const COLOURS = /^(?:black|blue|brown|green|orange|red|white|yellow)$/;
const WORDS = [NAMES, PLACES, COLOURS];

interface Parsed {
  /** Names and what they go with. */
  readonly told: readonly (readonly [name: string, value: string])[];
  readonly question: string;
}

const find = (sentence: string, kinds: readonly RegExp[]): string[] =>
  sentence.split(' ').filter((word) => kinds.some((kind) => kind.test(word)));

function parse(text: string): Parsed {
  const sentences = text.split(/ [.] /);
  const question = sentences.pop() ?? '';
  const told = sentences.map((sentence) => {
    const [[name = '', ...names], [value = '', ...values]] = [
      find(sentence, [NAMES]),
      find(sentence, [PLACES, COLOURS]),
    ];
    expect([names, values]).toEqual([[], []]);
    expect(PLACES.test(value)).toBe(/lives|home/.test(sentence));
    expect(COLOURS.test(value)).toBe(/likes/.test(sentence));
    return [name, value] as const;
  });
  return { told, question };
}

/** What a reader would answer. */
function answer({ told, question }: Parsed): string {
  const [subject = ''] = find(question, WORDS);
  const [name, value] = told.find((fact) => fact.includes(subject)) ?? [];
  expect(question).toMatch(NAMES.test(subject) ? /^(?:wh|where|which|what) .*[?]$/ : /^whos?e? .*[?]$/);
  return (NAMES.test(subject) ? value : name) ?? '';
}

test('answers are what was told', () => {
  for (const facts of [2, 4, 8]) {
    const { questions, answers } = synthetic.dialogue({ count: 1_000, facts, rng: new Rng(facts) });
    const parsed = questions.texts.map(parse);
    expect(parsed.map(answer)).toEqual(answers.texts);
    for (const { told } of parsed) expect(new Set(told.flat()).size).toBe(2 * told.length); // nothing is told twice
    expectMean(
      answers.texts.map((text): number => Number(NAMES.test(text))),
      1 / 2,
    );
  }
});

test('each number of facts is equally likely', () => {
  const { questions } = synthetic.dialogue({ count: 3_000, facts: 5, rng: new Rng(6) });
  expectFrequencies(
    questions.texts.map((text) => parse(text).told.length - 2),
    new Array<number>(4).fill(1 / 4),
  );
});

test('a question for a place is not one for a colour', () => {
  const { questions, answers } = synthetic.dialogue({ count: 1_000, rng: new Rng(1) });
  questions.texts.forEach((text, n) => {
    const { question } = parse(text);
    const asksFor = NAMES.test(answers.texts[n] ?? '') ? find(question, WORDS)[0] : answers.texts[n];
    expect(PLACES.test(asksFor ?? ''), question).toBe(/live|home/.test(question));
  });
});

test('both sides have one vocabulary, and ids spell the texts', () => {
  const { questions, answers } = synthetic.dialogue({ count: 200, rng: new Rng(2) });
  expect(questions.vocabulary).toBe(answers.vocabulary);
  expect(synthetic.dialogue({ count: 1, rng: new Rng(3) }).questions.vocabulary.words).toEqual(
    answers.vocabulary.words,
  );
  for (const side of [questions, answers]) {
    expect((side.ids.toArray() as number[][]).map((row) => side.vocabulary.decode(row))).toEqual(side.texts);
    expect(side.lengths.toArray()).toEqual(side.texts.map((text) => text.split(' ').length + 1));
  }
  expect(answers.ids.shape).toEqual([200, 2]);
});

test('words without their order tell 48 % of the answers', () => {
  // Asked for a value: one of those of its kind, of which each of the n − 1 others is with probability 1/2.
  const exact = [2, 3, 4].map((n) => (((2 / n) * (1 - 0.5 ** n) + 1 / n) / 2) as number);
  expect(exact.reduce((sum, p) => sum + p) / 3).toBeCloseTo(synthetic.DIALOGUE_BASELINE, 4);
  const { questions, answers } = synthetic.dialogue({ count: 10_000, rng: new Rng(4) });
  const guesses = questions.texts.map((text, n) => {
    const kind = WORDS.find((words) => words.test(answers.texts[n] ?? '')) ?? NAMES;
    return (
      1 /
      parse(text)
        .told.flat()
        .filter((word) => kind.test(word)).length
    );
  });
  expectMean(guesses, synthetic.DIALOGUE_BASELINE);
});

test('distinct dialogues are distinct', () => {
  const { questions } = synthetic.dialogue({ count: 5_000, facts: 2, distinct: true, rng: new Rng(5) });
  expect(new Set(questions.texts).size).toBe(5_000);
});

test('samples', () => {
  const { questions, answers } = synthetic.dialogue({ count: 4, rng: new Rng(1) });
  expect(questions.texts.map((text, n) => `${text} → ${answers.texts[n]}`)).toMatchInlineSnapshot(`
    [
      "ben likes orange . the home of felix is athens . paris is where hugo lives . where does felix live ? → athens",
      "the colour that felix likes is blue . emma likes orange . anna likes green . hugo lives in tokyo . what does anna like ? → green",
      "ben lives in rome . brown is what hugo likes . who is it that likes brown ? → hugo",
      "tokyo is where hugo lives . the colour that david likes is blue . emma likes green . where is the home of hugo ? → tokyo",
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.dialogue({ count: 1, facts: 1, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.dialogue: facts is 1; it must be a whole number of at least 2. Correct facts.]`,
  );
  expect(() => synthetic.dialogue({ count: 1, facts: 9, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.dialogue: facts is 9; there are 8 people, and nothing is told of one twice. Pass at most 8.]`,
  );
});
