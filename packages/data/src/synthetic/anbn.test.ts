import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import { expectTensorsToSpell, legalByPrefix, observedByPrefix } from './grammar.fixture.js';
import * as synthetic from './index.js';
import { expectFrequencies } from './statistics.fixture.js';

const language = (largest: number): string[] =>
  Array.from({ length: largest }, (_, i) => `S${'a'.repeat(i + 1)}${'b'.repeat(i + 1)}T`);

test('as many a as b, and each n equally often', () => {
  const data = synthetic.anbn({ count: 20_000, smallest: 2, largest: 6, rng: new Rng(1) });
  const allowed = new Set(language(6).slice(1));
  expect(data.strings.filter((text) => !allowed.has(text))).toEqual([]);
  expectFrequencies(
    data.strings.map((text) => text.length / 2 - 3),
    new Array<number>(5).fill(1 / 5),
  );
  expectTensorsToSpell(synthetic.anbn({ count: 50, largest: 10, rng: new Rng(2) }), synthetic.ANBN_SYMBOLS);
});

test('what may follow is what follows in some string of the language', () => {
  const legal = legalByPrefix(synthetic.anbn({ count: 200, largest: 10, rng: new Rng(3) }), synthetic.ANBN_SYMBOLS);
  const possible = observedByPrefix(language(11), 1); // the language has no largest n
  expect(new Map([...legal].map(([prefix]) => [prefix, possible.get(prefix)]))).toEqual(legal);
  expect(legal.size).toBe(1 + 10 + (10 * 11) / 2); // S, Sa … Sa¹⁰, and each of 1 … n b after n a
});

test('who sees only the last symbol accepts one n at most, whatever the answers are', () => {
  const largest = 10;
  const all = legalByPrefix(synthetic.anbn({ count: 300, largest, rng: new Rng(4) }), synthetic.ANBN_SYMBOLS);
  const accepted = (answers: ReadonlyMap<string, string>): number =>
    language(largest).filter((text) =>
      [...text.slice(0, -1)].every((symbol, t) => answers.get(symbol) === all.get(text.slice(0, t + 1))),
    ).length;
  const subsets = Array.from({ length: 16 }, (_, bits) =>
    ['S', 'T', 'a', 'b'].filter((_, i) => bits & (1 << i)).join(''),
  );
  let best = 0;
  for (const s of subsets)
    for (const a of subsets)
      for (const b of subsets)
        best = Math.max(
          best,
          accepted(
            new Map([
              ['S', s],
              ['a', a],
              ['b', b],
            ]),
          ),
        );
  expect(best / largest).toBe(synthetic.anbnBaseline(largest));
});

test('a sample', () => {
  const { strings } = synthetic.anbn({ count: 8, largest: 9, rng: new Rng(1) });
  expect(strings).toMatchInlineSnapshot(`
    [
      "SaaaaabbbbbT",
      "SaabbT",
      "SabT",
      "SaaaaaaaabbbbbbbbT",
      "SaabbT",
      "SaaaaaabbbbbbT",
      "SaaaaaabbbbbbT",
      "SaaaaaaabbbbbbbT",
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.anbn({ count: 1, largest: 0, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.anbn: largest is 0; it must be a whole number of at least 1. Correct largest.]`,
  );
  expect(() => synthetic.anbn({ count: 1, smallest: 3, largest: 2, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.anbn: smallest is 3 and largest 2; n is drawn from smallest to largest. Exchange them.]`,
  );
  expect(() => synthetic.anbnBaseline(0.5)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.anbnBaseline: largest is 0.5; it must be a whole number of at least 1. Correct largest.]`,
  );
});
