/** A layer of every make: each wrapper and each composition, small, in float64. */
import { type DataType, Rng, type TensorTree } from '@unroll/core';
import { Linear, type Module, Tanh } from '../index.js';
import { bidirectional } from './bidirectional.js';
import type { Cell } from './cell.js';
import { GRUCell, LSTMCell, RNNCell } from './cells/index.js';
import { deep } from './deep.js';
import { recurrent } from './recurrent.js';
import type { SequenceLayer } from './sequence-layer.js';
import { stack } from './stack.js';
import { StrangeCell } from './wrappers/cells.fixture.js';
import { deepTransition } from './wrappers/deep-transition.js';
import { learnedInitialState } from './wrappers/learned-initial-state.js';
import { residual } from './wrappers/residual.js';
import { variationalDropout } from './wrappers/variational-dropout.js';
import { weightDrop } from './wrappers/weight-drop.js';
import { zoneout } from './wrappers/zoneout.js';

export type AnyLayer = Module & SequenceLayer<TensorTree>;

/** Layers of three inputs by their name, from a seed. */
export const layers: Readonly<Record<string, (seed: number) => AnyLayer>> = {
  ...Object.fromEntries(
    Object.entries(cellsOf()).flatMap(([name, create]) => [
      [name, (seed: number): AnyLayer => recurrent(create(new Rng(seed)))],
      [`${name}, reversed`, (seed: number): AnyLayer => recurrent(create(new Rng(seed)), { reverse: true })],
    ]),
  ),
  'bidirectional, concat': (seed) => bidirectional(...pair(seed)),
  'bidirectional, sum': (seed) => bidirectional(...pair(seed), { merge: 'sum' }),
  'bidirectional, mean': (seed) => bidirectional(...pair(seed), { merge: 'mean' }),
  deep: (seed) => deep([bidirectional(...pair(seed)), new RNNCell({ ...at(seed), inputSize: 6, hiddenSize: 2 })]),
  'deep, residual': (seed) =>
    deep([new GRUCell(at(seed)), bidirectional(...pair(seed), { merge: 'mean' }), new StrangeCell(at(seed))], {
      residual: true,
      dropout: 0.3,
    }),
};

function at(seed: number) {
  return { inputSize: 3, hiddenSize: 3, rng: new Rng(seed), dtype: 'float64' as DataType };
}

function pair(seed: number): readonly [LSTMCell, GRUCell] {
  return [new LSTMCell(at(seed)), new GRUCell(at(seed + 1))];
}

function cellsOf(): Readonly<Record<string, (rng: Rng) => Cell<TensorTree>>> {
  const lstm = (rng: Rng): LSTMCell => new LSTMCell({ inputSize: 3, hiddenSize: 3, rng, dtype: 'float64' });
  const strange = (rng: Rng): StrangeCell => new StrangeCell({ rng, dtype: 'float64' });
  return {
    variationalDropout: (rng) => variationalDropout(lstm(rng), { input: 0.3, output: 0.2, state: { h: 0.4 } }),
    'variationalDropout of a stranger': (rng) => variationalDropout(strange(rng), { input: 0.3, state: 0.4 }),
    zoneout: (rng) => zoneout(lstm(rng), { rate: { h: 0.1, c: 0.5 } }),
    'zoneout of a stranger': (rng) => zoneout(strange(rng), { rate: 0.3 }),
    weightDrop: (rng) => weightDrop(lstm(rng), { rate: 0.5 }),
    'weightDrop of a stranger': (rng) => weightDrop(strange(rng), { rate: 0.5, names: ['recurrent.weight'] }),
    residual: (rng) => residual(lstm(rng)),
    'residual of a stranger': (rng) => residual(strange(rng)),
    learnedInitialState: (rng) => learnedInitialState(lstm(rng)),
    'learnedInitialState of a stranger': (rng) => learnedInitialState(strange(rng)),
    deepTransition: (rng) =>
      deepTransition(lstm(rng), [new Linear({ inputSize: 3, outputSize: 3, rng, dtype: 'float64' }), new Tanh()]),
    stack: (rng) => stack([lstm(rng), strange(rng), zoneout(lstm(rng), { rate: 0.1 })], { residual: true }),
  };
}
