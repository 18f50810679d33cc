import '@unroll/kernels/reference';
import { logSoftmax, ones, type Tensor, tensor, zeros } from '@unroll/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greedy } from './greedy.js';
import { LanguageModel, RUNS, rowOf, seeds, tableModel } from './models.fixture.js';
import type { TokenModel } from './token-model.js';
import type { WritingOptions } from './writing-options.js';

/** After i comes i + 1; 3 is the likeliest to follow 3, then 0. */
const counter = tableModel([
  [0, 9, 1, 0],
  [0, 0, 9, 1],
  [1, 0, 0, 9],
  [8, 0, 0, 9],
]);
const options: WritingOptions<null> = { state: null, begin: 0, maxLength: 5 };
const idsOf = (more: Partial<WritingOptions<null>>): number[][] =>
  greedy(counter, { ...options, ...more }).map(({ ids }) => [...ids]);

describe('what is written', () => {
  test('is the likeliest token, each time', () => {
    expect(idsOf({})).toEqual([[1, 2, 3, 3, 3]]);
  });

  test('ends with end, which is not part of it', () => {
    const [written] = greedy(counter, { ...options, end: 3 });
    expect(written?.ids).toEqual(Int32Array.of(1, 2));
    expect(written?.ended).toBe(true);
    expect(greedy(counter, { ...options, end: 3, maxLength: 3 })[0]?.ended).toBe(true);
    expect(greedy(counter, { ...options, end: 3, maxLength: 2 })[0]?.ended).toBe(false);
  });

  test('has its minLength before end', () => {
    expect(idsOf({ end: 3, minLength: 3 })).toEqual([[1, 2, 0, 1, 2]]);
    expect(idsOf({ end: 3, minLength: 2 })).toEqual([[1, 2]]);
  });

  test('repeats no tokens in a row where that is asked for', () => {
    expect(idsOf({ noRepeat: 1, maxLength: 4 })).toEqual([[1, 2, 3, 0]]);
    expect(idsOf({ noRepeat: 2, maxLength: 7 })).toEqual([[1, 2, 3, 3, 0, 1, 3]]);
    expect(idsOf({ noRepeat: 3, maxLength: 5 })).toEqual([[1, 2, 3, 3, 3]]);
    expect(idsOf({ noRepeat: 3, maxLength: 6 })).toEqual([[1, 2, 3, 3, 3, 0]]);
  });

  test('is the first of equals', () => {
    const [written] = greedy(
      tableModel([
        [0, 0],
        [0, 0],
      ]),
      options,
    );
    expect([...(written?.ids ?? [])]).toEqual([0, 0, 0, 0, 0]);
  });

  test('has the probability that the model gives to it, end included, whatever was ruled out', () => {
    const shares = logSoftmax(counter.table);
    const at = (i: number, j: number): number => shares.data[4 * i + j] as number;
    const [written] = greedy(counter, { ...options, end: 3, minLength: 3, maxLength: 6 });
    expect([...(written?.ids ?? [])]).toEqual([1, 2, 0, 1, 2]);
    const total = at(0, 1) + at(1, 2) + at(2, 0) + at(0, 1) + at(1, 2) + at(2, 3);
    expect(written?.logProbability).toBeCloseTo(total, 5);
  });
});

describe('a batch', () => {
  test('begins with one id for all, one for each, or several for each', () => {
    expect(idsOf({ begin: [0, 2], maxLength: 2 })).toEqual([
      [1, 2],
      [3, 3],
    ]);
    expect(idsOf({ begin: Int32Array.of(0, 2), maxLength: 1 })).toEqual([[1], [3]]);
    expect(idsOf({ begin: tensor([0, 2], { dtype: 'int32' }), maxLength: 1 })).toEqual([[1], [3]]);
    expect(
      idsOf({
        begin: tensor(
          [
            [3, 0],
            [0, 1],
          ],
          { dtype: 'int32' },
        ),
        maxLength: 1,
      }),
    ).toEqual([[1], [2]]);
    expect(idsOf({ begin: [[0], [3, 3, 3, 1]], maxLength: 2 })).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  test('is written as its sequences one by one, whenever they end', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(undefined, 0), (seed, end) => {
        const model = new LanguageModel(4, seed, 'float32');
        const state = model.randomState(3, seed + 1);
        const begin = [[0, 3], [1], [2, 1, 1, 0]];
        const together = greedy(model, { state, begin, end, maxLength: 8 });
        begin.forEach((ids, n) => {
          expect(greedy(model, { state: rowOf(state, n), begin: [ids], end, maxLength: 8 })[0]).toEqual(together[n]);
        });
      }),
      RUNS,
    );
  });
});

test('steps see only the sequences that go on', () => {
  const seen: number[] = [];
  const watching: TokenModel<{ readonly h: Tensor }> = {
    vocabularySize: 4,
    step(ids, state) {
      seen.push(ids.size);
      expect(state.h.shape).toEqual([ids.size, 2]);
      return { logits: counter.step(ids, null).logits, state };
    },
  };
  greedy(watching, { state: { h: ones([3, 2]) }, begin: [0, 1, 2], end: 3, maxLength: 9 });
  expect(seen).toEqual([3, 2, 1]);
});

