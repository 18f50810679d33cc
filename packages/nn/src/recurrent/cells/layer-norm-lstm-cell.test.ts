import '@unroll/kernels/reference';
import { mul, Rng, randn, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { withParameters } from '../../with-parameters.js';
import { unroll } from '../unroll.js';
import { LayerNormLSTMCell } from './layer-norm-lstm-cell.js';
import { activations, logistic, product, standardized } from './plain.fixture.js';

const EPS = 1e-5;
for (const [activationName, activation, plain] of activations) {
  describe(activationName, () => {
    const cases = describeCell({
      create: (options) => new LayerNormLSTMCell({ inputSize: 3, hiddenSize: 4, activation, ...options }),
      restatement(parameters, x, { h, c }) {
        const input = standardized(product(parameters.matrix('weightIh'), x), EPS);
        const hidden = standardized(product(parameters.matrix('weightHh'), h), EPS);
        const [gainIh, gainHh] = [parameters.vector('gainIh'), parameters.vector('gainHh')];
        const sums = parameters.vector('bias').map((bias, row) => {
          return (gainIh[row] ?? 0) * (input[row] ?? 0) + (gainHh[row] ?? 0) * (hidden[row] ?? 0) + bias;
        });
        const sum = (gate: number, u: number): number => sums[gate * c.length + u] ?? 0;
        const cNext = c.map((old, u) => logistic(sum(1, u)) * old + logistic(sum(0, u)) * plain(sum(2, u)));
        const [gainC, biasC] = [parameters.vector('gainC'), parameters.vector('biasC')];
        const hNext = standardized(cNext, EPS).map((memory, u) => {
          return logistic(sum(3, u)) * plain((gainC[u] ?? 0) * memory + (biasC[u] ?? 0));
        });
        return { output: hNext, state: { h: hNext, c: cNext } };
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}

test('starts with gains of 1, and a forget bias of 1 among zeros', () => {
  const cell = new LayerNormLSTMCell({ inputSize: 2, hiddenSize: 2, rng: new Rng(1) });
  const { gainIh, gainHh, gainC, bias, biasC } = cell;
  for (const gain of [gainIh, gainHh, gainC]) expect(new Set(gain.data)).toEqual(new Set([1]));
  expect(bias.toArray()).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  expect(biasC.toArray()).toEqual([0, 0]);
});

test('does not depend on the scale of its weights', () => {
  const cell = new LayerNormLSTMCell({ inputSize: 3, hiddenSize: 4, eps: 1e-12, dtype: 'float64', rng: new Rng(1) });
  const x = randn([2, 5, 3], { rng: new Rng(2), dtype: 'float64' });
  const run = (): Float64Array => Float64Array.from(unroll(cell, x).outputs.data);
  const { weightIh, weightHh } = cell;
  const scaled = withParameters(cell, { weightIh: mul(weightIh, 7), weightHh: mul(weightHh, 3) }, run);
  const distance = run().map((value, i) => Math.abs(value - (scaled[i] ?? Number.NaN)));
  expect(Math.max(...distance)).toBeLessThan(1e-8);
});

test('refuses bad input', () => {
  const cell = new LayerNormLSTMCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: LayerNormLSTMCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: LayerNormLSTMCell: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  expect(() => new LayerNormLSTMCell({ inputSize: 2, hiddenSize: 3, eps: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new LayerNormLSTMCell: eps is 0; eps keeps the root away from 0: it is finite and above 0. Pass such an eps.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, epsilon: 1e-3 };
  expect(() => new LayerNormLSTMCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new LayerNormLSTMCell: unknown option 'epsilon'; the options are inputSize, hiddenSize, activation, forgetBias, eps, rng, dtype. Correct the name, or leave it out.]`,
  );
});
