import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectMean } from './statistics.fixture.js';

/**
 * What each word may be, in letters: S and P are determiners of one and of several, J adjectives, n and m nouns in singular and
 * plural, s and p subjects, o objects, v and z verbs without and with -s, k and K those before a clause, a auxiliaries, r adverbs,
 * e prepositions, t and f conjunctions.
 */
function lettersOf(word: string): string {
  const stem = /^(?:cook|plant|water|light|paint|dance|play|drink|book|walk|guard)(s?)$/.exec(word);
  if (stem) return stem[1] === 's' ? 'mz' : 'nv';
  const others: Readonly<Record<string, string>> = {
    the: 'SP',
    a: 'S',
    this: 'Sso',
    that: 'Ssot',
    these: 'P',
    those: 'P',
    she: 's',
    he: 's',
    it: 'so',
    they: 'p',
    we: 'p',
    her: 'o',
    him: 'o',
    them: 'o',
    us: 'o',
    friend: 'n',
    garden: 'n',
    friends: 'm',
    gardens: 'm',
    cans: 'm',
    wills: 'm',
    can: 'na',
    will: 'na',
    must: 'a',
    know: 'vk',
    see: 'vk',
    knows: 'zK',
    sees: 'zK',
    like: 've',
    likes: 'z',
    clean: 'vJ',
    cleans: 'z',
    young: 'J',
    small: 'J',
    fast: 'Jr',
    late: 'Jr',
    hard: 'Jr',
    often: 'r',
    slowly: 'r',
    in: 'e',
    near: 'e',
    after: 'ef',
    before: 'ef',
    '.': '.',
  };
  return others[word] ?? '';
}
const TAGS: Readonly<Record<string, string>> = {
  S: 'DET',
  P: 'DET',
  J: 'ADJ',
  n: 'NOUN',
  m: 'NOUN',
  s: 'PRON',
  p: 'PRON',
  o: 'PRON',
  v: 'VERB',
  z: 'VERB',
  k: 'VERB',
  K: 'VERB',
  a: 'AUX',
  r: 'ADV',
  e: 'ADP',
  t: 'SCONJ',
  f: 'SCONJ',
  '.': 'PUNCT',
};
const [ONE, SEVERAL, OBJECT] = ['(?:SJ?n|s)', '(?:PJ?m|p)', '(?:SJ?n|PJ?m|o)'];
const CLAUSE = `(?:${ONE}(?:z|av)|${SEVERAL}a?v)${OBJECT}?r?(?:e${OBJECT})?`;
const GRAMMAR = new RegExp(`^(?:(?:${ONE}(?:K|ak)|${SEVERAL}a?k)t${CLAUSE}|${CLAUSE}(?:f${CLAUSE})?)[.]$`);

/** All readings of a sentence, as tags. */
function readingsOf(text: string): Set<string> {
  const readings = text
    .split(' ')
    .reduce<string[]>(
      (beginnings, word) => beginnings.flatMap((beginning) => [...lettersOf(word)].map((letter) => beginning + letter)),
      [''],
    );
  const possible = readings.filter((reading) => GRAMMAR.test(reading));
  return new Set(possible.map((reading) => [...reading].map((letter) => TAGS[letter]).join(' ')));
}

const tagsOf = ({ y, lengths }: synthetic.TaggedSentences): string[] =>
  (y.toArray() as number[][]).map((row, n) => {
    expect(row.slice(lengths.data[n]).every((tag) => tag === -1)).toBe(true);
    return row
      .slice(0, lengths.data[n])
      .map((tag) => synthetic.TAG_GRAMMAR_TAGS[tag])
      .join(' ');
  });

test('each sentence has one reading, which its tags are', () => {
  const data = synthetic.tagGrammar({ count: 500, rng: new Rng(1) });
  expect(data.texts.map((text) => [...readingsOf(text)])).toEqual(tagsOf(data).map((tags) => [tags]));
});

test('ids spell the sentences, and all words and tags occur', () => {
  const data = synthetic.tagGrammar({ count: 3_000, rng: new Rng(2) });
  const { x, y, lengths, texts } = data;
  const spelled = (x.toArray() as number[][]).map((row, n) =>
    row
      .slice(0, lengths.data[n])
      .map((id) => synthetic.TAG_GRAMMAR_WORDS[id])
      .join(' '),
  );
  expect(spelled).toEqual(texts);
  expect([x.shape, x.dtype, y.dtype, lengths.dtype]).toEqual([y.shape, 'int32', 'int32', 'int32']);
  expect([...new Set(texts.flatMap((text) => text.split(' ')))].sort()).toEqual(synthetic.TAG_GRAMMAR_WORDS);
  expect([...new Set(tagsOf(data).flatMap((tags) => tags.split(' ')))].sort()).toEqual(synthetic.TAG_GRAMMAR_TAGS);
});

test('words before do not always suffice', () => {
  // The same beginning, up to and with a word, and two tags of that word.
  const data = synthetic.tagGrammar({ count: 6_000, rng: new Rng(3) });
  const seen = new Map<string, Set<string>>();
  const tags = tagsOf(data);
  data.texts.forEach((text, n) => {
    const [words, own] = [text.split(' '), tags[n]?.split(' ') ?? []];
    for (const t of words.keys()) {
      const beginning = words.slice(0, t + 1).join(' ');
      seen.set(beginning, (seen.get(beginning) ?? new Set()).add(own[t] ?? ''));
    }
  });
  const open = [...seen].filter(([, found]) => found.size > 1).map(([beginning]) => beginning.split(' ').at(-1));
  expect([...new Set(open)]).toEqual(expect.arrayContaining(['this', 'that', 'after', 'before']));
});

test('the most frequent tag of each word is right in 78.5 % of the cases', () => {
  const counts = new Map<string, Map<string, number>>();
  const pairsOf = (data: synthetic.TaggedSentences): (readonly [string, string])[] => {
    const tags = tagsOf(data);
    return data.texts.flatMap((text, n) => {
      const own = tags[n]?.split(' ') ?? [];
      return text.split(' ').map((word, t) => [word, own[t] ?? ''] as const);
    });
  };
  for (const [word, tag] of pairsOf(synthetic.tagGrammar({ count: 10_000, rng: new Rng(4) }))) {
    const tags = counts.get(word) ?? new Map<string, number>();
    counts.set(word, tags.set(tag, (tags.get(tag) ?? 0) + 1));
  }
  const best = new Map([...counts].map(([word, tags]) => [word, [...tags].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]));
  const others = pairsOf(synthetic.tagGrammar({ count: 4_000, rng: new Rng(5) }));
  expectMean(
    others.map(([word, tag]): number => Number(best.get(word) === tag)),
    synthetic.TAG_GRAMMAR_BASELINE,
  );
  expectMean(
    others.map(([word]): number => Number((counts.get(word)?.size ?? 0) > 1)),
    0.513,
  );
});

test('distinct sentences are distinct', () => {
  const { texts } = synthetic.tagGrammar({ count: 5_000, distinct: true, rng: new Rng(6) });
  expect(new Set(texts).size).toBe(5_000);
});

test('samples', () => {
  const data = synthetic.tagGrammar({ count: 6, rng: new Rng(1) });
  expect(data.texts).toMatchInlineSnapshot(`
    [
      "this guards the young books .",
      "that dance dances a clean plant fast after this before that water cleans us slowly .",
      "that cook walks those friends like her .",
      "these drinks paint those cooks .",
      "that can cleans that plant after him after those late dances will clean .",
      "the friends must drink those clean drinks after this sees a fast friend .",
    ]
  `);
});
