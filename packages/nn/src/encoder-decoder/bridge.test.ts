import '@unroll/kernels/reference';
import { concat, Rng, randn, type Tensor, tensor, zeros } from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { expect, test } from 'vitest';
import type { Cell } from '../recurrent/cell.js';
import { GRUCell, LSTMCell } from '../recurrent/cells/index.js';
import { stack } from '../recurrent/stack.js';
import { withParameters } from '../with-parameters.js';
import { Bridge } from './bridge.js';

const rng = new Rng(1);
const float64 = { dtype: 'float64' } as const;
const draw = (...shape: number[]): Tensor => randn(shape, { rng, ...float64 });

test('equals plain loops: one layer of all numbers, cut into the tensors of the state', () => {
  const cell = stack([
    new LSTMCell({ inputSize: 1, hiddenSize: 2, ...float64 }),
    new GRUCell({ inputSize: 2, hiddenSize: 3, ...float64 }),
  ]);
  const bridge = new Bridge({ inputSize: 5, cell, rng, ...float64 });
  const [h, c] = [draw(2, 2), draw(2, 3)];
  const [first, second] = bridge.forward({ finalState: { h, c } });
  const weight = bridge.linear.weight.toArray() as unknown as number[][];
  const bias = Array.from(bridge.linear.bias?.data ?? []);
  for (const n of [0, 1]) {
    const v = [...h.data.slice(2 * n, 2 * n + 2), ...c.data.slice(3 * n, 3 * n + 3)];
    const wanted = weight.map((row, i) => Math.tanh(row.reduce((sum, w, j) => sum + w * (v[j] ?? 0), bias[i] ?? 0)));
    const row = (t: Tensor, width: number): number[] => Array.from(t.data.slice(width * n, width * (n + 1)));
    const found = [...row(first.h, 2), ...row(first.c, 2), ...row(second.h, 3)];
    found.forEach((entry, i) => {
      expect(entry).toBeCloseTo(wanted[i] ?? Number.NaN, 14);
    });
    expect(found.length).toBe(7);
  }
});

test('derivatives of both orders', () => {
  const bridge = new Bridge({
    inputSize: 4,
    cell: new LSTMCell({ inputSize: 1, hiddenSize: 2, ...float64 }),
    ...float64,
  });
  const named = bridge.namedParameters();
  expect(named.map(([name]) => name)).toEqual(['linear.weight', 'linear.bias']);
  const f = (finalState: Tensor, ...values: Tensor[]): Tensor =>
    withParameters(bridge, Object.fromEntries(named.map(([name], i) => [name, values[i] as Tensor])), () => {
      const { h, c } = bridge.forward({ finalState });
      return concat([h, c], 1);
    });
  gradcheck(f, [draw(3, 4), ...named.map(([, parameter]) => parameter)]);
});

test('leaves indices as the cell has them', () => {
  const counting: Cell<{ sum: Tensor; count: Tensor }> = {
    inputSize: 1,
    outputSize: 2,
    initialState: (batch) => ({ sum: zeros([batch, 2]), count: tensor(new Int32Array(batch).fill(7)) }),
    step: (_, state) => ({ output: state.sum, state }),
  };
  const { sum, count } = new Bridge({ inputSize: 3, cell: counting }).forward({ finalState: randn([4, 3]) });
  expect(sum.shape).toEqual([4, 2]);
  expect(count.toArray()).toEqual([7, 7, 7, 7]);
});

test('refuses bad input', () => {
  const cell = new GRUCell({ inputSize: 1, hiddenSize: 2 });
  const bridge = new Bridge({ inputSize: 4, cell });
  expect(() => bridge.forward({ finalState: { h: randn([2, 3]) } })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: Bridge: the final state has 3 numbers for each sequence; it is h [2, 3]; inputSize is 4. Correct inputSize.]`,
  );
  expect(() => new Bridge({ inputSize: 0, cell })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Bridge: inputSize is 0; it must be a whole number of at least 1. Correct inputSize.]`,
  );
  const misspelt = { inputSize: 4, cell, activation: 'tanh' };
  expect(() => new Bridge(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Bridge: unknown option 'activation'; the options are inputSize, cell, rng, dtype. Correct the name, or leave it out.]`,
  );
});
