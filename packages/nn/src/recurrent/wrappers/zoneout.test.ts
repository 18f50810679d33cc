import '@unroll/kernels/reference';
import { Rng, randn, Tape, type Tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { stack } from '../stack.js';
import { unroll } from '../unroll.js';
import { lstm, rnn, strange } from './cells.fixture.js';
import { zoneout } from './zoneout.js';

const options = { rng: new Rng(1), dtype: 'float64' } as const;
const draw = (shape: readonly number[], seed: number): Tensor => randn(shape, { rng: new Rng(seed), dtype: 'float64' });
const numbers = (t: Tensor): number[] => Array.from(t.data);

describe('in training', () => {
  test('each unit keeps its value or takes the next one, in every step anew', () => {
    const inner = lstm(options);
    const cell = zoneout(inner, { rate: { h: 0.3, c: 0.6 }, rng: new Rng(2) });
    const state = { h: draw([500, 3], 3), c: draw([500, 3], 4) };
    const x = draw([500, 3], 5);
    const next = inner.step(x, state);
    const kept = (part: 'h' | 'c', zoned: Tensor): boolean[] =>
      numbers(zoned).map((entry, i) => {
        expect([state[part].data[i], next.state[part].data[i]]).toContain(entry);
        return entry === state[part].data[i];
      });
    const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;
    const [first, second] = [cell.step(x, state), cell.step(x, state)];
    expect(first.output).toBe(first.state.h);
    const [h, c, later] = [kept('h', first.state.h), kept('c', first.state.c), kept('h', second.state.h)];
    expect(share(h)).toBeCloseTo(0.3, 1);
    expect(share(c)).toBeCloseTo(0.6, 1);
    // Drawn apart: h and c, and one step and the next, agree as often as chance has it.
    expect(share(h.map((flag, i) => flag === c[i]))).toBeCloseTo(0.3 * 0.6 + 0.7 * 0.4, 1);
    expect(share(h.map((flag, i) => flag === later[i]))).toBeCloseTo(0.3 * 0.3 + 0.7 * 0.7, 1);
  });

  test('gradients pass where the mask lets values pass', () => {
    const inner = rnn(options);
    const cell = zoneout(inner, { rate: 0.5, rng: new Rng(2) });
    const [x, h] = [draw([4, 3], 3), draw([4, 3], 4)];
    const tape = new Tape();
    const zoned = tape.record(() => cell.step(x, { h }).output);
    const [gradient] = tape.gradient(zoned, [x], { seed: 1 });
    const plain = new Tape();
    const mask = numbers(zoned).map((entry, i) => (entry === h.data[i] ? 0 : 1));
    const output = plain.record(() => inner.step(x, { h }).output);
    const seed = zeros([4, 3], { dtype: 'float64' }).value;
    mask.forEach((flag, i) => {
      seed.data[i] = flag;
    });
    const [expected] = plain.gradient(output, [x], { seed });
    expect(mask).toContain(0);
    expect(mask).toContain(1);
    expect(gradient?.toArray()).toEqual(expected?.toArray());
  });

  test('its generator is part of the state dictionary', () => {
    const inner = rnn(options);
    const [cell, other] = [1, 2].map((seed) => zoneout(inner, { rate: 0.5, rng: new Rng(seed) }));
    const x = draw([2, 9, 3], 3);
    if (cell === undefined || other === undefined) return;
    unroll(cell, x);
    other.loadStateDict(cell.stateDict());
    expect(Object.keys(cell.stateDict())).toEqual(['cell.weightIh', 'cell.weightHh', 'cell.bias', 'rng']);
    expect(unroll(other, x).outputs.toArray()).toEqual(unroll(cell, x).outputs.toArray());
    expect(unroll(other, x).outputs.toArray()).not.toEqual(unroll(other, x).outputs.toArray());
  });
});

describe('in evaluation', () => {
  test('is the expectation, and moves no generator', () => {
    const inner = lstm(options);
    const cell = zoneout(inner, { rate: { c: 0.75 } }).eval();
    const state = { h: draw([2, 3], 3), c: draw([2, 3], 4) };
    const x = draw([2, 3], 5);
    const [next, zoned, before] = [inner.step(x, state), cell.step(x, state), cell.rng.state()];
    expect(numbers(zoned.state.h)).toEqual(numbers(next.state.h));
    numbers(zoned.state.c).forEach((entry, i) => {
      const [old = Number.NaN, fresh = Number.NaN] = [state.c.data[i], next.state.c.data[i]];
      expect(entry).toBeCloseTo(0.75 * old + 0.25 * fresh, 14);
    });
    expect(cell.rng.state()).toEqual(before);
  });
});

test('at a rate of 1 nothing ever changes', () => {
  const inner = lstm(options);
  const cell = zoneout(inner, { rate: 1 });
  const initialState = { h: draw([2, 3], 3), c: draw([2, 3], 4) };
  for (const mode of ['train', 'eval'] as const) {
    const { outputs, finalState } = unroll(cell[mode](), draw([2, 4, 3], 5), { initialState });
    expect(finalState.h.toArray()).toEqual(initialState.h.toArray());
    expect(finalState.c.toArray()).toEqual(initialState.c.toArray());
    for (const row of [0, 1]) expect(outputs.toArray()).toHaveProperty([row, 3], (initialState.h.toArray() as [])[row]);
  }
});

test('an output of its own and indices are left alone; rates reach nested parts', () => {
  const inner = strange(options);
  const cell = zoneout(inner, { rate: { more: [{ trace: 1 }] } });
  const x = draw([2, 4, 3], 5);
  const { outputs, finalState } = unroll(cell, x);
  expect(finalState.steps.toArray()).toEqual([[4], [4]]);
  expect(finalState.memory.toArray()).toEqual(unroll(inner, x).finalState.memory.toArray());
  expect(finalState.more[0].trace.toArray()).toEqual(zeros([2, 3]).toArray());
  expect(numbers(outputs)).not.toContain(0);
});

test('rates follow the structure of a stack', () => {
  const cell = zoneout(stack([rnn(options), lstm(options)]), { rate: [1, { c: 1 }] });
  const { finalState } = unroll(cell, draw([2, 3, 3], 1));
  expect(numbers(finalState[0].h)).toEqual(new Array(6).fill(0));
  expect(numbers(finalState[1].c)).toEqual(new Array(6).fill(0));
  expect(numbers(finalState[1].h)).not.toContain(0);
});

test('refuses bad input', () => {
  const cell = lstm(options);
  expect(() => zoneout(cell, { rate: 1.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: zoneout: rate is 1.5; a rate is a probability: at least 0 and at most 1. Pass such a rate.]`,
  );
  expect(() => zoneout(cell, { rate: { h: -0.1 } })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: zoneout: rate.h is -0.1; a rate is a probability: at least 0 and at most 1. Pass such a rate.]`,
  );
  const misnamed = { h: 0.1, C: 0.5 };
  expect(() => zoneout(cell, { rate: misnamed })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: zoneout: rate names 'C'; the parts of the state are h, c. Correct the name, or leave it out.]`,
  );
  expect(() => zoneout(strange(options), { rate: { more: { 1: 0.5 } as never } })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: zoneout: rate.more names '1'; the parts of the state are 0. Correct the name, or leave it out.]`,
  );
  expect(() => zoneout(cell, { rate: { h: { deep: 1 } as never } })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: zoneout: rate.h is no number; a rate is a probability: at least 0 and at most 1. Pass such a rate.]`,
  );
  expect(() => zoneout(cell, { rate: 'often' as never })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: zoneout: rate is no number; a rate is a probability: at least 0 and at most 1. Pass such a rate.]`,
  );
  expect(() => zoneout(cell, {} as never)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: zoneout: rate is no number; a rate is a probability: at least 0 and at most 1. Pass such a rate.]`,
  );
  const misspelt = { rate: 0.1, rates: 0.1 };
  expect(() => zoneout(cell, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: zoneout: unknown option 'rates'; the options are rate, rng. Correct the name, or leave it out.]`,
  );
});
