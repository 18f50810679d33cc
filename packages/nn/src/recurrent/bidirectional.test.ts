import '@unroll/kernels/reference';
import { add, concat, mul, Rng, randn, sum, Tape, type Tensor, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { bidirectional } from './bidirectional.js';
import type { Cell } from './cell.js';
import { GRUCell, LSTMCell, RNNCell } from './cells/index.js';
import { numbersOf } from './numbers.fixture.js';
import type { SequenceLayer } from './sequence-layer.js';
import { unroll } from './unroll.js';
import { weightDrop } from './wrappers/weight-drop.js';

const float64 = { dtype: 'float64' } as const;
const options = { rng: new Rng(1), ...float64 };
const x = randn([2, 5, 3], { rng: new Rng(2), ...float64 });
const lengths = [5, 3];

/** Adds up its inputs. */
const runningSum: Cell<Tensor> = {
  inputSize: 1,
  outputSize: 1,
  initialState: (batch) => zeros([batch, 1]),
  step(input, total) {
    const next = add(total, input);
    return { output: next, state: next };
  },
};
const column = (rows: readonly (readonly number[])[]): Tensor => tensor(rows.map((row) => row.map((entry) => [entry])));

describe('outputs', () => {
  const lstm = new LSTMCell({ inputSize: 3, hiddenSize: 4, ...options });
  const gru = new GRUCell({ inputSize: 3, hiddenSize: 4, ...options });
  const [ahead, back] = [unroll(lstm, x, { lengths }), unroll(gru, x, { lengths, reverse: true })];
  const merged = {
    concat: concat([ahead.outputs, back.outputs], 2),
    sum: add(ahead.outputs, back.outputs),
    mean: mul(add(ahead.outputs, back.outputs), 0.5),
  };

  test.each(['concat', 'sum', 'mean'] as const)('are merged: %s', (merge) => {
    const layer = bidirectional(lstm, gru, { merge });
    const { outputs, finalState } = layer.forward(x, { lengths });
    expect(outputs.toArray()).toEqual(merged[merge].toArray());
    expect(outputs.shape[2]).toBe(layer.outputSize);
    expect(finalState.forward.c.toArray()).toEqual(ahead.finalState.c.toArray());
    expect(finalState.backward.h.toArray()).toEqual(back.finalState.h.toArray());
  });

  test('are concatenated unless something else is said, and may be of different widths', () => {
    const narrow = new RNNCell({ inputSize: 3, hiddenSize: 1, ...options });
    const layer: SequenceLayer<{ forward: { h: Tensor; c: Tensor }; backward: { h: Tensor } }> = bidirectional(
      lstm,
      narrow,
    );
    expect([layer.inputSize, layer.outputSize, layer.forward(x).outputs.shape[2]]).toEqual([3, 5, 5]);
  });

  test('stay apart', () => {
    const { outputs, finalState } = bidirectional(lstm, gru, { merge: 'none' }).forward(x, { lengths });
    expect(outputs.forward.toArray()).toEqual(ahead.outputs.toArray());
    expect(outputs.backward.toArray()).toEqual(back.outputs.toArray());
    expect(finalState.forward.h.toArray()).toEqual(ahead.finalState.h.toArray());
    expect(finalState.backward.h.toArray()).toEqual(back.finalState.h.toArray());
  });
});

test('each sequence is reversed within its length, and the final state is that of both', () => {
  const layer = bidirectional(runningSum, runningSum);
  const sequences = column([
    [1, 2, 4, 8],
    [1, 10, Number.NaN, Number.NaN],
  ]);
  const { outputs, finalState } = layer.forward(sequences, { lengths: [4, 2] });
  expect(outputs.toArray()).toEqual([
    [
      [1, 15],
      [3, 14],
      [7, 12],
      [15, 8],
    ],
    [
      [1, 11],
      [11, 10],
      [11, 0],
      [11, 0],
    ],
  ]);
  expect(numbersOf(finalState)).toEqual({ forward: [[15], [11]], backward: [[15], [11]] });
});

test('takes a mask, ids, and a state of both', () => {
  const layer = bidirectional(runningSum, runningSum);
  const initialState = { forward: tensor([[100]]), backward: tensor([[1000]]) };
  const { outputs } = layer.forward(column([[1, 2, 4]]), { mask: [[1, 0, 1]], initialState });
  expect(outputs.toArray()).toEqual([
    [
      [101, 1005],
      [101, 1004],
      [105, 1004],
    ],
  ]);
  const rnn = new RNNCell({ inputSize: 3, hiddenSize: 2 });
  expect(bidirectional(rnn, rnn).forward(tensor([[2, 0]], { dtype: 'int32' })).outputs.shape).toEqual([1, 2, 4]);
});

test('outside of a recording only the result is kept; in one the gradient reaches both cells', () => {
  const layer = bidirectional(
    weightDrop(new LSTMCell({ inputSize: 3, hiddenSize: 2, ...options }), { rate: 0.5 }),
    new RNNCell({ inputSize: 3, hiddenSize: 2, ...options }),
  );
  expect(layer.namedParameters().map(([name]) => name)).toEqual([
    'forwardCell.cell.weightIh',
    'forwardCell.cell.weightHh',
    'forwardCell.cell.bias',
    'backwardCell.weightIh',
    'backwardCell.weightHh',
    'backwardCell.bias',
  ]);
  const tape = new Tape();
  const loss = tape.record(() => sum(layer.forward(x, { lengths }).outputs));
  expect(tape.backward(loss, { parameters: layer.parameters() }).untouched).toEqual([]);
});

test('refuses bad input', () => {
  const [rnn, wide] = [new RNNCell({ inputSize: 2, hiddenSize: 3 }), new RNNCell({ inputSize: 2, hiddenSize: 4 })];
  const other = new RNNCell({ inputSize: 3, hiddenSize: 3 });
  expect(() => bidirectional(rnn, other)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: bidirectional: the cells take different inputs; the inputSize of one (2) must equal the other's (3). Correct one of them.]`,
  );
  expect(() => bidirectional(rnn, wide, { merge: 'mean' })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: bidirectional: the outputs have no mean; the outputSize of one (3) must equal the other's (4). Use equal sizes, or merge: 'concat'.]`,
  );
  expect(() => bidirectional(rnn, rnn, { merge: 'average' as 'mean' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bidirectional: merge is 'average'; the outputs are merged by 'concat', 'sum', 'mean' or 'none'. Pass one of them.]`,
  );
  const misspelt = { merge: 'sum', merged: true } as const;
  expect(() => bidirectional(rnn, rnn, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bidirectional: unknown option 'merged'; the options are merge. Correct the name, or leave it out.]`,
  );
  const layer = bidirectional(rnn, rnn);
  const reversed = { lengths: [2], reverse: true };
  expect(() => layer.forward(zeros([1, 2, 2]), reversed)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: BidirectionalLayer.forward: unknown option 'reverse'; the options are initialState, lengths, mask. Correct the name, or leave it out.]`,
  );
  expect(() => layer.forward(zeros([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: unroll (in BidirectionalLayer.forward): the sequences do not fit. x is [1, 2, 3]; x must be [N, T, 2], the batch first. Reshape x, or check the cell's inputSize.]`,
  );
  expect(() => bidirectional(rnn, rnn, { merge: 'none' }).forward(zeros([1, 2, 2]), reversed)).toThrow(
    "BidirectionalPair.forward: unknown option 'reverse'",
  );
});
