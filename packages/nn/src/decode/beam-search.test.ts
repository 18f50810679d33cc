import '@unroll/kernels/reference';
import { add, cast, gather, log, reshape, type Tensor, tensor } from '@unroll/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BeamSearchOptions, beamSearch } from './beam-search.js';
import { greedy } from './greedy.js';
import type { LengthPenalty } from './length-penalty.js';
import { LanguageModel, plainSearch, RUNS, rowOf, seeds, tableModel } from './models.fixture.js';
import type { TokenModel } from './token-model.js';

const penalties: fc.Arbitrary<LengthPenalty | undefined> = fc.oneof(
  fc.constantFrom(undefined, 'average' as const),
  fc.double({ min: 0, max: 4, noNaN: true }).map((wu) => ({ wu })),
);

/** Said again, with the engine's own functions. */
function plainDivisor(penalty: LengthPenalty | undefined): (length: number) => number {
  if (penalty === undefined) return () => 1;
  return penalty === 'average' ? (n) => n : (n) => ((5 + n) / 6) ** penalty.wu;
}

/** Limits with or without each part; the end is the last id. */
const limitsFor = (vocabularySize: number, longest: number) =>
  fc
    .record({
      maxLength: fc.integer({ min: 1, max: longest }),
      end: fc.constantFrom(undefined, vocabularySize - 1),
      minLength: fc.constantFrom(undefined, 1, 2),
      noRepeat: fc.constantFrom(undefined, 1, 2),
    })
    .map(({ maxLength, end, minLength, noRepeat }) => ({
      maxLength,
      ...(end === undefined ? {} : { end }),
      ...(minLength === undefined || minLength > maxLength ? {} : { minLength }),
      ...(noRepeat === undefined ? {} : { noRepeat }),
    }));

const cases = fc.integer({ min: 2, max: 3 }).chain((vocabularySize) =>
  fc.record({
    vocabularySize: fc.constant(vocabularySize),
    limits: limitsFor(vocabularySize, 4),
    penalty: penalties,
    seed: seeds,
  }),
);

/** Both, or both nothing. */
function attempt<T>(fn: () => T): T | null {
  try {
    return fn();
  } catch (error) {
    if (String(error).includes('nothing can follow')) return null;
    throw error;
  }
}

