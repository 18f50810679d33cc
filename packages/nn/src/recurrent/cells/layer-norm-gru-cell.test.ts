import '@unroll/kernels/reference';
import { Rng, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { LayerNormGRUCell } from './layer-norm-gru-cell.js';
import { activations, logistic, type Matrix, product, standardized } from './plain.fixture.js';

const EPS = 1e-5;

/** r and z normalised together, n by itself. */
function normalized(w: Matrix, gain: readonly number[], values: readonly number[]): number[] {
  const sums = product(w, values);
  const gates = (2 * sums.length) / 3;
  return [...standardized(sums.slice(0, gates), EPS), ...standardized(sums.slice(gates), EPS)].map(
    (value, row) => (gain[row] ?? 0) * value,
  );
}

for (const [activationName, activation, plain] of activations) {
  describe(activationName, () => {
    const cases = describeCell({
      create: (options) => new LayerNormGRUCell({ inputSize: 3, hiddenSize: 4, activation, ...options }),
      restatement(parameters, x, { h }) {
        const input = normalized(parameters.matrix('weightIh'), parameters.vector('gainIh'), x);
        const hidden = normalized(parameters.matrix('weightHh'), parameters.vector('gainHh'), h);
        const [bias, biasHn] = [parameters.vector('bias'), parameters.vector('biasHn')];
        const H = h.length;
        const given = (row: number): number => (input[row] ?? 0) + (bias[row] ?? 0);
        const hNext = h.map((old, u) => {
          const r = logistic(given(u) + (hidden[u] ?? 0));
          const z = logistic(given(H + u) + (hidden[H + u] ?? 0));
          const n = plain(given(2 * H + u) + r * ((hidden[2 * H + u] ?? 0) + (biasHn[u] ?? 0)));
          return (1 - z) * n + z * old;
        });
        return { output: hNext, state: { h: hNext } };
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}

test('starts with gains of 1 and biases of 0', () => {
  const cell = new LayerNormGRUCell({ inputSize: 2, hiddenSize: 2, rng: new Rng(1) });
  for (const gain of [cell.gainIh, cell.gainHh]) expect(new Set(gain.data)).toEqual(new Set([1]));
  for (const bias of [cell.bias, cell.biasHn]) expect(new Set(bias.data)).toEqual(new Set([0]));
});

test('refuses bad input', () => {
  const cell = new LayerNormGRUCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: LayerNormGRUCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: LayerNormGRUCell: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  const negative = { inputSize: 2, hiddenSize: 3, eps: -1 };
  expect(() => new LayerNormGRUCell(negative)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new LayerNormGRUCell: eps is -1; eps keeps the root away from 0: it is finite and above 0. Pass such an eps.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, resetAfter: true };
  expect(() => new LayerNormGRUCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new LayerNormGRUCell: unknown option 'resetAfter'; the options are inputSize, hiddenSize, activation, eps, rng, dtype. Correct the name, or leave it out.]`,
  );
});
