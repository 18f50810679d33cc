/** aⁿbⁿ: which cells count, and how that looks inside. */
import { anbnBaseline } from '@unroll/data/synthetic';
import { bars, curves } from '@unroll/viz';
import { type Figure, type Flags, figure, type Run, withSeeds } from 'example-runner';
import { coupled, gru, lstm, peephole } from './cells.js';
import { learnToCount } from './learn-to-count.js';

/** Options of the task. */
export interface CountOptions {
  readonly seeds: number;
  readonly strings: number;
}

/** Trains cells of two units, draws how far they count, and their memories while they do. */
export function count({ seeds, strings }: CountOptions, write: Run<Flags>['write']): Figure[] {
  const kinds = { 'peephole LSTM': peephole, LSTM: lstm, 'coupled LSTM': coupled, GRU: gru };
  const cells = Object.entries(kinds).map(([name, make]) => {
    const recipe = { hiddenSize: 2, updates: strings };
    const trainings = withSeeds(seeds, (seed) => learnToCount(`aⁿbⁿ, ${name}`, make, { ...recipe, seed }));
    return { name, first: trainings[0], reaches: trainings.map(({ reach }) => reach) };
  });
  write(
    'count.svg',
    bars(
      cells.flatMap(({ name, reaches }) => reaches.map((value, i) => ({ name: `${name}, seed ${i + 1}`, value }))),
      { title: 'All strings aⁿbⁿ are accepted up to this n; learnt were those up to 10', x: 'n' },
    ),
  );
  const n = 30;
  for (const { name, first } of cells.filter(({ name }) => name === 'peephole LSTM' || name === 'GRU')) {
    const units = first.memory(n).map((y, unit) => ({ name: `unit ${unit}`, y }));
    const title = `The memory of the ${name} while it reads S, ${n} a and ${n} b`;
    write(`memory-${name.split(' ')[0]?.toLowerCase()}.svg`, curves(units, { title, x: 'step' }));
  }
  const title = 'aⁿbⁿ learnt to n = 10, accepted to n';
  return [
    ...cells.map(({ name, reaches }) => {
      const promise = { atLeast: 30, quick: 3, source: 'Gers, Schmidhuber 2001' };
      const expectation = name === 'peephole LSTM' ? promise : {};
      return figure(`${title}: ${name}, worst seed`, Math.min(...reaches), expectation);
    }),
    figure(`${title}: who sees only the last symbol`, 10 * anbnBaseline(10)),
  ];
}
