/** Copy memory: which cells do better than who remembers nothing. */
import { copyMemoryBaseline } from '@unroll/data/synthetic';
import { curves, heatMap } from '@unroll/viz';
import { type Figure, type Flags, figure, type Run, withSeeds } from 'example-runner';
import { coupled, gru, lstm, orthogonalRnn } from './cells.js';
import { learnToCopy } from './learn-to-copy.js';
import { curvesOf } from './train.js';

/** Options of the task. */
export interface CopyOptions {
  readonly seeds: number;
  readonly lag: number;
  readonly copyUnits: number;
  readonly copyUpdates: number;
}

/** Trains all cells, draws how they learn and what they say again. */
export function copy({ seeds, lag, copyUnits, copyUpdates }: CopyOptions, write: Run<Flags>['write']): Figure[] {
  const sizes = { lag, hiddenSize: copyUnits, updates: copyUpdates };
  const gated = { ...sizes, lr: 0.02 };
  const plain = { ...sizes, lr: 0.001 }; // at 0.02 the RNN ends worse than who remembers nothing
  const cells = {
    GRU: withSeeds(seeds, (seed) => learnToCopy('copy, GRU', gru, { ...gated, seed })),
    'coupled LSTM': withSeeds(1, (seed) => learnToCopy('copy, coupled LSTM', coupled, { ...gated, seed })),
    LSTM: withSeeds(1, (seed) => learnToCopy('copy, LSTM', lstm, { ...gated, seed })),
    RNN: withSeeds(1, (seed) => learnToCopy('copy, RNN', orthogonalRnn, { ...plain, seed })),
  };
  const far = withSeeds(1, (seed) => learnToCopy('copy, twice the lag', gru, { ...gated, lag: 2 * lag, seed }));
  const baseline = copyMemoryBaseline({ lag });
  const farBaseline = copyMemoryBaseline({ lag: 2 * lag });

  const nothing = { x: [1, copyUpdates], y: [baseline, baseline] };
  const lines = Object.entries(cells).flatMap(([name, trainings]) => curvesOf(name, trainings));
  write(
    'copy.svg',
    curves([...curvesOf('who remembers nothing', [nothing]), ...lines], {
      title: `Ten symbols said again after ${lag} steps`,
      x: 'updates',
      y: 'cross-entropy, nats a step',
      yScale: 'log',
    }),
  );
  const rows = { ...cells, [`GRU, ${2 * lag} steps`]: far };
  const recalled = Object.values(rows).map(([first]) => first.recalled);
  write(
    'recalled.svg',
    heatMap(recalled, {
      title: 'How often each of the ten symbols is said again rightly, in %',
      rows: Object.keys(rows),
      columns: far[0].recalled.map((_, i) => String(i + 1)),
      labels: recalled.map((shares) => shares.map((share) => String(Math.round(100 * share)))),
      x: 'place of the symbol',
    }),
  );

  const source = 'Arjovsky, Shah, Bengio 2016, section 4.1';
  const name = (cell: string, steps = lag): string => `copy after ${steps} steps, nats a step: ${cell}`;
  const losses = cells.GRU.map(({ loss }) => loss);
  return [
    figure(name('who remembers nothing'), baseline, { published: '10·ln 8 / (T + 20)', source }),
    figure(name('GRU, worst seed'), Math.max(...losses), { atMost: baseline / 2 }),
    figure(name('coupled LSTM'), cells['coupled LSTM'][0].loss),
    figure(name('LSTM'), cells.LSTM[0].loss),
    figure(name('RNN'), cells.RNN[0].loss),
    figure(name('who remembers nothing', 2 * lag), farBaseline, { published: '10·ln 8 / (T + 20)', source }),
    figure(name('GRU', 2 * lag), far[0].loss),
  ];
}
