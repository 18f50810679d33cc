import '@unroll/kernels/reference';
import { Rng, randn, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { LSTMCell } from './cells/index.js';
import { numbersOf } from './numbers.fixture.js';
import { recurrent } from './recurrent.js';
import { unroll } from './unroll.js';

const options = { rng: new Rng(1), dtype: 'float64' } as const;

test('is unroll, in its direction', () => {
  const cell = new LSTMCell({ inputSize: 3, hiddenSize: 4, ...options });
  const x = randn([2, 5, 3], options);
  const initialState = { h: randn([2, 4], options), c: randn([2, 4], options) };
  for (const reverse of [false, true]) {
    const layer = recurrent(cell, { reverse });
    const expected = unroll(cell, x, { lengths: [5, 2], initialState, reverse });
    const { outputs, finalState } = layer.forward(x, { lengths: [5, 2], initialState });
    expect(outputs.toArray()).toEqual(expected.outputs.toArray());
    expect(numbersOf(finalState)).toEqual(numbersOf(expected.finalState));
    expect([layer.inputSize, layer.outputSize]).toEqual([3, 4]);
  }
  expect(recurrent(cell).forward(x).outputs.toArray()).toEqual(unroll(cell, x).outputs.toArray());
});

test('refuses bad input', () => {
  const cell = new LSTMCell({ inputSize: 3, hiddenSize: 4 });
  const misspelt = { reverse: true, reversed: true };
  expect(() => recurrent(cell, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: recurrent: unknown option 'reversed'; the options are reverse. Correct the name, or leave it out.]`,
  );
  const turned = { lengths: [2], reverse: true };
  expect(() => recurrent(cell).forward(zeros([1, 2, 3]), turned)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: RecurrentLayer.forward: unknown option 'reverse'; the options are initialState, lengths, mask. Correct the name, or leave it out.]`,
  );
});
