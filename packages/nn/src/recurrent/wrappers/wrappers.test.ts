/** Every wrapper around cells of different makes: they are cells, and without effect they are the cell inside. */
import '@unroll/kernels/reference';
import { mul, Rng, randn, type Tensor, type TensorTree } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { Linear, Tanh, withParameters } from '../../index.js';
import { describeCell } from '../../testing/index.js';
import type { Cell, CellStep } from '../cell.js';
import { numbersOf } from '../numbers.fixture.js';
import { unroll } from '../unroll.js';
import { type CellOptions, lstm, rnn, StrangeCell, type StrangeState, strange } from './cells.fixture.js';
import { deepTransition } from './deep-transition.js';
import { learnedInitialState } from './learned-initial-state.js';
import { residual } from './residual.js';
import { variationalDropout } from './variational-dropout.js';
import { weightDrop } from './weight-drop.js';
import { zoneout } from './zoneout.js';

/** Makes a check of a wrapper around each cell, whose types differ. */
type Wrapped = readonly [name: string, run: () => void];

function suite<State extends TensorTree>(name: string, create: (options: CellOptions) => Cell<State>): Wrapped[] {
  return describeCell({ create }).map(({ name: property, run }) => [`${name}: ${property}`, run]);
}

/** A stranger's cell that puts out a part of its state. */
class OpenCell extends StrangeCell {
  override step(x: Tensor, before: StrangeState): CellStep<StrangeState> {
    const { state } = super.step(x, before);
    return { output: state.memory, state };
  }
}

const transition = ({ rng, dtype }: CellOptions) => [
  new Linear({ inputSize: 3, outputSize: 3, rng, dtype }),
  new Tanh(),
];
const rates = { input: 0.3, output: 0.2, state: 0.4 };

describe('is a cell', () => {
  const checks: Wrapped[] = [
    ...suite('variationalDropout(RNN)', (o) => variationalDropout(rnn(o), { ...rates, rng: o.rng })),
    ...suite('variationalDropout(LSTM)', (o) =>
      variationalDropout(lstm(o), { ...rates, state: { h: 0.4 }, rng: o.rng })),
    ...suite('variationalDropout(strange)', (o) => variationalDropout(strange(o), { ...rates, rng: o.rng })),
    ...suite('variationalDropout(LSTM) without inputs', (o) =>
      variationalDropout(lstm(o), { output: 0.2, rng: o.rng })),
    ...suite('zoneout(RNN)', (o) => zoneout(rnn(o), { rate: 0.3, rng: o.rng })),
    ...suite('zoneout(LSTM)', (o) => zoneout(lstm(o), { rate: { h: 0.1, c: 0.5 }, rng: o.rng })),
    ...suite('zoneout(strange)', (o) => zoneout(strange(o), { rate: 0.3, rng: o.rng })),
    ...suite('weightDrop(RNN)', (o) => weightDrop(rnn(o), { rate: 0.5, rng: o.rng })),
    ...suite('weightDrop(LSTM)', (o) => weightDrop(lstm(o), { rate: 0.5, rng: o.rng })),
    ...suite('weightDrop(strange)', (o) =>
      weightDrop(strange(o), { rate: 0.5, names: ['recurrent.weight'], rng: o.rng })),
    ...suite('residual(RNN)', (o) => residual(rnn(o))),
    ...suite('residual(LSTM)', (o) => residual(lstm(o))),
    ...suite('residual(strange)', (o) => residual(strange(o))),
    ...suite('learnedInitialState(RNN)', (o) => learnedInitialState(rnn(o))),
    ...suite('learnedInitialState(LSTM)', (o) => learnedInitialState(lstm(o))),
    ...suite('learnedInitialState(strange)', (o) => learnedInitialState(strange(o))),
    ...suite('deepTransition(RNN)', (o) => deepTransition(rnn(o), transition(o))),
    ...suite('deepTransition(LSTM)', (o) => deepTransition(lstm(o), transition(o))),
    ...suite('deepTransition(strange)', (o) => deepTransition(new OpenCell(o), transition(o))),
    ...suite('all of them', (o) =>
      learnedInitialState(
        residual(
          variationalDropout(weightDrop(zoneout(lstm(o), { rate: 0.2, rng: o.rng }), { rate: 0.3, rng: o.rng }), {
            ...rates,
            state: { h: 0.4 },
            rng: o.rng,
          }),
        ),
      )),
  ];
  test.each(checks)('%s', (_, run) => run());
});

describe('with rates of 0 is the cell inside, in training too', () => {
  const options: CellOptions = { rng: new Rng(1), dtype: 'float64' };
  const x = randn([2, 5, 3], { rng: new Rng(2), dtype: 'float64' });

  function check<Inner extends TensorTree, Outer extends TensorTree>(
    cell: Cell<Inner>,
    wrapped: Cell<Outer>,
    own: (state: Outer) => TensorTree = (state) => state,
  ): void {
    const [expected, actual] = [unroll(cell, x, { lengths: [5, 3] }), unroll(wrapped, x, { lengths: [5, 3] })];
    expect(actual.outputs.toArray()).toEqual(expected.outputs.toArray());
    expect(numbersOf(own(actual.finalState))).toEqual(numbersOf(expected.finalState));
  }

  for (const [name, make] of Object.entries({ rnn, lstm, strange })) {
    const cell: Cell<TensorTree> = make(options);
    test(`variationalDropout(${name})`, () => {
      check(cell, variationalDropout(cell, { input: 0, output: 0, state: 0 }), (state) => state.cell);
    });
    test(`zoneout(${name})`, () => check(cell, zoneout(cell, { rate: 0 })));
    test(`weightDrop(${name})`, () => {
      check(cell, weightDrop(cell, name === 'strange' ? { rate: 0, names: ['recurrent.weight'] } : { rate: 0 }));
    });
    test(`learnedInitialState(${name}), not trained yet`, () => check(cell, learnedInitialState(cell)));
  }
});

describe('towards a rate of 1 nothing is left, in training', () => {
  const options: CellOptions = { rng: new Rng(1), dtype: 'float64' };
  const x = randn([2, 5, 3], { rng: new Rng(2), dtype: 'float64' });
  const rate = 1 - 2 ** -50;
  const cell = lstm(options);
  const { weightHh } = cell;

  test('of inputs', () => {
    const { outputs } = unroll(variationalDropout(cell, { input: rate }), x);
    expect(outputs.toArray()).toEqual(unroll(cell, mul(x, 0)).outputs.toArray());
  });

  test('of outputs', () => {
    const { outputs } = unroll(variationalDropout(cell, { output: rate }), x);
    expect(new Set(outputs.data)).toEqual(new Set([0]));
  });

  test('of what recurs: each step stands by itself', () => {
    const bare = withParameters(cell, { weightHh: mul(weightHh, 0) }, () => unroll(cell, x));
    const readNothing = unroll(variationalDropout(cell, { state: { h: rate } }), x);
    expect(readNothing.outputs.toArray()).toEqual(bare.outputs.toArray());
    expect(unroll(weightDrop(cell, { rate }), x).outputs.toArray()).toEqual(bare.outputs.toArray());
  });
});
