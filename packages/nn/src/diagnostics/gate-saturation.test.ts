import {
  add,
  concat,
  full,
  linear,
  mul,
  ones,
  Rng,
  randn,
  sigmoid,
  sub,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../recurrent/cell.js';
import { GRUCell, LSTMCell, RNNCell } from '../recurrent/cells/index.js';
import { stack } from '../recurrent/stack.js';
import { unroll } from '../recurrent/unroll.js';
import { gateSaturation } from './gate-saturation.js';

/** An LSTM whose gates are what the biases say, unit by unit. */
function fixed(i: number[], f: number[], o: number[]): LSTMCell {
  const cell = new LSTMCell({ inputSize: 1, hiddenSize: i.length, rng: new Rng(1) });
  for (const parameter of cell.parameters()) parameter.assign(zeros(parameter.shape));
  cell.bias.assign(concat([tensor(i), tensor(f), zeros([i.length]), tensor(o)]));
  return cell;
}
const plain = (gates: ReturnType<typeof gateSaturation>): unknown =>
  gates.map(({ below, above }) => [below.toArray(), above.toArray()]);

test('known gates of an LSTM, unit by unit, forget before input before output', () => {
  const cell = fixed([-9, 0], [9, -9], [0, 9]);
  expect(plain(gateSaturation(cell, ones([3, 5, 1])))).toEqual([
    [
      [0, 1],
      [1, 0],
    ],
    [
      [1, 0],
      [0, 0],
    ],
    [
      [0, 0],
      [0, 1],
    ],
  ]);
});

/** A gate that is σ of its input, so that it can be set at every step. */
const gated: Cell<{ h: Tensor }> = {
  inputSize: 1,
  outputSize: 1,
  initialState: (batch) => ({ h: zeros([batch, 1]) }),
  step(x, { h }) {
    const gate = sigmoid(x);
    const next = add(mul(gate, h), sub(1, gate));
    return { output: next, state: { h: next } };
  },
};
const steps = (rows: readonly (readonly number[])[]): Tensor => tensor(rows.map((row) => row.map((entry) => [entry])));

describe('counts', () => {
  // σ(±9) is beyond 0.1 and 0.9, σ(±2) is about 0.12 and 0.88, σ(±3) about 0.05 and 0.95.
  const x = steps([
    [-9, -2, 0, 3],
    [9, 9, 2, -3],
  ]);

  test("the steps of a stranger's cell", () => {
    expect(plain(gateSaturation(gated, x))).toEqual([[[0.25], [0.375]]]);
  });

  test('against other thresholds', () => {
    expect(plain(gateSaturation(gated, x, { low: 0.2, high: 0.8 }))).toEqual([[[0.375], [0.5]]]);
    expect(plain(gateSaturation(gated, x, { low: 0, high: 1 }))).toEqual([[[0], [0]]]);
  });

  test('real steps alone', () => {
    expect(plain(gateSaturation(gated, x, { lengths: [1, 3] }))).toEqual([[[0.25], [0.5]]]);
    expect(
      plain(
        gateSaturation(gated, x, {
          mask: [
            [0, 1, 1, 0],
            [0, 0, 1, 1],
          ],
        }),
      ),
    ).toEqual([[[0.25], [0]]]);
  });
});

test('the gates of a GRU and of a stack, layer by layer', () => {
  const [lower, upper] = [
    new GRUCell({ inputSize: 2, hiddenSize: 3, rng: new Rng(1) }),
    new LSTMCell({ inputSize: 3, hiddenSize: 4, rng: new Rng(2) }),
  ];
  lower.bias.assign(concat([full([3], -20), full([3], 20), zeros([3])]));
  const gates = gateSaturation(stack([lower, upper]), randn([2, 6, 2], { rng: new Rng(3) }));
  expect(gates.map(({ below }) => below.shape)).toEqual([[3], [3], [4], [4], [4]]);
  expect(gates.slice(0, 2).map(({ below }) => below.toArray())).toEqual([
    [1, 1, 1],
    [0, 0, 0],
  ]);
  expect(gates.slice(0, 2).map(({ above }) => above.toArray())).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
});

test('agrees with the gates computed again from outputs', () => {
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3, rng: new Rng(1) });
  cell.weightIh.assign(mul(cell.weightIh, 4));
  const x = randn([1, 40, 2], { rng: new Rng(2) });
  const outputs = unroll(cell, x).outputs.toArray() as number[][][];
  const inputs = x.toArray() as number[][][];
  const before = [[0, 0, 0], ...(outputs[0] ?? []).slice(0, -1)];
  const counts = before.map((h, t) => {
    const sums = add(
      linear(tensor([h]), cell.weightHh),
      linear(tensor([inputs[0]?.[t] ?? []]), cell.weightIh),
      cell.bias,
    );
    return Array.from(sigmoid(sums).data.slice(3, 6), (gate) => (gate < 0.1 ? 1 : 0));
  });
  const expected = [0, 1, 2].map((u) => counts.reduce((sum, row) => sum + (row[u] ?? 0), 0) / 40);
  const [forget] = gateSaturation(cell, x);
  expect(expected.some((share) => share > 0 && share < 1)).toBe(true);
  expect(forget?.below.toArray()).toEqual(tensor(expected).toArray());
});

test('what is no gate of a step does not count', () => {
  const cell: Cell<{ h: Tensor }> = {
    ...gated,
    // Before the steps, and without a row for each sequence.
    initialState: (batch) => ({ h: mul(sigmoid(zeros([batch, 1])), 0) }),
    step: (x, state) => gated.step(mul(x, sigmoid(zeros([1]))), state),
  };
  expect(gateSaturation(cell, ones([3, 2, 1])).length).toBe(1);
});

test('refuses what has no answer', () => {
  const x = ones([1, 2, 1]);
  const run =
    (cell: Cell<{ h: Tensor }>, options = {}) =>
    () =>
      gateSaturation(cell, x, options);
  expect(run(new RNNCell({ inputSize: 1, hiddenSize: 2 }))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gateSaturation: no step of the cell computes a sigmoid; a gate is what a step computes with sigmoid, outside of checkpoint. Use traceStates to look at a cell without gates.]`,
  );
  expect(run(gated, { low: 0.9, high: 0.1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gateSaturation: low is 0.9 and high is 0.1; a gate is between 0 and 1, and low is at most high. Correct them.]`,
  );
  expect(run(gated, { threshold: 0.1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gateSaturation: unknown option 'threshold'; the options are initialState, lengths, mask, low, high. Correct the name, or leave it out.]`,
  );
  expect(run(gated, { lengths: [1, 2] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: gateSaturation: there is not one length for each sequence. lengths is [2]; with a batch of 1 it must be [1]. Pass one length for each sequence.]`,
  );
  let width = 0;
  const growing: Cell<{ h: Tensor }> = {
    ...gated,
    step(input, state) {
      width += 1;
      sigmoid(zeros([1, width]));
      return { output: tanh(input), state };
    },
  };
  expect(run(growing)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gateSaturation (in cell.step, t = 1): gate 0 has changed its size. gate is [1, 2]; it had 1 units at an earlier step. Look at a cell whose steps all compute the same gates.]`,
  );
});
