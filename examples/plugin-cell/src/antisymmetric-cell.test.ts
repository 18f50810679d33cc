import '@unroll/kernels/reference'; // float64, which derivatives are checked in
import { cast, Rng, randn, sum, Tape, zeros } from '@unroll/core';
import { unroll } from '@unroll/nn';
import { describeCell, type Restatement } from '@unroll/nn/testing';
import { describe, expect, test } from 'vitest';
import { AntisymmetricCell, type AntisymmetricState } from './antisymmetric-cell.js';

const [STEP_SIZE, DIFFUSION] = [0.3, 0.2];

/** The paper's equation, unit by unit. */
const restatement: Restatement<AntisymmetricState> = (parameters, x, { h }) => {
  const V = parameters.matrix('weightIh');
  const W = parameters.matrix('weightHh');
  const b = parameters.vector('bias');
  const entry = (row: readonly number[] | undefined, i: number): number => row?.[i] ?? Number.NaN;
  const hNext = h.map((old, u) => {
    let a = entry(b, u);
    for (const [i, value] of x.entries()) a += entry(V[u], i) * value;
    for (const [v, value] of h.entries()) a += (entry(W[u], v) - entry(W[v], u) - (u === v ? DIFFUSION : 0)) * value;
    return old + STEP_SIZE * Math.tanh(a);
  });
  return { output: hNext, state: { h: hNext } };
};

const cases = describeCell({
  create: (options) => {
    return new AntisymmetricCell({
      inputSize: 3,
      hiddenSize: 4,
      stepSize: STEP_SIZE,
      diffusion: DIFFUSION,
      ...options,
    });
  },
  restatement,
});
describe('is a cell', () => {
  for (const { name, run } of cases) test(name, run);
});

test('keeps the gradient of a distant step as large as that of a near one', () => {
  const cell = new AntisymmetricCell({ inputSize: 2, hiddenSize: 8, rng: new Rng(1) });
  const x = cast(randn([1, 400, 2], { rng: new Rng(2) }), 'float32');
  const tape = new Tape();
  const loss = tape.record(() => sum(unroll(cell, x).finalState.h));
  const [gradient] = tape.gradient(loss, [x]);
  const sizeAt = (t: number): number => Math.hypot(...(gradient?.data.slice(2 * t, 2 * t + 2) ?? []));
  const ratio = sizeAt(0) / sizeAt(399);
  expect(ratio).toBeGreaterThan(0.1);
  expect(ratio).toBeLessThan(10);
});

test('refuses bad input', () => {
  const cell = new AntisymmetricCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AntisymmetricCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AntisymmetricCell: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  expect(() => new AntisymmetricCell({ inputSize: 2, hiddenSize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AntisymmetricCell: hiddenSize is 0; it must be a whole number of at least 1. Correct hiddenSize.]`,
  );
  const backwards = { inputSize: 2, hiddenSize: 3, stepSize: -1 };
  expect(() => new AntisymmetricCell(backwards)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AntisymmetricCell: stepSize is -1; it must be finite and not negative. Correct stepSize.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, hidden: 3 };
  expect(() => new AntisymmetricCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AntisymmetricCell: unknown option 'hidden'; the options are inputSize, hiddenSize, stepSize, diffusion, rng, dtype. Correct the name, or leave it out.]`,
  );
});
