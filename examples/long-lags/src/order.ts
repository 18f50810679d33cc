/** Temporal order: an LSTM, and recurrences without gates. */
import { temporalOrderBaseline } from '@unroll/data/synthetic';
import { curves } from '@unroll/viz';
import { type Figure, type Flags, figure, percent, type Run, withSeeds } from 'example-runner';
import { chronoLstm, type MakeCell, orthogonalRnn, usualRnn } from './cells.js';
import { learnOrder, UNSEEN } from './learn-order.js';
import { curvesOf } from './train.js';

/** Options of the task. */
export interface OrderOptions {
  readonly seeds: number;
  readonly steps: number;
  readonly orderUnits: number;
  readonly orderUpdates: number;
}

/** Trains all cells on 4 and on 8 classes, draws how they learn. */
export function order({ seeds, steps, orderUnits, orderUpdates }: OrderOptions, write: Run<Flags>['write']): Figure[] {
  return ([2, 3] as const).flatMap((relevant) => {
    const recipe = { steps, relevant, hiddenSize: orderUnits, updates: orderUpdates };
    const learn = (name: string, make: MakeCell | null, lr: number) =>
      withSeeds(seeds, (seed) => learnOrder(`order of ${relevant}, ${name}`, make, { ...recipe, lr, seed }));
    const trainings = {
      LSTM: learn('LSTM', chronoLstm, 0.01),
      'RNN, orthogonal': learn('RNN, orthogonal', orthogonalRnn, 0.001), // at 0.01 neither RNN learns
      RNN: learn('RNN', usualRnn, 0.001),
      'symbols counted': learn('symbols counted', null, 0.01),
    };
    write(
      `order-${relevant}.svg`,
      curves(
        Object.entries(trainings).flatMap(([name, some]) => curvesOf(name, some)),
        {
          title: `Which of X and Y stood at ${relevant} places of ${steps}`,
          x: 'updates',
          y: 'share of unseen sequences that is right',
        },
      ),
    );

    const shares = (name: keyof typeof trainings): number[] => trainings[name].map(({ right }) => right);
    const chance = temporalOrderBaseline(relevant);
    const luck = 3 * Math.sqrt((chance * (1 - chance)) / UNSEEN); // three standard deviations of guessing
    const of = (name: string): string =>
      `order of ${relevant} symbols, ${2 ** relevant} classes, ${steps} steps: ${name}`;
    const experiment = `Hochreiter, Schmidhuber 1997, experiment 6${relevant === 2 ? 'a' : 'b'}`;
    return [
      figure(of('LSTM, worst seed'), Math.min(...shares('LSTM')), {
        atLeast: 1,
        ...(relevant === 2 && { quick: 0.6 }),
        format: percent,
        source: experiment,
      }),
      figure(of('RNN, best seed'), Math.max(...shares('RNN')), { atMost: chance + luck, format: percent }),
      figure(of('RNN with orthogonal weights, best seed'), Math.max(...shares('RNN, orthogonal')), { format: percent }),
      figure(of('symbols counted, best seed'), Math.max(...shares('symbols counted')), { format: percent }),
      figure(of('chance'), chance, { format: percent }),
    ];
  });
}
