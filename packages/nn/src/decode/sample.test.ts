import { Rng, softmax, tensor } from '@unroll/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greedy } from './greedy.js';
import { LanguageModel, RUNS, rowOf, seeds, tableModel } from './models.fixture.js';
import { type SampleOptions, sample } from './sample.js';

const SCORES = [1.5, -0.5, 0.25, 2, -2] as const;
/** Its last row can never be chosen. */
const model = tableModel([...SCORES.map(() => [...SCORES, -Infinity]), [0, 0, 0, 0, 0, 0]]);
const options: SampleOptions<null> = { state: null, begin: 0, maxLength: 100 };

/** How often each token comes in 20,000 draws. */
function counts(more: Partial<SampleOptions<null>>): number[] {
  const found = new Array<number>(6).fill(0);
  const begin = new Array<number>(200).fill(0);
  for (const { ids } of sample(model, { ...options, begin, rng: new Rng(4), ...more })) {
    for (const id of ids) found[id] = (found[id] as number) + 1;
  }
  return found;
}

/** Pearson's statistic of what was found against shares of it. */
function chiSquare(found: readonly number[], shares: readonly number[]): number {
  const total = found.reduce((sum, n) => sum + n, 0);
  return shares.reduce((sum, share, i) => {
    const expected = share * total;
    return share === 0 ? sum : sum + ((found[i] as number) - expected) ** 2 / expected;
  }, 0);
}

/** What chance exceeds once in a thousand times, for 1 to 4 degrees of freedom. */
const LIMITS = [10.83, 13.82, 16.27, 18.47] as const;

const sharesOf = (scores: readonly number[]): number[] => Array.from(softmax(tensor(scores)).data);

describe('how often a token is drawn', () => {
  test.each([0.5, 1, 3])('is its share of the softmax at temperature %d', (temperature) => {
    const shares = sharesOf(SCORES.map((score) => score / temperature));
    const found = counts({ temperature });
    expect(chiSquare(found, shares)).toBeLessThan(LIMITS[3]);
    expect(found[5]).toBe(0);
  });

  test('a wrong distribution would be noticed', () => {
    expect(chiSquare(counts({ temperature: 1.1 }), sharesOf(SCORES))).toBeGreaterThan(LIMITS[3]);
  });

  test('with topK, of its share among the likeliest', () => {
    const shares = sharesOf(SCORES.map((score) => (score >= 0.25 ? score : -Infinity)));
    const found = counts({ topK: 3 });
    expect(chiSquare(found, shares)).toBeLessThan(LIMITS[1]);
    expect(found.map((n) => n > 0)).toEqual([true, false, true, true, false, false]);
  });

  test('with topP, of its share among the fewest that have it together', () => {
    // The shares are 0.53, 0.32, 0.09, 0.04 and 0.01.
    const kept = (topP: number): boolean[] => counts({ topP }).map((n) => n > 0);
    expect(kept(0.5)).toEqual([false, false, false, true, false, false]);
    expect(kept(0.54)).toEqual([true, false, false, true, false, false]);
    expect(kept(0.9)).toEqual([true, false, true, true, false, false]);
    expect(kept(1)).toEqual([true, true, true, true, true, false]);
    const shares = sharesOf([1.5, -Infinity, -Infinity, 2, -Infinity]);
    expect(chiSquare(counts({ topP: 0.54 }), shares)).toBeLessThan(LIMITS[0]);
  });

  test('with both, topP takes its share of what topK left', () => {
    // Of two, 2 has 0.62.
    expect(counts({ topK: 2, topP: 0.6 }).map((n) => n > 0)).toEqual([false, false, false, true, false, false]);
    expect(counts({ topK: 2, topP: 0.63 }).map((n) => n > 0)).toEqual([true, false, false, true, false, false]);
  });

  test('equal ones are left in order', () => {
    const even = tableModel([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    const found = (more: Partial<SampleOptions<null>>): Set<number> =>
      new Set(sample(even, { ...options, rng: new Rng(1), ...more })[0]?.ids);
    expect([...found({ topK: 2 })].sort()).toEqual([0, 1]);
    expect([...found({ topP: 0.75 })].sort()).toEqual([0, 1, 2]);
    expect([...found({ topP: 0.76 })].sort()).toEqual([0, 1, 2, 3]);
  });
});

test('whatever the scores, only what topK and topP leave is drawn, and all of it', () => {
  const scores = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(
      scores,
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      (row, topK, topP) => {
        const order = row.map((score, id) => ({ id, weight: Math.exp(Math.fround(score)) }));
        order.sort((a, b) => b.weight - a.weight || a.id - b.id);
        const likeliest = order.slice(0, topK);
        const enough = topP * likeliest.reduce((total, { weight }) => total + weight, 0);
        const before = (i: number): number => likeliest.slice(0, i).reduce((total, { weight }) => total + weight, 0);
        // On the edge, rounding decides.
        fc.pre(likeliest.every((_, i) => Math.abs(before(i) - enough) > 1e-9 || i === 0));
        const left = likeliest.filter((_, i) => i === 0 || before(i) < enough).map(({ id }) => id);
        const same = tableModel(row.map(() => row));
        const [drawn] = sample(same, { ...options, maxLength: 200, topK, topP, rng: new Rng(1) });
        expect([...new Set(drawn?.ids)].sort()).toEqual(left.sort());
      },
    ),
    RUNS,
  );
});

test('what nothing is taken from is drawn as without: topK of all, topP of 1', () => {
  const plain = sample(model, { ...options, rng: new Rng(2) });
  expect(sample(model, { ...options, rng: new Rng(2), topK: 6 })).toEqual(plain);
  expect(sample(model, { ...options, rng: new Rng(2), topK: 100 })).toEqual(plain);
  expect(sample(model, { ...options, rng: new Rng(2), topP: 1 })).toEqual(plain);
});

test('at temperature 0, and close to it, it is greedy; so it is with the likeliest alone', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(undefined, 0), (seed, end) => {
      const language = new LanguageModel(5, seed, 'float32');
      const writing = { state: language.randomState(3, seed + 1), begin: [0, 1, 2], end, maxLength: 8 };
      const written = greedy(language, writing);
      for (const temperature of [0, 1e-320, 1e-9])
        expect(sample(language, { ...writing, temperature })).toEqual(written);
      expect(sample(language, { ...writing, topK: 1 })).toEqual(written);
      expect(sample(language, { ...writing, topP: 1e-9 })).toEqual(written);
    }),
    RUNS,
  );
});

