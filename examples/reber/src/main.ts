/** `npm run example reber`: what the LSTM was invented for, and what its forget gate was added for. */
import type { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { LSTMCell } from '@unroll/nn';
import { curves } from '@unroll/viz';
import { above, figure, percent, runExample, track, whole } from 'example-runner';
import { learnStreams } from './continual.js';
import { solveEmbedded } from './embedded.js';
import { OriginalLSTMCell } from './original-lstm-cell.js';

const flags = {
  seeds: whole(10, 'trainings on the embedded grammar', { quick: 1 }),
  strings: whole(12_000, 'strings that each may learn from', { quick: 300 }),
  hidden: whole(24, 'units on the embedded grammar'),
  cells: whole(8, 'units on the continual grammar, as in 2000'),
  lr: above(0.01, 'learning rate of Adam'),
  updates: whole(1_120, 'updates on the continual grammar: 30,000 strings, as many as in 2000', { quick: 50 }),
  streams: whole(3, 'trainings on the continual grammar', { quick: 1 }),
};

await runExample({
  name: 'reber',
  title: 'Learns the embedded Reber grammar string by string, and the continual one with and without a forget gate.',
  flags,
  run({ options: { seeds, strings, hidden, cells: hiddenSize, lr, updates, streams }, write }) {
    const bar = track('embedded', seeds);
    const solvings = Array.from(bar, (seed) => {
      const solving = solveEmbedded(seed + 1, strings, hidden, lr);
      bar.note(`seed ${seed + 1}: ${solving.strings} strings`);
      return solving;
    });
    const solved = solvings.map((solving) => solving.strings).filter(Number.isFinite);
    write(
      'embedded.svg',
      curves(
        solvings.map(({ shares }, i) => ({ name: `seed ${i + 1}`, y: shares, x: shares.map((_, j) => 100 * (j + 1)) })),
        { title: 'Unseen strings that are right at every step', x: 'strings learnt from', y: 'share' },
      ),
    );

    const sizes = { inputSize: 7, hiddenSize };
    const cells = {
      'with the forget gate': (rng: Rng) => new LSTMCell({ ...sizes, rng }),
      'without it (1997)': (rng: Rng) => new OriginalLSTMCell({ ...sizes, rng }),
    };
    const [withGate = [], without = []] = Object.entries(cells).map(([name, makeCell]) =>
      Array.from({ length: streams }, (_, i) => learnStreams(name, makeCell, { seed: i + 1, updates, lr })),
    );
    const finals = (runs: readonly (readonly number[])[]): number[] => runs.map((run) => run.at(-1) ?? 0);
    const lines = (name: string, runs: readonly (readonly number[])[]) =>
      runs.map((y) => ({ name, y, x: y.map((_, i) => ((i + 1) * updates) / 10) }));
    write(
      'continual.svg',
      curves([...lines('with the forget gate', withGate), ...lines('without', without)], {
        title: 'Steps that need memory and are right, in streams without end',
        x: 'updates',
        y: 'share',
      }),
    );

    const gers = 'Gers, Schmidhuber, Cummins 2000';
    return [
      figure('embedded: seeds that solve it', solved.length / seeds, {
        atLeast: 0.9,
        format: percent,
        published: '97 to 100 % of 30 runs; an Elman network none',
        source: 'Hochreiter, Schmidhuber 1997, table 1',
      }),
      figure('embedded: strings until solved, mean', solved.reduce((sum, n) => sum + n, 0) / solved.length, {
        published: '8,440 and more',
        source: 'Hochreiter, Schmidhuber 1997, table 1',
      }),
      figure(
        'embedded: unseen strings right at the end, worst seed',
        Math.min(...solvings.map(({ shares }) => shares.at(-1) ?? 0)),
        {
          quick: 0.01,
          atLeast: synthetic.EMBEDDED_REBER_BASELINE,
          format: percent,
        },
      ),
      figure(
        'continual: right where memory is needed, with the forget gate, worst seed',
        Math.min(...finals(withGate)),
        {
          atLeast: 0.95,
          format: percent,
          source: gers,
        },
      ),
      figure('continual: the same without it, best seed', Math.max(...finals(without)), {
        atMost: 0.7,
        format: percent,
        source: gers,
      }),
    ];
  },
});
