import '@unroll/kernels/reference';
import { Rng, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { CoupledLSTMCell } from './coupled-lstm-cell.js';
import { LayerNormLSTMCell } from './layer-norm-lstm-cell.js';
import { LSTMCell } from './lstm-cell.js';
import { PeepholeLSTMCell } from './peephole-lstm-cell.js';
import { activations, gateSums, logistic } from './plain.fixture.js';
import { ProjectionLSTMCell } from './projection-lstm-cell.js';

for (const [activationName, activation, plain] of activations) {
  describe(activationName, () => {
    const cases = describeCell({
      create: (options) => new LSTMCell({ inputSize: 3, hiddenSize: 4, activation, ...options }),
      restatement(parameters, x, { h, c }) {
        const gate = gateSums(parameters, x, h);
        const cNext = c.map((old, u) => logistic(gate(1, u)) * old + logistic(gate(0, u)) * plain(gate(2, u)));
        const hNext = cNext.map((memory, u) => logistic(gate(3, u)) * plain(memory));
        return { output: hNext, state: { h: hNext, c: cNext } };
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}

test('starts with orthogonal gates, a forget bias of 1 and a state of zeros', () => {
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3, rng: new Rng(1) });
  expect(cell.bias.toArray()).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  expect(cell.weightHh.shape).toEqual([12, 3]);
  for (let gate = 0; gate < 4; gate++) {
    const block = cell.weightHh.data.slice(9 * gate, 9 * gate + 9);
    for (const [i, j] of [
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const dot = [0, 1, 2].reduce((sum, k) => sum + (block[3 * i + k] ?? 0) * (block[3 * j + k] ?? 0), 0);
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 6);
    }
  }
  const { h, c } = cell.initialState(2);
  expect([h.toArray(), c.toArray()]).toEqual([zeros([2, 3]).toArray(), zeros([2, 3]).toArray()]);
});

test.each([LSTMCell, PeepholeLSTMCell, LayerNormLSTMCell, CoupledLSTMCell])(
  '%o starts with the forget bias that is asked for',
  (Made) => {
    const options = { inputSize: 2, hiddenSize: 2 };
    const given = [...new Made({ ...options, forgetBias: 3, rng: new Rng(1) }).bias.data];
    const usual = [...new Made({ ...options, rng: new Rng(1) }).bias.data];
    expect(given).toEqual(usual.map((bias) => 3 * bias)); // all others start at 0
    expect(usual.filter((bias) => bias === 1)).toHaveLength(2);
    const projected = new ProjectionLSTMCell({ ...options, projectionSize: 1, forgetBias: -2 });
    expect([...projected.bias.data]).toEqual([0, 0, -2, -2, 0, 0, 0, 0]);
  },
);

test('refuses bad input', () => {
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3 });
  const state = cell.initialState(4);
  expect(() => cell.step(zeros([4, 5]), state)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: LSTMCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 7, 2]), state)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: LSTMCell: the input does not fit. x is [4, 7, 2]; a step takes [N, 2]. Use unroll, which takes [N, T, D].]`,
  );
  expect(() => cell.step(zeros([3, 2]), state)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: LSTMCell: state.h does not fit. h is [4, 3]; with a batch of 3 it must be [3, 3]. Pass a state of this cell for this batch.]`,
  );
  expect(() => cell.step(tensor([[1, 2]], { dtype: 'int32' }), state)).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: LSTMCell: x is int32. x is [1, 2]; int32 tensors hold indices and are not computed with. Convert with cast(x, 'float32').]`,
  );
  expect(() => cell.step(zeros([4, 2]), { h: state.h } as typeof state)).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: LSTMCell: state.c is missing; the state has h and c. Pass what initialState or a step of this cell returned.]`,
  );
  expect(() => new LSTMCell({ inputSize: 0, hiddenSize: 3 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new LSTMCell: inputSize is 0; it must be a whole number of at least 1. Correct inputSize.]`,
  );
  expect(() => new LSTMCell({ inputSize: 2, hiddenSize: 2.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new LSTMCell: hiddenSize is 2.5; it must be a whole number of at least 1. Correct hiddenSize.]`,
  );
  expect(
    () => new LSTMCell({ inputSize: 2, hiddenSize: 3, forgetBias: Number.NaN }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new LSTMCell: forgetBias is NaN; it must be a finite number. Pass ln(T − 1) for a memory of T steps, or leave it out for 1.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, hidden: 4 };
  expect(() => new LSTMCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new LSTMCell: unknown option 'hidden'; the options are inputSize, hiddenSize, activation, forgetBias, rng, dtype. Correct the name, or leave it out.]`,
  );
  const other = new LSTMCell({ inputSize: 2, hiddenSize: 3, activation: (x) => x });
  expect(() => other.torchForm()).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: LSTMCell.torchForm: activation is a function; PyTorch's cell has tanh, and weights of one function are wrong in another. Build the cell with { activation: 'tanh' }.]`,
  );
});
