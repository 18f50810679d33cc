import '@unroll/kernels/reference';
import {
  checkpoint,
  grad,
  mul,
  Rng,
  randn,
  sum,
  Tape,
  type Tensor,
  type TensorTree,
  tensor,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { GRUCell, type Module, RNNCell, type RNNState, Tanh, withParameters } from '../../index.js';
import type { Cell } from '../cell.js';
import { inRun } from '../cell.js';
import { numbersOf } from '../numbers.fixture.js';
import { stack } from '../stack.js';
import { unroll } from '../unroll.js';
import { lstm, rnn, strange } from './cells.fixture.js';
import { deepTransition } from './deep-transition.js';
import { learnedInitialState } from './learned-initial-state.js';
import { residual } from './residual.js';
import { variationalDropout } from './variational-dropout.js';
import { type WeightDropCell, weightDrop } from './weight-drop.js';
import { zoneout } from './zoneout.js';

const options = { rng: new Rng(1), dtype: 'float64' } as const;
const draw = (shape: readonly number[], seed: number): Tensor => randn(shape, { rng: new Rng(seed), dtype: 'float64' });
const x = draw([2, 5, 3], 2);

/** 2 where a weight stays, 0 where it is dropped, as the next run will have it. */
function nextMask(cell: { readonly rng: Rng }, shape: readonly number[]): Tensor {
  const rng = Rng.fromState(cell.rng.state());
  const size = shape.reduce((product, n) => product * n);
  return tensor(
    Float64Array.from({ length: size }, () => (rng.uniform() < 0.5 ? 0 : 2)),
    { shape },
  );
}

describe('in training', () => {
  test('a run computes with weights of which some are 0 and the others larger, drawn anew for each', () => {
    const inner = lstm(options);
    const cell = weightDrop(inner, { rate: 0.5, rng: new Rng(3) });
    const seen = [1, 2].map(() => {
      const mask = nextMask(cell, [12, 3]);
      const dropped = mul(inner.weightHh, mask);
      const expected = withParameters(inner, { weightHh: dropped }, () => unroll(inner, x));
      const actual = unroll(cell, x);
      expect(actual.outputs.toArray()).toEqual(expected.outputs.toArray());
      expect(numbersOf(actual.finalState)).toEqual(numbersOf(expected.finalState));
      return mask.toArray();
    });
    expect(seen[0]).not.toEqual(seen[1]);
    expect(String(seen[0])).toMatch(/0.*2/);
  });

  test('the dropped weights are computed once for all steps', () => {
    const cell = weightDrop(lstm(options), { rate: 0.5, rng: new Rng(3) });
    const tape = new Tape();
    let draws = 0;
    tape.onOp(({ name }) => {
      if (name === 'dropoutMask') draws += 1;
    });
    const first = tape.record(() => unroll(cell, x).finalState);
    expect(draws).toBe(1);
    tape.record(() => unroll(cell, x, { initialState: first }).outputs);
    expect(draws).toBe(2);
  });

  test('the gradient reaches the parameter in every window, 0 where the weight was', () => {
    const inner = lstm(options);
    const cell = weightDrop(inner, { rate: 0.5, rng: new Rng(3) });
    const tape = new Tape();
    let state: ReturnType<typeof cell.initialState> | undefined;
    for (let window = 0; window < 3; window++) {
      const mask = nextMask(cell, [12, 3]);
      const carried = state;
      const byDropped = grad((weightHh) =>
        sum(withParameters(inner, { weightHh }, () => unroll(inner, x, { initialState: carried }).outputs)),
      )(mul(inner.weightHh, mask));
      const run = tape.record(() => {
        const { outputs, finalState } = unroll(cell, x, { initialState: carried });
        return { loss: sum(outputs), state: finalState };
      });
      inner.weightHh.zeroGrad();
      tape.backward(run.loss);
      expect(inner.weightHh.grad?.toArray()).toEqual(mul(byDropped, mask).toArray());
      state = run.state;
    }
  });

  test('the parameters are back in their places, after an error too', () => {
    const cell = weightDrop(rnn(options), { rate: 0.5 });
    const before = cell.parameters();
    unroll(cell, x);
    expect(() => unroll(cell, draw([2, 5, 4], 1))).toThrow('x is [2, 5, 4]');
    expect(() =>
      inRun(cell, () => {
        expect(cell.parameters().length).toBe(before.length - 1);
        throw new RangeError('on the way');
      }),
    ).toThrow(RangeError);
    cell.parameters().forEach((parameter, i) => {
      expect(parameter).toBe(before[i]);
    });
  });

  test('a step outside of a run is one by itself', () => {
    const inner = rnn(options);
    const cell = weightDrop(inner, { rate: 0.5, rng: new Rng(3) });
    const [input, state] = [draw([2, 3], 1), { h: draw([2, 3], 2) }];
    const mask = nextMask(cell, [3, 3]);
    const step = cell.step(input, state).output.toArray();
    const dropped = { weightHh: mul(inner.weightHh, mask) };
    expect(step).toEqual(withParameters(inner, dropped, () => inner.step(input, state)).output.toArray());
    expect(cell.step(input, state).output.toArray()).not.toEqual(step);
  });

  test('a stack begins the runs of its cells; a cell that stands in it twice has one', () => {
    const tape = new Tape();
    let draws = 0;
    tape.onOp(({ name }) => {
      if (name === 'dropoutMask') draws += 1;
    });
    const [below, above] = [rnn(options), new GRUCell({ inputSize: 3, hiddenSize: 3, ...options })];
    const apart = stack([weightDrop(below, { rate: 0.5 }), weightDrop(above, { rate: 0.5 })]);
    tape.record(() => unroll(apart, x).outputs);
    expect(draws).toBe(2);
    const shared = weightDrop(below, { rate: 0.5 });
    draws = 0;
    tape.record(() => unroll(stack([shared, shared]), x).outputs);
    expect(draws).toBe(1);
    const around = weightDrop(stack([below, above]), { rate: 0.5 });
    expect(around.names).toEqual(['cells.0.weightHh', 'cells.1.weightHh']);
  });

  test('every wrapper around it begins its runs', () => {
    const cell = (): WeightDropCell<RNNState> => weightDrop(rnn(options), { rate: 0.5 });
    const around: readonly Cell<TensorTree>[] = [
      zoneout(cell(), { rate: 0.1 }),
      variationalDropout(cell(), { output: 0.1 }),
      residual(cell()),
      learnedInitialState(cell()),
      deepTransition(cell(), [new Tanh()]),
    ];
    for (const wrapped of around) {
      const tape = new Tape();
      const masks: string[] = [];
      tape.onOp(({ name, output }) => {
        if (name === 'dropoutMask' && String(output.shape) === '3,3') masks.push(wrapped.constructor.name);
      });
      tape.record(() => unroll(wrapped, x).outputs);
      expect(masks).toEqual([wrapped.constructor.name]);
    }
  });

  test('values in the places of parameters are dropped like them', () => {
    const inner = rnn(options);
    const cell = weightDrop(inner, { rate: 0.5, rng: new Rng(3) });
    const mask = nextMask(cell, [3, 3]);
    const fast = draw([3, 3], 7);
    const actual = withParameters(cell, { 'cell.weightHh': fast }, () => unroll(cell, x));
    const expected = withParameters(inner, { weightHh: mul(fast, mask) }, () => unroll(inner, x));
    expect(actual.outputs.toArray()).toEqual(expected.outputs.toArray());
  });

  test('inside of a checkpoint the same weights are dropped again', () => {
    const inner = lstm(options);
    const gradients = [true, false].map((segmented) => {
      const cell = weightDrop(inner, { rate: 0.5, rng: new Rng(3) });
      const tape = new Tape();
      const run = (input: Tensor): Tensor => unroll(cell, input).outputs;
      const loss = tape.record(() => sum(segmented ? checkpoint(run, x) : run(x)));
      for (const parameter of inner.parameters()) parameter.zeroGrad();
      tape.backward(loss);
      return [cell.rng.state(), ...inner.parameters().map(({ grad: gradient }) => gradient?.toArray())];
    });
    expect(gradients[0]).toEqual(gradients[1]);
  });

  test('a parameter in two places is dropped once', () => {
    class Tied extends RNNCell {
      readonly again: { readonly weightHh: Tensor } = this;
    }
    const cell = weightDrop(new Tied({ inputSize: 3, hiddenSize: 3 }), { rate: 0.5 });
    expect(cell.names).toEqual(['weightHh']);
    inRun(cell, () => {
      const { weightHh, again } = cell.cell as Tied;
      expect(again.weightHh).toBe(weightHh);
    });
  });
});

test("any names of a stranger's cell", () => {
  const inner = strange(options);
  const cell = weightDrop(inner, { rate: 0.5, names: ['into', 'recurrent.weight'], rng: new Rng(3) });
  const dropped = cell.inRun(() => [inner.into, inner.recurrent.weight].map((weight) => weight.toArray()));
  for (const [i, weight] of [inner.into, inner.recurrent.weight].entries()) {
    const ratios = (dropped[i] as number[][]).flat().map((entry, j) => entry / (weight.data[j] ?? 0));
    expect(new Set(ratios)).toEqual(new Set([0, 2]));
  }
});

test('in evaluation is the cell, and moves no generator', () => {
  const inner = lstm(options);
  const cell = weightDrop(inner, { rate: 0.5 }).eval();
  const before = cell.rng.state();
  expect(unroll(cell, x).outputs.toArray()).toEqual(unroll(inner, x).outputs.toArray());
  expect(cell.rng.state()).toEqual(before);
});

test('its generator is part of the state dictionary', () => {
  const create = (seed: number): Module & Cell<{ h: Tensor }> =>
    weightDrop(rnn({ ...options, rng: new Rng(1) }), { rate: 0.5, rng: new Rng(seed) });
  const [cell, other] = [create(1), create(2)];
  unroll(cell, x);
  other.loadStateDict(cell.stateDict());
  expect(unroll(other, x).outputs.toArray()).toEqual(unroll(cell, x).outputs.toArray());
});

test('refuses bad input', () => {
  const cell = rnn(options);
  expect(() => weightDrop(cell, { rate: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: weightDrop: rate is 1; a rate is a probability: at least 0 and below 1. Pass such a rate.]`,
  );
  expect(() => weightDrop(strange(options), { rate: 0.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: weightDrop: no parameter is called 'weightHh'; the parameters are into, recurrent.weight. Name the recurrent weights: { names: […] }.]`,
  );
  expect(() => weightDrop(cell, { rate: 0.5, names: ['weightHh', 'weightHH'] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: weightDrop: there is no parameter 'weightHH'; the parameters are weightIh, weightHh, bias. Name the recurrent weights: { names: […] }.]`,
  );
  expect(() => weightDrop(cell, { rate: 0.5, names: [] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: weightDrop: names is empty; the parameters are weightIh, weightHh, bias. Name the recurrent weights: { names: […] }.]`,
  );
  const bare: Cell<{ h: Tensor }> = {
    inputSize: 1,
    outputSize: 1,
    initialState: (batch) => ({ h: zeros([batch, 1]) }),
    step: (input, state) => ({ output: input, state }),
  };
  expect(() => weightDrop(bare, { rate: 0.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: weightDrop: no parameter is called 'weightHh'; the cell has no parameters. Let the cell extend Module.]`,
  );
  const misspelt = { rate: 0.5, weights: ['weightHh'] };
  expect(() => weightDrop(cell, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: weightDrop: unknown option 'weights'; the options are rate, names, rng. Correct the name, or leave it out.]`,
  );
});
