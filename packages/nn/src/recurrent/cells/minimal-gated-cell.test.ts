import '@unroll/kernels/reference';
import { zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { MinimalGatedCell } from './minimal-gated-cell.js';
import { activations, logistic, product } from './plain.fixture.js';

for (const [activationName, activation, plain] of activations) {
  describe(activationName, () => {
    const cases = describeCell({
      create: (options) => new MinimalGatedCell({ inputSize: 3, hiddenSize: 4, activation, ...options }),
      restatement(parameters, x, { h }) {
        const input = product(parameters.matrix('weightIh'), x);
        const weightHh = parameters.matrix('weightHh');
        const bias = parameters.vector('bias');
        const H = h.length;
        const given = (row: number): number => (input[row] ?? 0) + (bias[row] ?? 0);
        const f = product(weightHh.slice(0, H), h).map((recurrent, u) => logistic(given(u) + recurrent));
        const gated = h.map((old, u) => (f[u] ?? 0) * old);
        const n = product(weightHh.slice(H), gated).map((recurrent, u) => plain(given(H + u) + recurrent));
        const hNext = h.map((old, u) => (1 - (f[u] ?? 0)) * old + (f[u] ?? 0) * (n[u] ?? 0));
        return { output: hNext, state: { h: hNext } };
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}

test('refuses bad input', () => {
  const cell = new MinimalGatedCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: MinimalGatedCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: MinimalGatedCell: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, gates: 1 };
  expect(() => new MinimalGatedCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new MinimalGatedCell: unknown option 'gates'; the options are inputSize, hiddenSize, activation, rng, dtype. Correct the name, or leave it out.]`,
  );
});
