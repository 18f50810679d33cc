import '@unroll/kernels/reference';
import { Rng, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { CoupledLSTMCell } from './coupled-lstm-cell.js';
import { activations, gateSums, logistic } from './plain.fixture.js';

for (const [activationName, activation, plain] of activations) {
  describe(activationName, () => {
    const cases = describeCell({
      create: (options) => new CoupledLSTMCell({ inputSize: 3, hiddenSize: 4, activation, ...options }),
      restatement(parameters, x, { h, c }) {
        const sum = gateSums(parameters, x, h);
        const cNext = c.map((old, u) => {
          const f = logistic(sum(0, u));
          return f * old + (1 - f) * plain(sum(1, u));
        });
        const hNext = cNext.map((memory, u) => logistic(sum(2, u)) * plain(memory));
        return { output: hNext, state: { h: hNext, c: cNext } };
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}

test('starts with a forget bias of 1', () => {
  const cell = new CoupledLSTMCell({ inputSize: 2, hiddenSize: 2, rng: new Rng(1) });
  expect(cell.bias.toArray()).toEqual([1, 1, 0, 0, 0, 0]);
});

test('refuses bad input', () => {
  const cell = new CoupledLSTMCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: CoupledLSTMCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: CoupledLSTMCell: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, coupled: true };
  expect(() => new CoupledLSTMCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new CoupledLSTMCell: unknown option 'coupled'; the options are inputSize, hiddenSize, activation, forgetBias, rng, dtype. Correct the name, or leave it out.]`,
  );
});