describe('bad input', () => {
  test('options', () => {
    expect(() => greedy(counter, { ...options, maxLength: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: maxLength is 0; it must be a whole number of at least 1. Correct maxLength.]`,
    );
    expect(() => greedy(counter, { ...options, minLength: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: minLength is -1; it must be a whole number of at least 0. Correct minLength.]`,
    );
    expect(() => greedy(counter, { ...options, minLength: 6 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: minLength is 6, maxLength 5; no sequence can have both. Correct one of them.]`,
    );
    expect(() => greedy(counter, { ...options, noRepeat: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: noRepeat is 0; it must be a whole number of at least 1. Correct noRepeat.]`,
    );
    expect(() => greedy(counter, { ...options, end: 4 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: end is 4; the model knows the ids 0 to 3. Check the vocabulary, and the vocabularySize of the model.]`,
    );
    const misspelt = { ...options, minlength: 2 };
    expect(() => greedy(counter, misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: unknown option 'minlength'; the options are state, begin, maxLength, end, minLength, noRepeat. Correct the name, or leave it out.]`,
    );
  });

  test('beginnings', () => {
    const model = new LanguageModel(3, 1, 'float32');
    const state = model.randomState(2, 1);
    const begin = (ids: WritingOptions<null>['begin']) => () => greedy(model, { state, begin: ids, maxLength: 2 });
    expect(begin([0, 1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: greedy: begin is for 3 sequences; there are 2. Pass one id for all, or a beginning for each; a text alone is one of a list: [vocabulary.encode(text)].]`,
    );
    expect(begin([0, 3])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: begin holds 3; the model knows the ids 0 to 2. Check the vocabulary, and the vocabularySize of the model.]`,
    );
    expect(begin(0.5)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: begin holds 0.5; the model knows the ids 0 to 2. Check the vocabulary, and the vocabularySize of the model.]`,
    );
    expect(begin([[0], []])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: begin[1] is empty; a model scores what follows an id, so at least one is needed. Begin with a token that means the beginning.]`,
    );
    expect(begin(tensor([0, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: greedy: begin is float32. begin is [2]; indices are int32. Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32').]`,
    );
    expect(begin(tensor([[[0]]], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: greedy: begin does not fit. begin is [1, 1, 1]; it is [N], or [N, P] for several ids each. Reshape it.]`,
    );
  });

  test('states', () => {
    const uneven = { h: zeros([2, 4]), deep: [zeros([3, 1])] };
    const model: TokenModel<typeof uneven> = {
      vocabularySize: 2,
      step: (ids, state) => ({ logits: zeros([ids.size, 2]), state }),
    };
    expect(() => greedy(model, { state: uneven, begin: 0, maxLength: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: greedy: state.deep[0] has another batch size. state.deep[0] is [3, 1]; each tensor of a state has the batch on axis 0, here 2. Pass the state of one batch.]`,
    );
  });

  test('models that break the contract', () => {
    const narrow: TokenModel<null> = {
      vocabularySize: 3,
      step: (ids) => ({ logits: zeros([ids.size, 2]), state: null }),
    };
    expect(() => greedy(narrow, options)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: greedy (in model.step, t = 0): the logits break the contract of a token model. logits is [1, 2]; with these ids and this vocabularySize they must be [1, 3]. Score each token of the vocabulary once for each id.]`,
    );
    const shrinking: TokenModel<{ readonly h: Tensor }> = {
      vocabularySize: 2,
      step: (ids) => ({ logits: zeros([ids.size, 2]), state: { h: zeros([1, 2]) } }),
    };
    expect(() =>
      greedy(shrinking, { state: { h: zeros([2, 2]) }, begin: 0, maxLength: 2 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: greedy (in model.step, t = 0): nextState.h has another batch size. nextState.h is [1, 2]; each tensor of a state has the batch on axis 0, here 2. Return the state of each sequence in its row.]`,
    );
  });

  test('scores of which none can be chosen', () => {
    const scoring = (scores: readonly number[]) => () => greedy(tableModel([[0, 1], scores]), options);
    expect(scoring([0, Number.NaN])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy (in model.step, t = 1): the logits are NaN at [0, 1]. logits is [1, 2]; a score is finite, or −∞ for a token that cannot follow, and some token must be able to. Look for its origin with detectAnomaly, or correct what the model rules out.]`,
    );
    expect(scoring([Infinity, 0])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy (in model.step, t = 1): the logits are Infinity at [0, 0]. logits is [1, 2]; a score is finite, or −∞ for a token that cannot follow, and some token must be able to. Look for its origin with detectAnomaly, or correct what the model rules out.]`,
    );
    expect(scoring([-Infinity, -Infinity])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy (in model.step, t = 1): the logits are −∞ throughout row 0. logits is [1, 2]; a score is finite, or −∞ for a token that cannot follow, and some token must be able to. Look for its origin with detectAnomaly, or correct what the model rules out.]`,
    );
    expect(() =>
      greedy(
        tableModel([
          [0, 1],
          [1, 0],
        ]),
        { ...options, noRepeat: 1 },
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy: nothing can follow the 2 tokens of sequence 0; minLength, noRepeat and scores of −∞ must leave at least one token. Lower minLength, raise noRepeat, or let the model score more tokens.]`,
    );
    class Decoder extends LanguageModel {}
    const broken = new Decoder(3, 1, 'float32');
    broken.head.bias?.assign(tensor([0, Number.NaN, 0]));
    const state = broken.randomState(2, 1);
    expect(() => greedy(broken, { state, begin: 0, maxLength: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: greedy (in Decoder.step, t = 0): the logits are NaN at [0, 1]. logits is [2, 3]; a score is finite, or −∞ for a token that cannot follow, and some token must be able to. Look for its origin with detectAnomaly, or correct what the model rules out.]`,
    );
  });
});
