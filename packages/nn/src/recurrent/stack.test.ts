import '@unroll/kernels/reference';
import { add, Rng, randn, sum, Tape, tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { describeCell } from '../testing/index.js';
import type { Cell } from './cell.js';
import { GRUCell, LSTMCell, RNNCell } from './cells/index.js';
import { stack } from './stack.js';
import { unroll } from './unroll.js';

const float64 = { dtype: 'float64' } as const;

const cases = describeCell({
  create: (options) =>
    stack(
      [
        new LSTMCell({ inputSize: 3, hiddenSize: 4, ...options }),
        new GRUCell({ inputSize: 4, hiddenSize: 4, ...options }),
      ],
      { residual: true, dropout: 0.5, rng: options.rng },
    ),
});
for (const { name, run } of cases) test(name, run);

test('equals one cell unrolled over the outputs of another', () => {
  const below = new LSTMCell({ inputSize: 2, hiddenSize: 3, ...float64 });
  const above = new RNNCell({ inputSize: 3, hiddenSize: 4, ...float64 });
  const x = randn([2, 5, 2], float64);
  const { outputs, finalState } = unroll(stack([below, above]), x);
  const lower = unroll(below, x);
  const upper = unroll(above, lower.outputs);
  expect(outputs.toArray()).toEqual(upper.outputs.toArray());
  expect(finalState[0].c.toArray()).toEqual(lower.finalState.c.toArray());
  expect(finalState[1].h.toArray()).toEqual(upper.finalState.h.toArray());
});

/** Puts out its input plus 1, and has no state worth mentioning. */
const plusOne: Cell<{ unused: ReturnType<typeof zeros> }> = {
  inputSize: 1,
  outputSize: 1,
  initialState: (batch) => ({ unused: zeros([batch, 1]) }),
  step: (x, state) => ({ output: add(x, 1), state }),
};

test('residual adds the input of each cell but the first', () => {
  const x = tensor([[[10]]]);
  expect(unroll(stack([plusOne, plusOne, plusOne]), x).outputs.item()).toBe(13);
  // 11, then 12 + 11, then 24 + 23
  expect(unroll(stack([plusOne, plusOne, plusOne], { residual: true }), x).outputs.item()).toBe(47);
});

test('dropout acts between the cells, in training only, anew in each step', () => {
  const wide: Cell<{ unused: ReturnType<typeof zeros> }> = { ...plusOne, inputSize: 100, outputSize: 100 };
  const cell = stack([wide, wide], { dropout: 0.5, rng: new Rng(1) });
  const x = zeros([1, 2, 100]);
  const counts = (values: ArrayLike<number>): Record<string, number> => {
    const found: Record<string, number> = {};
    for (const value of Array.from(values)) found[value] = (found[value] ?? 0) + 1;
    return found;
  };
  const trained = unroll(cell, x).outputs;
  // The first puts out 1, which becomes 0 or 2; the second adds 1.
  expect(Object.keys(counts(trained.data))).toEqual(['1', '3']);
  expect(counts(trained.data)['1']).toBeGreaterThan(60);
  expect(counts(trained.data)['1']).toBeLessThan(140);
  expect(trained.data.slice(0, 100)).not.toEqual(trained.data.slice(100));
  expect(counts(unroll(cell.eval(), x).outputs.data)).toEqual({ 2: 200 });
});

test('its generator is part of the state dictionary', () => {
  const build = (seed: number) => stack([plusOne, plusOne], { dropout: 0.5, rng: new Rng(seed) });
  const [cell, other] = [build(1), build(2)];
  const x = zeros([1, 20, 1]);
  unroll(cell, x);
  other.loadStateDict(cell.stateDict());
  expect(Object.keys(cell.stateDict())).toEqual(['dropout.rng']);
  expect(unroll(other, x).outputs.toArray()).toEqual(unroll(cell, x).outputs.toArray());
  expect(unroll(build(1), x).outputs.toArray()).not.toEqual(unroll(cell, x).outputs.toArray());
});

test('names the parameters by their cell', () => {
  const cell = stack([new RNNCell({ inputSize: 1, hiddenSize: 2 }), new RNNCell({ inputSize: 2, hiddenSize: 2 })]);
  expect(cell.parameters().map(({ name }) => name)).toEqual(
    ['0', '1'].flatMap((i) => ['weightIh', 'weightHh', 'bias'].map((name) => `cells.${i}.${name}`)),
  );
  const tape = new Tape();
  tape.backward(tape.record(() => sum(unroll(cell, zeros([1, 2, 1])).outputs)));
  expect(cell.parameters().every(({ grad }) => grad !== null)).toBe(true);
});

test('refuses bad input', () => {
  const [narrow, wide] = [new RNNCell({ inputSize: 2, hiddenSize: 3 }), new RNNCell({ inputSize: 3, hiddenSize: 5 })];
  expect(() => stack([])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: stack: there are no cells; at least one is needed. Pass some.]`,
  );
  expect(() => stack([wide, narrow])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: stack: cells[1] does not fit on cells[0]; its inputSize (2) must equal the outputSize below (5). Correct one of them.]`,
  );
  expect(() => stack([narrow, wide], { residual: true })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: stack: cells[1] cannot be residual; its outputSize (5) must equal its inputSize (3), since they are added. Use equal sizes, or leave residual out.]`,
  );
  expect(() => stack([narrow, wide], { dropout: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Dropout: p is 1; p is the probability of a zero: at least 0 and below 1. Pass such a p.]`,
  );
  const misspelt = { dropout: 0.1, dropOut: 0.1 };
  expect(() => stack([narrow, wide], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: stack: unknown option 'dropOut'; the options are residual, dropout, rng. Correct the name, or leave it out.]`,
  );
  const cell = stack([narrow, wide]);
  const short = [narrow.initialState(1)] as never;
  expect(() => unroll(cell, zeros([1, 2, 2]), { initialState: short })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: stack (in StackedCell.step, t = 0): the state is an array of 1; there must be a state for each of the 2 cells. Pass what initialState or a step of this stack returned.]`,
  );
  const mixed = [narrow.initialState(1), wide.initialState(2)] as const;
  expect(() => unroll(cell, zeros([1, 2, 2]), { initialState: mixed })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: unroll: initialState[1].h has another batch size. initialState[1].h is [2, 5]; each tensor of a state has the batch on axis 0, here 1. Pass a state for this batch, or none to begin anew.]`,
  );
});
