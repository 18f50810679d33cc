import '@unroll/kernels/reference';
import { mul, Rng, randn, type Tensor, tanh } from '@unroll/core';
import { expect, test } from 'vitest';
import { Linear, RNNCell, Tanh } from '../../index.js';
import { describeCell } from '../../testing/index.js';
import { product } from '../cells/plain.fixture.js';
import { unroll } from '../unroll.js';
import { lstm, rnn, strange } from './cells.fixture.js';
import { deepTransition } from './deep-transition.js';

const options = { rng: new Rng(1), dtype: 'float64' } as const;
const linear = (rng: Rng): Linear => new Linear({ inputSize: 3, outputSize: 3, rng, dtype: 'float64' });

const cases = describeCell({
  create: ({ rng, dtype }) =>
    deepTransition(new RNNCell({ inputSize: 2, hiddenSize: 4, rng, dtype }), [
      new Linear({ inputSize: 4, outputSize: 5, rng, dtype }),
      new Tanh(),
      new Linear({ inputSize: 5, outputSize: 4, rng, dtype }),
      new Tanh(),
    ]),
  restatement(parameters, x, { h }) {
    const affine = (layer: string, input: readonly number[]): number[] => {
      const bias = parameters.vector(`${layer}.bias`);
      return product(parameters.matrix(`${layer}.weight`), input).map((entry, i) => entry + (bias[i] ?? 0));
    };
    const [input, hidden] = [
      product(parameters.matrix('cell.weightIh'), x),
      product(parameters.matrix('cell.weightHh'), h),
    ];
    const bias = parameters.vector('cell.bias');
    const first = hidden.map((entry, i) => Math.tanh(entry + (input[i] ?? 0) + (bias[i] ?? 0)));
    const second = affine('transition.layers.0', first).map(Math.tanh);
    const next = affine('transition.layers.2', second).map(Math.tanh);
    return { output: next, state: { h: next } };
  },
});
for (const { name, run } of cases) test(name, run);

test("leaves an LSTM's memory alone", () => {
  const inner = lstm(options);
  const cell = deepTransition(inner, [linear(options.rng), tanh]);
  const [x, state] = [randn([2, 3], options), { h: randn([2, 3], options), c: randn([2, 3], options) }];
  const [own, deepened] = [inner.step(x, state), cell.step(x, state)];
  expect(deepened.state.c.toArray()).toEqual(own.state.c.toArray());
  expect(deepened.state.h).toBe(deepened.output);
  expect(deepened.output.toArray()).toEqual(cell.transition.forward(own.output).toArray());
});

test('refuses bad input', () => {
  const x = randn([1, 2, 3], options);
  expect(() => deepTransition(rnn(options), [])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: deepTransition: there are no layers; without any it would be the cell itself. Pass some: [new Linear(…), new Tanh()].]`,
  );
  const wide = deepTransition(rnn(options), [new Linear({ inputSize: 3, outputSize: 4, dtype: 'float64' })]);
  expect(() => unroll(wide, x)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: deepTransition (in DeepTransitionCell.step, t = 0): the layers change the shape. before is [1, 3], after is [1, 4]; the next step takes what they return in the place of the cell's output. Let the last layer have the cell's outputSize.]`,
  );
  const aside = deepTransition(strange(options), [(h: Tensor) => mul(h, 2)]);
  expect(() => unroll(aside, x)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: deepTransition (in DeepTransitionCell.step, t = 0): the cell's output is none of the tensors of its next state; the layers stand between two states, so what they return must be carried on. Use a cell that puts out a part of its state, or put the layers behind its outputs.]`,
  );
  expect(() => deepTransition(rnn(options), ['tanh'] as never)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Sequential: layers[0] is no layer; layers have a method forward, or are functions of a tensor. Pass such a layer.]`,
  );
});
