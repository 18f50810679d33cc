import '@unroll/kernels/reference';
import { add, cast, concat, mul, pick, Rng, randn, slice, stack, sum, Tape, type Tensor, tensor } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { LSTMCell, Module, RNNCell } from '../../index.js';
import type { Cell, CellStep } from '../cell.js';
import { numbersOf } from '../numbers.fixture.js';
import { unroll } from '../unroll.js';
import { lstm, rnn, strange } from './cells.fixture.js';
import { learnedInitialState } from './learned-initial-state.js';
import { variationalDropout } from './variational-dropout.js';

const options = { rng: new Rng(1), dtype: 'float64' } as const;
const draw = (shape: readonly number[], seed: number): Tensor => randn(shape, { rng: new Rng(seed), dtype: 'float64' });

/** The mask of a rate as factors: 0 and 1 / (1 − rate). */
const factors = (mask: Tensor | null | undefined, rate: number): Tensor =>
  mul(cast(mask ?? tensor([]), 'float64'), 1 / (1 - rate));

describe('in training', () => {
  test('inputs, outputs and the state that is read lose the same units in all steps', () => {
    const inner = lstm(options);
    const cell = variationalDropout(inner, { input: 0.5, output: 0.4, state: { h: 0.3 }, rng: new Rng(3) });
    const initialState = cell.initialState(4);
    const { masks } = initialState;
    expect(Object.keys(masks.state)).toEqual(['h']);
    const [mx, my, mh] = [factors(masks.input, 0.5), factors(masks.output, 0.4), factors(masks.state.h, 0.3)];
    const x = draw([4, 5, 3], 2);
    let state = initialState.cell;
    const expected = Array.from({ length: 5 }, (_, t) => {
      const next = inner.step(mul(pick(x, 1, t), mx), { h: mul(state.h, mh), c: state.c });
      state = next.state;
      return add(mul(next.output, my), 0); // no −0
    });
    const { outputs, finalState } = unroll(cell, x, { initialState });
    expect(outputs.toArray()).toEqual(stack(expected, 1).toArray());
    expect(numbersOf(finalState.cell)).toEqual(numbersOf(state));
    for (const mask of [masks.input, masks.output, masks.state.h]) {
      expect(mask?.dtype).toBe('int32');
      expect(new Set(mask?.data)).toEqual(new Set([0, 1]));
    }
  });

  test('masks belong to a sequence: carried windows have one, the next sequence another, each row its own', () => {
    const cell = variationalDropout(rnn(options), { input: 0.5, output: 0.5, state: 0.5, rng: new Rng(3) });
    const x = draw([20, 6, 3], 2);
    const initialState = cell.initialState(20);
    const { masks } = initialState;
    const whole = unroll(cell, x, { initialState });
    const first = unroll(cell, slice(x, 1, 0, 4), { initialState });
    const second = unroll(cell, slice(x, 1, 4), { initialState: first.finalState });
    expect(concat([first.outputs, second.outputs], 1).toArray()).toEqual(whole.outputs.toArray());
    expect(numbersOf(second.finalState)).toEqual(numbersOf(whole.finalState));
    expect(numbersOf(second.finalState.masks)).toEqual(numbersOf(masks));
    const rows = new Set([...Array(20).keys()].map((n) => String(masks.input?.data.slice(3 * n, 3 * n + 3))));
    expect(rows.size).toBeGreaterThan(4);
    const other = unroll(cell, x).finalState.masks;
    expect(other.input?.toArray()).not.toEqual(masks.input?.toArray());
  });

  test('about as many units are dropped as the rate says', () => {
    const cell = variationalDropout(rnn(options), { input: 0.2, rng: new Rng(3) });
    const mask = cell.initialState(2000).masks.input;
    expect(Array.from(mask?.data ?? []).reduce((total, flag) => total + flag) / 6000).toBeCloseTo(0.8, 1.5);
  });

  test('windows of a training keep the masks and reach the parameters', () => {
    const cell = variationalDropout(lstm(options), { input: 0.3, state: { h: 0.3 }, rng: new Rng(3) });
    const tape = new Tape();
    let state: ReturnType<typeof cell.initialState> | undefined;
    const seen: unknown[] = [];
    for (let window = 0; window < 3; window++) {
      const run = tape.record(() => {
        const { outputs, finalState } = unroll(cell, draw([2, 3, 3], window), { initialState: state });
        return { loss: sum(outputs), state: finalState };
      });
      const { untouched } = tape.backward(run.loss, { parameters: cell.parameters() });
      expect(untouched).toEqual([]);
      state = run.state;
      seen.push(numbersOf(state.masks));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test('with ids for inputs words are dropped', () => {
    const inner = new RNNCell({ inputSize: 5, hiddenSize: 3, ...options });
    const cell = variationalDropout(inner, { input: 0.5, rng: new Rng(4) });
    const initialState = cell.initialState(1);
    const mask = Array.from(initialState.masks.input?.data ?? []);
    expect(mask).toContain(0);
    const ids = tensor([[0, 1, 2, 3, 4]], { dtype: 'int32' });
    const rows = tensor([mask.map((flag, word) => mask.map((_, i) => (i === word ? flag * 2 : 0)))], {
      dtype: 'float64',
    });
    const { outputs } = unroll(cell, ids, { initialState });
    expect(outputs.toArray()).toEqual(unroll(inner, rows).outputs.toArray());
  });
});

describe('in evaluation', () => {
  test('is the cell, whatever the masks of its state, and moves no generator', () => {
    const inner = lstm(options);
    const cell = variationalDropout(inner, { input: 0.5, output: 0.5, state: { h: 0.5 }, rng: new Rng(3) });
    const x = draw([2, 4, 3], 2);
    const initialState = cell.initialState(2);
    cell.eval();
    const before = cell.rng.state();
    expect(unroll(cell, x, { initialState }).outputs.toArray()).toEqual(unroll(inner, x).outputs.toArray());
    expect(unroll(cell, x).outputs.toArray()).toEqual(unroll(inner, x).outputs.toArray());
    expect(cell.rng.state()).toEqual(before);
    expect(new Set(cell.initialState(2).masks.output?.data)).toEqual(new Set([1]));
  });
});

test('projects all steps at once where the inputs are whole', () => {
  let projected = 0;
  class Counting extends RNNCell {
    override project(x: Tensor): Tensor {
      projected += 1;
      return super.project(x);
    }
  }
  const count = (cell: Cell<{ h: Tensor }>, dropout: object, training: boolean): number => {
    projected = 0;
    const wrapped = variationalDropout(cell, { ...dropout });
    wrapped.training = training;
    unroll(wrapped, draw([2, 7, 3], 1));
    return projected;
  };
  const cell = new Counting({ inputSize: 3, hiddenSize: 3, ...options });
  expect(count(cell, { output: 0.5, state: 0.5 }, true)).toBe(1);
  expect(count(cell, { input: 0.5 }, false)).toBe(1);
  expect(count(cell, { input: 0.5 }, true)).toBe(7);
});

test('its masks are no numbers to be learned', () => {
  const cell = learnedInitialState(variationalDropout(rnn(options), { input: 0.5, state: 0.5, rng: new Rng(3) }));
  expect(cell.namedParameters().map(([name]) => name)).toEqual([
    'cell.cell.weightIh',
    'cell.cell.weightHh',
    'cell.cell.bias',
    'start.cell.h',
  ]);
  const [one, other] = [cell.initialState(8).masks, cell.initialState(8).masks];
  expect(one.input?.toArray()).not.toEqual(other.input?.toArray());
});

test('its generator is part of the state dictionary', () => {
  const inner = strange(options);
  const create = (seed: number) => variationalDropout(inner, { state: 0.5, output: 0.5, rng: new Rng(seed) });
  const [cell, other] = [create(1), create(2)];
  const x = draw([3, 4, 3], 2);
  unroll(cell, x);
  other.loadStateDict(cell.stateDict());
  expect(unroll(other, x).outputs.toArray()).toEqual(unroll(cell, x).outputs.toArray());
});

test("keeps the cell's types", () => {
  class Doubling extends Module implements Cell<{ readonly twice: readonly [Tensor] }> {
    readonly inputSize = 1;
    readonly outputSize = 1;
    initialState(batch: number): { readonly twice: readonly [Tensor] } {
      return { twice: [draw([batch, 1], 1)] };
    }
    step(
      x: Tensor,
      { twice: [t] }: { readonly twice: readonly [Tensor] },
    ): CellStep<{ readonly twice: readonly [Tensor] }> {
      return { output: x, state: { twice: [add(t, t)] } };
    }
  }
  const cell = variationalDropout(new Doubling(), { state: { twice: [0.5] } });
  const part: Tensor = unroll(cell, draw([1, 2, 1], 2)).finalState.cell.twice[0];
  expect(part.shape).toEqual([1, 1]);
});

test('refuses bad input', () => {
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => variationalDropout(cell, { input: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: variationalDropout: input is 1; a rate is a probability: at least 0 and below 1. Pass such a rate.]`,
  );
  expect(() => variationalDropout(cell, { output: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: variationalDropout: output is -1; a rate is a probability: at least 0 and below 1. Pass such a rate.]`,
  );
  expect(() => variationalDropout(cell, { state: { h: 1 } })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: variationalDropout: state.h is 1; a rate is a probability: at least 0 and below 1. Pass such a rate.]`,
  );
  const misnamed = { h: 0.1, H: 0.1 };
  expect(() => variationalDropout(cell, { state: misnamed })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: variationalDropout: state names 'H'; the parts of the state are h, c. Correct the name, or leave it out.]`,
  );
  const misspelt = { input: 0.1, inputs: 0.1 };
  expect(() => variationalDropout(cell, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: variationalDropout: unknown option 'inputs'; the options are input, output, state, rng. Correct the name, or leave it out.]`,
  );
});
