import '@unroll/kernels/reference';
import { zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell, type Restatement } from '../../testing/index.js';
import { GRUCell, type GRUState } from './gru-cell.js';
import { activations, logistic, product } from './plain.fixture.js';

const restatements = (plain: (x: number) => number): Record<string, Restatement<GRUState>> => ({
  resetAfter(parameters, x, { h }) {
    const input = product(parameters.matrix('weightIh'), x);
    const hidden = product(parameters.matrix('weightHh'), h);
    const bias = parameters.vector('bias');
    const biasHn = parameters.vector('biasHn');
    const H = h.length;
    const hNext = h.map((old, u) => {
      const given = (block: number): number => (input[block * H + u] ?? 0) + (bias[block * H + u] ?? 0);
      const r = logistic(given(0) + (hidden[u] ?? 0));
      const z = logistic(given(1) + (hidden[H + u] ?? 0));
      const n = plain(given(2) + r * ((hidden[2 * H + u] ?? 0) + (biasHn[u] ?? 0)));
      return (1 - z) * n + z * old;
    });
    return { output: hNext, state: { h: hNext } };
  },
  resetBefore(parameters, x, { h }) {
    const input = product(parameters.matrix('weightIh'), x);
    const weightHh = parameters.matrix('weightHh');
    const bias = parameters.vector('bias');
    const H = h.length;
    const given = (block: number, u: number): number => (input[block * H + u] ?? 0) + (bias[block * H + u] ?? 0);
    const [ur, uz, un] = [0, 1, 2].map((block) => weightHh.slice(block * H, (block + 1) * H));
    const r = product(ur ?? [], h).map((recurrent, u) => logistic(given(0, u) + recurrent));
    const z = product(uz ?? [], h).map((recurrent, u) => logistic(given(1, u) + recurrent));
    const reset = h.map((old, u) => (r[u] ?? 0) * old);
    const n = product(un ?? [], reset).map((recurrent, u) => plain(given(2, u) + recurrent));
    const hNext = h.map((old, u) => (1 - (z[u] ?? 0)) * (n[u] ?? 0) + (z[u] ?? 0) * old);
    return { output: hNext, state: { h: hNext } };
  },
});

for (const [name, activation, plain] of activations) {
  for (const [form, restatement] of Object.entries(restatements(plain))) {
    describe(`${form}, ${name}`, () => {
      const resetAfter = form === 'resetAfter';
      const cases = describeCell({
        create: (options) => new GRUCell({ inputSize: 3, hiddenSize: 4, resetAfter, activation, ...options }),
        restatement,
      });
      for (const { name: property, run } of cases) test(property, run);
    });
  }
}

test('has a bias of its own for the new gate only after the product', () => {
  const after = new GRUCell({ inputSize: 2, hiddenSize: 3 });
  const before = new GRUCell({ inputSize: 2, hiddenSize: 3, resetAfter: false });
  expect(after.namedParameters().map(([name]) => name)).toEqual(['weightIh', 'weightHh', 'bias', 'biasHn']);
  expect(before.namedParameters().map(([name]) => name)).toEqual(['weightIh', 'weightHh', 'bias']);
  expect(after.initialState(2).h.toArray()).toEqual(zeros([2, 3]).toArray());
});

test('refuses bad input', () => {
  const cell = new GRUCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: GRUCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: GRUCell: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, resetafter: false };
  expect(() => new GRUCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new GRUCell: unknown option 'resetafter'; the options are inputSize, hiddenSize, resetAfter, activation, rng, dtype. Correct the name, or leave it out.]`,
  );
  const relu = new GRUCell({ inputSize: 2, hiddenSize: 3, activation: 'relu' });
  expect(() => relu.torchForm()).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: GRUCell.torchForm: activation is 'relu'; PyTorch's cell has tanh, and weights of one function are wrong in another. Build the cell with { activation: 'tanh' }.]`,
  );
});
