import '@unroll/kernels/reference';
import { add, ones, Parameter, Rng, randn, sum, Tape, type Tensor, tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import type { Cell } from '../cell.js';
import { stack } from '../stack.js';
import { unroll } from '../unroll.js';
import { lstm, rnn, strange } from './cells.fixture.js';
import { learnedInitialState } from './learned-initial-state.js';

const options = { rng: new Rng(1), dtype: 'float64' } as const;

/** Adds up its inputs, from 7 on. */
const runningSum: Cell<readonly [{ readonly total: Tensor }, Tensor]> = {
  inputSize: 1,
  outputSize: 1,
  initialState: (batch) => [{ total: add(zeros([batch, 1]), 7) }, zeros([batch, 2, 1])],
  step(x, [{ total }, idle]) {
    const next = add(total, x);
    return { output: next, state: [{ total: next }, idle] };
  },
};

test('begins with what the cell begins with, the same for each sequence, and learns another', () => {
  const cell = learnedInitialState(runningSum);
  const x = ones([3, 2, 1]);
  expect(unroll(cell, x).finalState[0].total.toArray()).toEqual([[9], [9], [9]]);
  expect(cell.namedParameters().map(([name, { shape }]) => [name, shape])).toEqual([
    ['start.0.total', [1, 1]],
    ['start.1', [1, 2, 1]],
  ]);
  const [total] = cell.parameters();
  total?.assign(tensor([[20]]));
  expect(unroll(cell, x).finalState[0].total.toArray()).toEqual([[22], [22], [22]]);
  expect(cell.initialState(4)[1].shape).toEqual([4, 2, 1]);
});

test('its gradient is the sum over the batch, and that of a carried state is none', () => {
  const cell = learnedInitialState(runningSum);
  const tape = new Tape();
  const first = tape.record(() => unroll(cell, ones([3, 2, 1])));
  tape.backward(first.outputs, { seed: 1 });
  // Three sequences, and each of two outputs holds the beginning once.
  expect(cell.start[0].total).toBeInstanceOf(Parameter);
  expect((cell.start[0].total as Parameter).grad?.toArray()).toEqual([[6]]);
  expect(() => {
    const second = tape.record(() => sum(unroll(cell, ones([3, 2, 1]), { initialState: first.finalState }).outputs));
    tape.backward(second);
  }).toThrow('no parameter');
});

test('indices are what the cell makes them', () => {
  const cell = learnedInitialState(strange(options));
  expect(cell.namedParameters().map(([name]) => name)).toEqual([
    'cell.into',
    'cell.recurrent.weight',
    'start.memory',
    'start.more.0.trace',
  ]);
  const { steps } = unroll(cell, randn([2, 5, 3], { dtype: 'float64' })).finalState;
  expect([steps.dtype, steps.toArray()]).toEqual(['int32', [[5], [5]]]);
});

test('of one cell of a stack, or of all of it', () => {
  const one = stack([learnedInitialState(rnn(options)), lstm(options)]);
  const all = learnedInitialState(stack([rnn(options), lstm(options)]));
  const starts = (names: readonly [string, Parameter][]): string[] =>
    names.flatMap(([name]) => (name.includes('start') ? [name] : []));
  expect(starts(one.namedParameters())).toEqual(['cells.0.start.h']);
  expect(starts(all.namedParameters())).toEqual(['start.0.h', 'start.1.h', 'start.1.c']);
});