describe('laws', () => {
  test('a beam as wide as all sequences finds what trying all of them finds', () => {
    fc.assert(
      fc.property(cases, ({ vocabularySize, limits, penalty, seed }) => {
        const model = new LanguageModel(vocabularySize, seed);
        const state = model.randomState(1, seed + 1);
        const beams = vocabularySize ** limits.maxLength;
        const options = { state, begin: 0, beams, best: beams, lengthPenalty: penalty, ...limits };
        const found = attempt(() => beamSearch(model, options)[0]) ?? [];
        const all = plainSearch(model, state, 0, limits, plainDivisor(penalty));
        expect(found.map(({ ids, ended }) => [...ids, ended])).toEqual(all.map(({ ids, ended }) => [...ids, ended]));
        found.forEach(({ score, logProbability }, i) => {
          expect(Math.abs(score - (all[i]?.score ?? Number.NaN))).toBeLessThan(1e-12);
          expect(Math.abs(logProbability - (all[i]?.logProbability ?? Number.NaN))).toBeLessThan(1e-12);
        });
      }),
      { ...RUNS, numRuns: 150 },
    );
  });

  test('a narrow beam that stops early finds what one that never stops finds', () => {
    const setting = fc.record({
      limits: limitsFor(4, 8).map((limits) => ({ ...limits, end: 3 })),
      penalty: penalties,
      seed: seeds,
      beams: fc.integer({ min: 1, max: 4 }),
      best: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(setting, ({ limits, penalty, seed, beams, best }) => {
        fc.pre(best <= beams);
        const model = new LanguageModel(4, seed);
        const state = model.randomState(1, seed + 1);
        const found = attempt(
          () => beamSearch(model, { state, begin: 0, beams, best, lengthPenalty: penalty, ...limits })[0],
        );
        const all = plainSearch(model, state, 0, limits, plainDivisor(penalty), beams).slice(0, best);
        expect((found ?? []).map(({ ids }) => [...ids])).toEqual(all.map(({ ids }) => [...ids]));
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  test('one beam is greedy', () => {
    fc.assert(
      fc.property(limitsFor(5, 9), penalties, seeds, (limits, penalty, seed) => {
        const model = new LanguageModel(5, seed, 'float32');
        const options = { state: model.randomState(3, seed + 1), begin: [0, 1, 2], ...limits };
        const written = attempt(() => greedy(model, options));
        const found = attempt(() => beamSearch(model, { ...options, beams: 1, lengthPenalty: penalty }));
        const withoutScore = found?.map(([hypothesis]) => {
          const { ids, ended, logProbability } = hypothesis ?? {};
          return { ids, ended, logProbability };
        });
        expect(withoutScore ?? null).toEqual(written);
      }),
      RUNS,
    );
  });

  test('a hypothesis does not depend on the batch around it, nor on what the others have read', () => {
    fc.assert(
      fc.property(limitsFor(4, 6), penalties, seeds, (limits, penalty, seed) => {
        const model = new LanguageModel(4, seed, 'float32');
        const state = model.randomState(3, seed + 1);
        const begin = [[0], [1, 2, 0], [3, 1]];
        const options = { beams: 3, best: 3, lengthPenalty: penalty, ...limits };
        const together = attempt(() => beamSearch(model, { state, begin, ...options }));
        if (together === null) return;
        for (const [n, ids] of begin.entries()) {
          const [alone = []] = beamSearch(model, { state: rowOf(state, n), begin: [ids], ...options });
          expect(together[n]?.map((hypothesis) => [...hypothesis.ids])).toEqual(alone.map((other) => [...other.ids]));
          together[n]?.forEach(({ score }, i) => {
            expect(Math.abs(score - (alone[i]?.score ?? Number.NaN))).toBeLessThan(1e-6);
          });
        }
      }),
      RUNS,
    );
  });
});

/** Probabilities of what follows 0, 1, 2 …; 0 ends. */
const markov = (shares: readonly (readonly number[])[]): TokenModel<null> =>
  tableModel(shares.map((row) => Array.from(log(tensor(row)).data)));

describe('the stopping bound', () => {
  // "1" and an end has 0.55; "2 2 2 2" and an end has 0.45 · 0.9⁴, which is more for each token.
  const model = markov([
    [0, 0.55, 0.45],
    [1, 0, 0],
    [0.1, 0, 0.9],
  ]);
  const options: BeamSearchOptions<null> = { state: null, begin: 0, end: 0, maxLength: 6, beams: 2 };
  const idsFor = (lengthPenalty: LengthPenalty | undefined): number[] => {
    const [[hypothesis] = []] = beamSearch(model, { ...options, lengthPenalty });
    return [...(hypothesis?.ids ?? [])];
  };

  test('goes on while a longer hypothesis may overtake the finished ones', () => {
    expect(idsFor(undefined)).toEqual([1]);
    expect(idsFor({ wu: 0.1 })).toEqual([1]);
    expect(idsFor({ wu: 3 })).toEqual([2, 2, 2, 2, 2, 2]);
    expect(idsFor('average')).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('stops as soon as none may', () => {
    let steps = 0;
    const counting: TokenModel<null> = {
      vocabularySize: 3,
      step(ids, state) {
        steps += 1;
        return model.step(ids, state);
      },
    };
    beamSearch(counting, { ...options, maxLength: 1000 });
    expect(steps).toBe(2);
  });
});

test('equals are taken in order: better hypothesis, smaller id, shorter sequence', () => {
  const even: TokenModel<null> = tableModel([
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  const ids = (options: Partial<BeamSearchOptions<null>>): number[][] => {
    const [found = []] = beamSearch(even, { state: null, begin: 0, maxLength: 2, beams: 9, best: 9, ...options });
    return found.map((hypothesis) => [...hypothesis.ids]);
  };
  expect(ids({})).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
    [2, 0],
    [2, 1],
    [2, 2],
  ]);
  expect(ids({ end: 2, lengthPenalty: 'average' })).toEqual([[], [0, 0], [0, 1], [0], [1, 0], [1, 1], [1]]);
});

test('rows of any state follow their hypotheses: nested, of any rank, int32 too', () => {
  type State = readonly [{ readonly count: Tensor }, Tensor];
  // What is written next depends on the sum of all before, kept as an index and as a matrix.
  const table = [
    [0, 1, 2],
    [2, 0.5, 1],
    [1, 2, 0.7],
  ];
  const kept: TokenModel<State> = {
    vocabularySize: 3,
    step(ids, [{ count }, sums]) {
      const next = add(sums, reshape(cast(ids, 'float32'), [-1, 1, 1]));
      const index = tensor(Int32Array.from(count.data, (n, i) => (n + (ids.data[i] as number)) % 3));
      return { logits: add(gather(tensor(table), index), reshape(next, [-1, 1])), state: [{ count: index }, next] };
    },
  };
  const state: State = [{ count: tensor([0], { dtype: 'int32' }) }, tensor([[[0]]])];
  const all = plainSearch(kept, state, 0, { maxLength: 4 }, () => 1);
  const [found = []] = beamSearch(kept, { state, begin: 0, maxLength: 4, beams: 81, best: 5 });
  expect(found.map(({ ids }) => [...ids])).toEqual(all.slice(0, 5).map(({ ids }) => [...ids]));
});

test('what the model rules out with −∞ is never written', () => {
  const model = tableModel([
    [-Infinity, 1, -Infinity],
    [-Infinity, -Infinity, 0],
    [0, -Infinity, -Infinity],
  ]);
  const [found = []] = beamSearch(model, { state: null, begin: 0, maxLength: 3, beams: 4, best: 4 });
  expect(found.map(({ ids, logProbability }) => [[...ids], logProbability])).toEqual([[[1, 2, 0], 0]]);
});

describe('bad input', () => {
  const model = tableModel([
    [0, 1],
    [1, 0],
  ]);
  const options: BeamSearchOptions<null> = { state: null, begin: 0, maxLength: 3, beams: 2 };

  test('options', () => {
    expect(() => beamSearch(model, { ...options, best: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: beamSearch: best is 3, beams 2; a search returns no more hypotheses than it keeps. Raise beams, or lower best.]`,
    );
    expect(() => beamSearch(model, { ...options, beams: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: beamSearch: beams is 0; it must be a whole number of at least 1. Correct beams.]`,
    );
    expect(() => beamSearch(model, { ...options, lengthPenalty: { wu: -1 } })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: beamSearch: lengthPenalty is {"wu":-1}; it is 'average', or { wu: α } with an α of at least 0. Pass one of them, or leave it out.]`,
    );
    const misspelt = { ...options, beamWidth: 3 };
    expect(() => beamSearch(model, misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: beamSearch: unknown option 'beamWidth'; the options are state, begin, maxLength, end, minLength, noRepeat, beams, best, lengthPenalty. Correct the name, or leave it out.]`,
    );
  });

  test('nothing left', () => {
    expect(() => beamSearch(model, { ...options, noRepeat: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: beamSearch: nothing can follow the 2 tokens of sequence 0; minLength, noRepeat and scores of −∞ must leave at least one token. Lower minLength, raise noRepeat, or let the model score more tokens.]`,
    );
  });
});
