import '@unroll/kernels/reference';
import { add, Rng, randn, type TensorTree } from '@unroll/core';
import { expect, test } from 'vitest';
import { GRUCell, LSTMCell } from '../../index.js';
import type { Cell } from '../cell.js';
import { numbersOf } from '../numbers.fixture.js';
import { stack } from '../stack.js';
import { unroll } from '../unroll.js';
import { lstm, rnn, strange } from './cells.fixture.js';
import { residual } from './residual.js';

const options = { rng: new Rng(1), dtype: 'float64' } as const;
const x = randn([2, 5, 3], { rng: new Rng(2), dtype: 'float64' });

test('adds the input to the output, and leaves the state alone', () => {
  const cells: readonly Cell<TensorTree>[] = [lstm(options), strange(options)];
  for (const inner of cells) {
    const [own, around] = [unroll(inner, x), unroll(residual(inner), x)];
    expect(around.outputs.toArray()).toEqual(add(own.outputs, x).toArray());
    expect(numbersOf(around.finalState)).toEqual(numbersOf(own.finalState));
  }
});

test('is what residual says of a stack', () => {
  const [first, second] = [lstm(options), rnn(options)];
  const expected = unroll(stack([first, second, first], { residual: true }), x);
  expect(unroll(stack([first, residual(second), residual(first)]), x).outputs.toArray()).toEqual(
    expected.outputs.toArray(),
  );
});

test('refuses a cell that changes the size', () => {
  expect(() => residual(new GRUCell({ inputSize: 3, hiddenSize: 4 }))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: residual: the cell changes the size; its outputSize (4) must equal its inputSize (3), since they are added. Use equal sizes.]`,
  );
  expect(residual(new LSTMCell({ inputSize: 4, hiddenSize: 4 })).outputSize).toBe(4);
});
