import '@unroll/kernels/reference';
import { zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { activations, product } from './plain.fixture.js';
import { RNNCell } from './rnn-cell.js';

for (const [name, activation, plain] of activations) {
  describe(name, () => {
    const cases = describeCell({
      create: (options) => new RNNCell({ inputSize: 3, hiddenSize: 4, activation, ...options }),
      restatement(parameters, x, { h }) {
        const input = product(parameters.matrix('weightIh'), x);
        const hidden = product(parameters.matrix('weightHh'), h);
        const bias = parameters.vector('bias');
        const hNext = h.map((_, u) => plain((input[u] ?? 0) + (hidden[u] ?? 0) + (bias[u] ?? 0)));
        return { output: hNext, state: { h: hNext } };
      },
    });
    for (const { name: property, run } of cases) test(property, run);
  });
}

test('starts with a state of zeros', () => {
  expect(new RNNCell({ inputSize: 2, hiddenSize: 3 }).initialState(2).h.toArray()).toEqual(zeros([2, 3]).toArray());
});

test('refuses bad input', () => {
  const cell = new RNNCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: RNNCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: RNNCell: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  const unknown = { inputSize: 2, hiddenSize: 3, activation: 'swish' as 'tanh' };
  expect(() => new RNNCell(unknown)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RNNCell: activation is 'swish'; the activations are 'tanh', 'relu', or a function of a tensor. Pass one of them.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, units: 3 };
  expect(() => new RNNCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RNNCell: unknown option 'units'; the options are inputSize, hiddenSize, activation, rng, dtype. Correct the name, or leave it out.]`,
  );
});
