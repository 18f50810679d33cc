/** `npm run example vanishing-gradients`: how far gradients reach, what that means for learning, and what helps. */
import { Rng } from '@unroll/core';
import { ADDING_PROBLEM_BASELINE } from '@unroll/data/synthetic';
import { curves, gradientCurves } from '@unroll/viz';
import { figure, runExample, whole, withSeeds } from 'example-runner';
import { Adder, gru, identityRnn, lstm, type MakeCell, rnn } from './adder.js';
import { FeedForward } from './feed-forward.js';
import { flowOf } from './flow.js';
import { type Learning, learnToAdd, type Recipe } from './learn-to-add.js';

const flags = {
  seeds: whole(3, 'trainings of each network', { quick: 1 }),
  steps: whole(100, 'numbers in a sequence', { quick: 12, least: 4 }),
  hidden: whole(32, 'units of every network', { quick: 16 }),
  updates: whole(700, 'updates of networks with gates, of 32 sequences', { quick: 200 }),
  patience: whole(6_000, 'updates of networks without, of 16 sequences', { quick: 20 }),
};

await runExample({
  name: 'vanishing-gradients',
  title: 'Draws how far gradients reach through time, and adds two marked numbers of a hundred.',
  flags,
  run({ options: { seeds, steps, hidden, updates, patience }, write }) {
    // 1. How far gradients reach before anything is learnt.
    const beginnings = {
      'RNN, radius 0.8': rnn(0.8),
      'RNN, radius 1': rnn(1),
      'RNN, radius 1.5': rnn(1.5),
      'RNN, radius 2': rnn(2),
      IRNN: identityRnn,
      GRU: gru(),
      'GRU, chrono': gru(steps),
      LSTM: lstm(),
      'LSTM, chrono': lstm(steps),
    };
    const flows = Object.entries(beginnings).map(([name, make]) => flowOf(name, make(hidden, new Rng(1)), steps));
    write('flow.svg', gradientCurves(flows, { title: 'What is left of the gradient of the last state' }));

    // 2. What that means for learning.
    const learn = (name: string, make: MakeCell, recipe: Recipe, { seed = 1, back = steps } = {}): Learning<Adder> =>
      learnToAdd(name, (rng) => new Adder(make(hidden, rng), { back, rng }), { ...recipe, seed, steps });
    const gated: Recipe = { updates, batch: 32, lr: 0.01 };
    const patient: Recipe = { updates: patience, batch: 16, lr: 0.001 };
    const cells = {
      LSTM: withSeeds(seeds, (seed) => learn('LSTM', lstm(steps), gated, { seed })),
      GRU: withSeeds(seeds, (seed) => learn('GRU', gru(steps), gated, { seed })),
      IRNN: withSeeds(seeds, (seed) => learn('IRNN', identityRnn, patient, { seed })),
      RNN: withSeeds(seeds, (seed) => learn('RNN', rnn(1), patient, { seed })),
    };
    const flat = withSeeds(seeds, (seed) =>
      learnToAdd('feed-forward', (rng) => new FeedForward({ steps, hidden, rng }), { ...patient, seed, steps }),
    );
    const learnings = Object.entries({ ...cells, 'feed-forward': flat });
    write('adding.svg', draw(learnings, `Adding two of ${steps} numbers: error on unseen sequences`));
    const after = Object.entries(cells).map(([name, [first]]) => flowOf(name, first.model.cell, steps));
    write('flow-after.svg', gradientCurves(after, { title: 'The same after learning to add' }));

    // 3. What helps.
    const [IRNN] = cells.IRNN;
    const [RNN] = cells.RNN;
    const rmsprop = learn('IRNN, RMSprop', identityRnn, { ...patient, optimizer: 'RMSprop' });
    const unclipped = learn('IRNN, not clipped', identityRnn, { ...patient, maxNorm: Number.POSITIVE_INFINITY });
    const sgd = learn('IRNN, SGD', identityRnn, { ...patient, optimizer: 'SGD', lr: 0.01 });
    const cures = {
      'Adam, clipped': [IRNN],
      'RMSprop, clipped': [rmsprop],
      'Adam, not clipped': [unclipped],
      'SGD, clipped': [sgd],
    };
    write('cures.svg', draw(Object.entries(cures), 'The IRNN, trained in four ways'));
    const norms = Object.entries({ IRNN, RNN }).map(([name, { norms }]) => ({ name, y: norms }));
    write(
      'norms.svg',
      curves(norms, { title: 'Exploding gradients', x: 'updates', y: 'norm before clipping', yScale: 'log' }),
    );
    const usual = learn('LSTM, forget bias 1', lstm(), gated);
    const truncated = learn('LSTM, truncated', lstm(steps), gated, { back: Math.ceil(steps / 4) });

    const error = 'adding, mean squared error';
    return [
      ...flows.map(({ name, norms }) =>
        figure(`gradient left after ${steps} steps, ${name}`, norms[0] ?? 0, {
          format: (left) => left.toExponential(0),
        }),
      ),
      figure(`${error}: always 1`, ADDING_PROBLEM_BASELINE, {
        published: '0.167',
        source: 'Arjovsky, Shah, Bengio 2016, section 4.2',
      }),
      figure(`${error}: feed-forward, best seed`, best(flat)),
      figure(`${error}: LSTM, worst seed`, worst(cells.LSTM), { atMost: 0.01, quick: 0.03 }),
      figure(`${error}: GRU, worst seed`, worst(cells.GRU)),
      figure(`${error}: IRNN, worst seed`, worst(cells.IRNN)),
      figure(`${error}: RNN, best seed`, best(cells.RNN)),
      figure('RNN, best seed, over LSTM, worst seed', best(cells.RNN) / worst(cells.LSTM), {
        atLeast: 10,
        format: (times) => `${Math.round(times)} times`,
      }),
      figure(`${error}: LSTM, forget bias 1 instead of chrono biases`, usual.error),
      figure(`${error}: LSTM, gradients through the last quarter only`, truncated.error),
      figure(`${error}: IRNN, RMSprop in the place of Adam`, rmsprop.error),
      figure(`${error}: IRNN, SGD in the place of Adam`, sgd.error),
      figure(`${error}: IRNN, not clipped`, unclipped.error),
      figure('largest norm of a gradient before clipping, IRNN', Math.max(...IRNN.norms)),
      figure('largest norm of a gradient before clipping, RNN', Math.max(...RNN.norms)),
    ];
  },
});

type Learnt = Learning<unknown>;

function worst(learnings: readonly Learnt[]): number {
  return Math.max(...learnings.map(({ error }) => error));
}

function best(learnings: readonly Learnt[]): number {
  return Math.min(...learnings.map(({ error }) => error));
}

/** Errors of several trainings, by names. */
function draw(named: readonly (readonly [name: string, learnings: readonly Learnt[]])[], title: string): string {
  const lines = named.flatMap(([name, learnings]) =>
    learnings.map(({ errors, sequences }) => ({ name, y: errors, x: sequences })),
  );
  return curves(lines, { title, x: 'sequences learnt from', y: 'mean squared error', yScale: 'log' });
}
