import { type Tensor, tensor } from '@unroll/core';
import { expect, test } from 'vitest';
import { decode } from './decode.js';
import { LanguageModel, tableModel } from './models.fixture.js';

const ids = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'int32' });

const model = new LanguageModel(4, 1, 'float32');
const options = { state: model.randomState(2, 1), begin: 0 };
const targets = ids([
  [1, 2],
  [3, 0],
]);

test('targets', () => {
  expect(() => decode(model, tensor([[1, 2]]), options)).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: decode: targets is float32. targets is [1, 2]; indices are int32. Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32').]`,
  );
  expect(() => decode(model, tensor([1, 2], { dtype: 'int32' }), options)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: decode: the targets do not fit. targets is [2]; targets are [N, T], with N and T at least 1. Add a batch: expandDims(targets, 0).]`,
  );
  expect(() => decode(model, tensor(new Int32Array(0), { shape: [2, 0] }), options)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: decode: there is nothing to write. targets is [2, 0]; targets are [N, T], with N and T at least 1. Reshape them, or leave empty batches out.]`,
  );
  expect(() =>
    decode(
      model,
      ids([
        [1, 4],
        [0, 0],
      ]),
      options,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: targets hold 4; the model knows the ids 0 to 3. Check the vocabulary, and the vocabularySize of the model.]`,
  );
});

test('states and beginnings', () => {
  expect(() =>
    decode(model, targets, { ...options, state: model.randomState(3, 1) }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: decode: state.h has another batch size. state.h is [3, 4]; each tensor of a state has the batch on axis 0, here 2. Pass a state with a row for each row of the targets.]`,
  );
  expect(() => decode(model, targets, { ...options, begin: [0, 1, 2] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: decode: begin is for 3 sequences; there are 2. Pass one id for all, or a beginning for each; a text alone is one of a list: [vocabulary.encode(text)].]`,
  );
  expect(() =>
    decode(model, targets, {
      ...options,
      begin: ids([
        [0, 1],
        [2, 3],
      ]),
    }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: decode: begin has several ids for a sequence; the first step reads one; what follows it are the targets. Put the others in front of the targets.]`,
  );
});

test('options', () => {
  expect(() => decode(model, targets, { ...options, teacherForcing: 1.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: teacherForcing is 1.5; it is the probability of reading the true last token, from 0 to 1. Pass such a number, or a function that answers with one for each step.]`,
  );
  expect(() =>
    decode(model, targets, { ...options, teacherForcing: (step) => -step }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: teacherForcing(1) is -1; it is the probability of reading the true last token, from 0 to 1. Pass such a number, or a function that answers with one for each step.]`,
  );
  const greedily = { ...options, choose: 'greedy' as 'argmax' };
  expect(() => decode(model, targets, greedily)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: choose is 'greedy'; the model's own token is chosen by 'sample' or by 'argmax'. Pass one of them.]`,
  );
  expect(() => decode(model, targets, { ...options, lengths: [2, 3] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: lengths[1] is 3; a length is a whole number from 1 to 2, the size of the time axis. Correct it.]`,
  );
  const misspelt = { ...options, teacher_forcing: 1 };
  expect(() => decode(model, targets, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode: unknown option 'teacher_forcing'; the options are state, begin, teacherForcing, choose, lengths, rng. Correct the name, or leave it out.]`,
  );
});

test('logits that nothing can be chosen from', () => {
  const broken = tableModel([[Number.NaN, 0]]);
  expect(() =>
    decode(broken, ids([[0, 0]]), { state: null, begin: 0, teacherForcing: 0 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: decode (in model.step, t = 0): the logits are NaN at [0, 0]. logits is [1, 2]; a score is finite, or −∞ for a token that cannot follow, and some token must be able to. Look for its origin with detectAnomaly, or correct what the model rules out.]`,
  );
});
