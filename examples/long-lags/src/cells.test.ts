import { ones, Rng, tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { chronoLstm, coupled, gru, lstm, peephole } from './cells.js';

test.each(Object.entries({ gru, coupled, lstm, chronoLstm, peephole }))('%s keeps what its biases say', (_, make) => {
  // Two units without weights, of which the first keeps all and the second, at bias 0, half of its state.
  const cell = make({ inputSize: 1, hiddenSize: 2, rng: new Rng(1) }, tensor([30, 0]));
  for (const [name, weight] of cell.namedParameters()) if (name !== 'bias') weight.assign(zeros(weight.shape));
  const full = { h: ones([1, 2]), c: ones([1, 2]) };
  const { state } = cell.step(zeros([1, 1]), full);
  expect([...('c' in state ? state.c : state.h).data]).toEqual([1, 0.5]);
});

test('only the chrono LSTM takes in little where it keeps for long', () => {
  const taken = [lstm, chronoLstm].map((make) => {
    const cell = make({ inputSize: 1, hiddenSize: 2, rng: new Rng(1) }, tensor([30, 0]));
    const { state } = cell.step(ones([1, 1]), cell.initialState(1));
    return [...('c' in state ? state.c : state.h).data].map((memory) => Math.abs(memory) > 1e-9);
  });
  expect(taken).toEqual([
    [true, true],
    [false, true],
  ]);
});
