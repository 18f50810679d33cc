import '@unroll/kernels/reference';
import { readFileSync } from 'node:fs';
import { add, mul, type NestedNumbers, sum, type Tensor, tensor, valueAndGrad, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { loadTorchStateDict, toTorchStateDict } from '../../torch-state-dict.js';
import { withParameters } from '../../with-parameters.js';
import { unroll } from '../unroll.js';
import { activations, gateSums, logistic, product } from './plain.fixture.js';
import { ProjectionLSTMCell } from './projection-lstm-cell.js';

for (const [activationName, activation, plain] of activations) {
  describe(activationName, () => {
    const cases = describeCell({
      create: (options) =>
        new ProjectionLSTMCell({ inputSize: 3, hiddenSize: 4, projectionSize: 2, activation, ...options }),
      restatement(parameters, x, { h, c }) {
        const gate = gateSums(parameters, x, h, c.length);
        const cNext = c.map((old, u) => logistic(gate(1, u)) * old + logistic(gate(0, u)) * plain(gate(2, u)));
        const wide = cNext.map((memory, u) => logistic(gate(3, u)) * plain(memory));
        const hNext = product(parameters.matrix('weightHr'), wide);
        return { output: hNext, state: { h: hNext, c: cNext } };
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}

type Numbers = Readonly<Record<string, NestedNumbers>>;

/** Made by `fixtures/projection-lstm.py`, in float64. */
const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/projection-lstm.fixture.json', import.meta.url), 'utf8'),
) as {
  readonly state: Numbers;
  readonly x: NestedNumbers;
  readonly h: NestedNumbers;
  readonly c: NestedNumbers;
  readonly results: readonly NestedNumbers[];
  readonly weights: readonly NestedNumbers[];
  readonly gradients: Numbers;
};

const read = (values: NestedNumbers | undefined): Tensor => tensor(values ?? Number.NaN, { dtype: 'float64' });

function expectClose(actual: Tensor | undefined, expected: NestedNumbers | undefined): void {
  const wanted = read(expected);
  expect(actual?.shape).toEqual(wanted.shape);
  const distance = Array.from(wanted.data, (value, i) => Math.abs((actual?.data[i] ?? Number.NaN) - value));
  expect(Math.max(...distance)).toBeLessThan(1e-12);
}

test("computes what PyTorch's nn.LSTM with proj_size computes, gradients too", () => {
  const cell = new ProjectionLSTMCell({ inputSize: 2, hiddenSize: 4, projectionSize: 3, dtype: 'float64' });
  loadTorchStateDict(cell, Object.fromEntries(Object.entries(fixture.state).map(([name, t]) => [name, read(t)])));
  const results = (x: Tensor): Tensor[] => {
    const { outputs, finalState } = unroll(cell, x, { initialState: { h: read(fixture.h), c: read(fixture.c) } });
    return [outputs, finalState.h, finalState.c];
  };
  results(read(fixture.x)).forEach((result, i) => {
    expectClose(result, fixture.results[i]);
  });
  const loss = ({ x, ...parameters }: Readonly<Record<string, Tensor>> & { readonly x: Tensor }): Tensor => {
    const weighed = withParameters(cell, parameters, () => results(x)).map((result, i) =>
      sum(mul(result, read(fixture.weights[i]))),
    );
    return weighed.reduce((total, part) => add(total, part));
  };
  const { gradient } = valueAndGrad(loss)({ x: read(fixture.x), ...Object.fromEntries(cell.namedParameters()) });
  const { gradients } = fixture;
  expectClose(gradient.x, gradients.x);
  expectClose(gradient.weightIh, gradients.weight_ih_l0);
  expectClose(gradient.weightHh, gradients.weight_hh_l0);
  expectClose(gradient.bias, gradients.bias_ih_l0);
  expectClose(gradient.weightHr, gradients.weight_hr_l0);
});

test("has the names and shapes of PyTorch's layer, in its order", () => {
  const cell = new ProjectionLSTMCell({ inputSize: 2, hiddenSize: 4, projectionSize: 3 });
  const dictionary = toTorchStateDict(cell, { cellsAs: 'layers' });
  expect(Object.entries(dictionary).map(([name, { shape }]) => [name, shape])).toEqual(
    Object.entries(fixture.state).map(([name, values]) => [name, read(values).shape]),
  );
});

test('refuses bad input', () => {
  const sizes = { inputSize: 2, hiddenSize: 4, projectionSize: 3 };
  const cell = new ProjectionLSTMCell(sizes);
  const { h, c } = cell.initialState(4);
  expect(() => cell.step(zeros([4, 5]), { h, c })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ProjectionLSTMCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), { h: c, c })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ProjectionLSTMCell: state.h does not fit. h is [4, 4]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  expect(() => cell.step(zeros([4, 2]), { h, c: h })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ProjectionLSTMCell: state.c does not fit. c is [4, 3]; with a batch of 4 it must be [4, 4]. Pass a state of this cell for this batch.]`,
  );
  expect(() => new ProjectionLSTMCell({ ...sizes, projectionSize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ProjectionLSTMCell: projectionSize is 0; it must be a whole number of at least 1. Correct projectionSize.]`,
  );
  const misspelt = { ...sizes, projSize: 3 };
  expect(() => new ProjectionLSTMCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ProjectionLSTMCell: unknown option 'projSize'; the options are inputSize, hiddenSize, projectionSize, activation, forgetBias, rng, dtype. Correct the name, or leave it out.]`,
  );
  const relu = new ProjectionLSTMCell({ ...sizes, activation: 'relu' });
  expect(() => relu.torchForm()).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ProjectionLSTMCell.torchForm: activation is 'relu'; PyTorch's cell has tanh, and weights of one function are wrong in another. Build the cell with { activation: 'tanh' }.]`,
  );
});
