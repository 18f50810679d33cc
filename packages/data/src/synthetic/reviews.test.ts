import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectMean } from './statistics.fixture.js';

const GOOD = /^(?:good|great|wonderful|brilliant|moving|funny|clever|charming)$/;
const BAD = /^(?:bad|awful|terrible|dull|boring|clumsy|silly|tedious)$/;

interface Parsed {
  /** The clauses in the order of the text. */
  readonly clauses: readonly string[];
  /** The text with each clause replaced by #. */
  readonly frame: string;
  /** The place of the clause that decides, among clauses in contrast; undefined where they agree. */
  readonly decides: number | undefined;
}

/** Takes a review apart by its signs and joining words. */
function parse(text: string): Parsed {
  const bare = text.replace(/^(?:honestly|to be fair|all in all) , /, '').replace(/ \.$/, '');
  const rules: readonly (readonly [RegExp, number | undefined])[] = [
    [/^(?:although|even if) (?<first>.+) , (?<second>.+)$/, 1],
    [/^(?<first>.+) , (?:although|even if) (?<second>.+)$/, 0],
    [/^(?<first>.+) (?:, but|; still ,) (?<second>.+)$/, 1],
    [/^(?<first>.+) (?:; besides ,) (?<second>.+)$/, undefined],
    [/^(?<first>.+) , and (?<second>.+) too$/, undefined],
    [/^(?<first>.+) and (?<second>.+)$/, undefined],
  ];
  for (const [rule, decides] of rules) {
    const { first, second } = rule.exec(bare)?.groups ?? {};
    if (first === undefined || second === undefined) continue;
    return { clauses: [first, second], frame: text.replace(first, '#').replace(second, '#'), decides };
  }
  return { clauses: [bare], frame: text.replace(bare, '#'), decides: undefined };
}

const verdictOf = (clause: string): string => clause.split(' ').find((word) => GOOD.test(word) || BAD.test(word)) ?? '';
const isNegated = (clause: string): boolean => / not | never | far from /.test(` ${clause} `);
const says = (clause: string): number => Number(GOOD.test(verdictOf(clause)) !== isNegated(clause));
const label = ({ clauses, decides }: Parsed): number => says(clauses[decides ?? 0] ?? '');
const bag = (text: string): string => text.split(' ').sort().join(' ');
const both = (count: number, seed: number): synthetic.Reviews[] =>
  (['train', 'heldOut'] as const).map((part) => synthetic.reviews({ count, part, rng: new Rng(seed) }));

test('each review means its label, and ids spell it', () => {
  for (const { texts, x, lengths, y } of both(2_000, 1)) {
    const parsed = texts.map(parse);
    expect(y.toArray()).toEqual(parsed.map(label));
    for (const { clauses, decides } of parsed) {
      expect(clauses.every((clause) => /^(?:the|i) /.test(clause) && verdictOf(clause) !== '')).toBe(true);
      const [first, second] = clauses.map(says);
      if (second !== undefined) expect(first === second).toBe(decides === undefined);
    }
    const spelled = (x.toArray() as number[][]).map((row, n) =>
      row
        .slice(0, lengths.data[n])
        .map((id) => synthetic.REVIEW_WORDS[id])
        .join(' '),
    );
    expect(spelled).toEqual(texts);
    expect([x.dtype, lengths.dtype, y.dtype]).toEqual(['int32', 'int32', 'int32']);
  }
});

test('templates are those of the texts', () => {
  for (const { texts, templates } of both(500, 2)) {
    texts.forEach((text, n) => {
      const pattern = (templates[n] ?? '').replaceAll(/\{\w+\}/g, '[a-z]+');
      expect(text).toMatch(new RegExp(`^(?:[a-z ]+ , )?${pattern} [.]$`));
    });
  }
});

test('no template is in both parts, but all words are', () => {
  const [train, heldOut] = both(20_000, 3).map(({ templates }) => new Set(templates));
  expect([...(heldOut ?? [])].filter((template) => train?.has(template))).toEqual([]);
  // One clause: 8. Two: each of 9 frames with 8 · 8 pairs of clauses.
  expect([train?.size, heldOut?.size]).toEqual([(3 / 4) * (8 + 9 * 64), (1 / 4) * (8 + 9 * 64)]);
  for (const { texts } of both(2_000, 4)) {
    expect([...new Set(texts.flatMap((text) => text.split(' ')))].sort()).toEqual(synthetic.REVIEW_WORDS);
  }
});

test('good and bad are equally frequent, and a quarter of the clauses is negated', () => {
  for (const { texts, y } of both(10_000, 5)) {
    expectMean(Array.from(y.data), 1 / 2);
    const clauses = texts.map((text) => parse(text).clauses);
    expectMean(
      clauses.map(([clause = '']): number => Number(isNegated(clause))),
      1 / 4,
    );
    expectMean(
      clauses.map((all): number => Number(all.length === 1)),
      1 / 4,
    );
  }
});

