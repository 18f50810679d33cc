import '@unroll/kernels/reference';
import { zeros } from '@unroll/core';
import { describeCell, type Restatement } from '@unroll/nn/testing';
import { expect, test } from 'vitest';
import { MinimalGatedUnit, type MinimalGatedUnitState } from './minimal-gated-unit.js';

/** The paper's equations, unit by unit. */
const restatement: Restatement<MinimalGatedUnitState> = (parameters, x, { h }) => {
  const H = h.length;
  const weightIh = parameters.matrix('weightIh');
  const bias = parameters.vector('bias');
  const dot = (row: readonly number[] = [], values: readonly number[]): number => {
    return row.reduce((sum, weight, i) => sum + weight * (values[i] ?? Number.NaN), 0);
  };
  const given = (row: number): number => dot(weightIh[row], x) + (bias[row] ?? Number.NaN);
  const f = parameters.matrix('weightHf').map((row, u) => 1 / (1 + Math.exp(-(given(u) + dot(row, h)))));
  const gated = h.map((old, u) => (f[u] ?? Number.NaN) * old);
  const n = parameters.matrix('weightHn').map((row, u) => Math.tanh(given(H + u) + dot(row, gated)));
  const hNext = h.map((old, u) => {
    const [gate, candidate] = [f[u] ?? Number.NaN, n[u] ?? Number.NaN];
    return (1 - gate) * old + gate * candidate;
  });
  return { output: hNext, state: { h: hNext } };
};

const cases = describeCell({
  create: (options) => new MinimalGatedUnit({ inputSize: 3, hiddenSize: 4, ...options }),
  restatement,
});
for (const { name, run } of cases) test(name, run);

test('refuses bad input', () => {
  const cell = new MinimalGatedUnit({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: MinimalGatedUnit: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: MinimalGatedUnit: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  expect(() => new MinimalGatedUnit({ inputSize: 2, hiddenSize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new MinimalGatedUnit: hiddenSize is 0; it must be a whole number of at least 1. Correct hiddenSize.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, hidden: 3 };
  expect(() => new MinimalGatedUnit(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new MinimalGatedUnit: unknown option 'hidden'; the options are inputSize, hiddenSize, rng, dtype. Correct the name, or leave it out.]`,
  );
});