describe('the generator', () => {
  const language = new LanguageModel(5, 3, 'float32');
  const state = language.randomState(3, 4);
  const writing = { state, begin: [0, 1, 2], end: 4, maxLength: 30 };

  test('decides everything, and goes on', () => {
    const rng = new Rng(7);
    const [first, second] = [sample(language, { ...writing, rng }), sample(language, { ...writing, rng })];
    expect(sample(language, { ...writing, rng: new Rng(7) })).toEqual(first);
    expect(second).not.toEqual(first);
  });

  test('gives each sequence draws that do not depend on the others', () => {
    const alone = sample(language, { ...writing, state: rowOf(state, 0), begin: [0], rng: new Rng(7) });
    expect(alone[0]).toEqual(sample(language, { ...writing, rng: new Rng(7) })[0]);
  });
});

test('goes on from a text', () => {
  const language = new LanguageModel(5, 3, 'float32');
  const state = language.randomState(1, 4);
  let after = state;
  for (const id of [3, 1]) after = language.step(tensor([id], { dtype: 'int32' }), after).state;
  const primed = sample(language, { state, begin: [[3, 1, 2]], maxLength: 20, rng: new Rng(1) });
  expect(primed).toEqual(sample(language, { state: after, begin: 2, maxLength: 20, rng: new Rng(1) }));
});

test('bad options', () => {
  const sampling = (more: Partial<SampleOptions<null>>) => () => sample(model, { ...options, ...more });
  expect(sampling({ temperature: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: sample: temperature is -1; scores are divided by it: a number of at least 0, where 0 leaves only the likeliest token. Pass such a number: 0.8.]`,
  );
  expect(sampling({ temperature: Infinity })).toThrow('temperature is Infinity');
  expect(sampling({ topK: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: sample: topK is 0; it must be a whole number of at least 1. Correct topK.]`,
  );
  expect(sampling({ topP: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: sample: topP is 0; it is the share of the probability that is left, above 0 and at most 1. Pass such a share: 0.9.]`,
  );
  expect(sampling({ topP: 1.5 })).toThrow('topP is 1.5');
  const misspelt = { ...options, top_k: 3 };
  expect(() => sample(model, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: sample: unknown option 'top_k'; the options are state, begin, maxLength, end, minLength, noRepeat, temperature, topK, topP, rng. Correct the name, or leave it out.]`,
  );
});