test('no function of the words without their order is right in more than 45 of 64 reviews', () => {
  for (const part of ['train', 'heldOut'] as const) {
    const { texts, y } = synthetic.reviews({ count: 10_000, part, rng: new Rng(6) });
    const templates = new Set(synthetic.reviews({ count: 20_000, part, rng: new Rng(7) }).templates);
    const wrong: string[] = [];
    // A review that has a twin of the same words and the other label is told right in half of the cases at most.
    const limits = texts.map((text, n) => {
      const twin = twinOf(text);
      if (twin === null) return 1;
      const opposite = label(parse(twin)) === 1 - (y.data[n] ?? 0);
      const sameWords = bag(twin) === bag(text);
      const samePart = templates.has(templateOf(twin)); // where it is as likely
      if (!opposite || !sameWords || !samePart) wrong.push(`${text} / ${twin}`);
      return 1 / 2;
    });
    expect(wrong).toEqual([]);
    expectMean(limits, synthetic.REVIEWS_BASELINE);
  }
});

/** The review in which clauses in contrast, or the verdicts of clauses of which one is negated, are exchanged. */
function twinOf(text: string): string | null {
  const { clauses, frame, decides } = parse(text);
  const [first = '', second] = clauses;
  if (second === undefined) return null;
  const fill = (a: string, b: string): string => frame.replace('#', a).replace('#', b);
  if (decides !== undefined) return fill(second, first);
  if (isNegated(first) === isNegated(second)) return null;
  const [a, b] = [verdictOf(first), verdictOf(second)];
  return fill(first.replace(a, b), second.replace(b, a));
}

function templateOf(text: string): string {
  const words = text
    .replace(/^(?:honestly|to be fair|all in all) , /, '')
    .replace(/ \.$/, '')
    .split(' ');
  const aspects = /^(?:plot|acting|music|dialogue|ending|pacing|photography|script|humour|cast)$/;
  return words
    .map((word) => (aspects.test(word) ? '{aspect}' : GOOD.test(word) || BAD.test(word) ? '{verdict}' : word))
    .join(' ');
}

test('a linear classifier on bags of words stays below that', () => {
  const [train, heldOut] = both(4_000, 8).map(({ texts, y }) => ({
    bags: texts.map((text) => text.split(' ').map((word) => synthetic.REVIEW_WORDS.indexOf(word))),
    labels: Array.from(y.data),
  }));
  const weights = new Float64Array(synthetic.REVIEW_WORDS.length);
  const score = (words: readonly number[]): number => words.reduce((sum, id) => sum + (weights[id] ?? 0), 0);
  for (let epoch = 0; epoch < 20; epoch++) {
    train?.bags.forEach((words, n) => {
      const error = (train.labels[n] ?? 0) - 1 / (1 + Math.exp(-score(words)));
      for (const id of words) weights[id] = (weights[id] ?? 0) + (0.05 / (1 + epoch)) * error;
    });
  }
  const right = heldOut?.bags.map((words, n): number => Number(score(words) > 0 === (heldOut.labels[n] === 1))) ?? [];
  const accuracy = right.reduce((sum, hit) => sum + hit, 0) / right.length;
  expect(accuracy).toBeGreaterThan(0.58); // it has learned what it can
  expect(accuracy).toBeLessThan(0.66);
});

test('distinct reviews are distinct', () => {
  const { texts } = synthetic.reviews({ count: 3_000, part: 'heldOut', distinct: true, rng: new Rng(9) });
  expect(new Set(texts).size).toBe(3_000);
});

test('samples', () => {
  const { texts, y } = synthetic.reviews({ count: 6, part: 'train', rng: new Rng(1) });
  expect(texts.map((text, n) => `${y.data[n]}: ${text}`)).toMatchInlineSnapshot(`
    [
      "1: to be fair , even if the humour seemed clumsy to me , i found the dialogue great .",
      "0: honestly , the acting was silly , even if the dialogue was really great .",
      "1: to be fair , i found the cast great .",
      "1: all in all , even if the music seemed clumsy to me , the photography seemed wonderful to me .",
      "1: all in all , the plot seemed charming to me .",
      "0: although the dialogue was good , i never found the cast good .",
    ]
  `);
});

test('bad input is refused', () => {
  const test: string = 'test';
  expect(() =>
    synthetic.reviews({ count: 1, part: test as 'train', rng: new Rng(1) }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.reviews: part is "test"; the templates are in two parts, 'train' and 'heldOut'. Pass one of them.]`,
  );
});
