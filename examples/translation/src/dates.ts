/** Dates as people write them, into `YYYY-MM-DD`. */
import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { inverseSigmoidDecay } from '@unroll/optim';
import { type Curve, curves } from '@unroll/viz';
import { type Figure, figure, percent } from 'example-runner';
import { BagOfTrigrams } from './bag-of-trigrams.js';
import { drawAttention } from './draw-attention.js';
import { pairsOf } from './pairs.js';
import { type Setting, shareRight, type Trained, trainSeeds, worst } from './training.js';
import { bahdanau, fixedContext } from './translator.js';

/** Trains with attention, and with a fixed context by teacher forcing and by scheduled sampling. */
export function translateDates({ count, unseen, hiddenSize, write, ...training }: Setting): Figure[] {
  const rng = new Rng(0);
  const { human, iso } = synthetic.dates({ count: count + unseen, distinct: true, rng });
  const [seen, others] = pairsOf(human, iso, unseen, rng);
  const task = { ...training, seen, unseen: others };
  const sizes = { reads: human.vocabulary.size, writes: iso.vocabulary.size, hiddenSize };

  const attention = trainSeeds('dates, attention', (rng) => bahdanau({ ...sizes, rng }), task);
  const fixed = trainSeeds('dates, fixed context', (rng) => fixedContext({ ...sizes, rng }), task);
  const sampled = trainSeeds('dates, scheduled sampling', (rng) => fixedContext({ ...sizes, rng }), {
    ...task,
    teacherForcing: inverseSigmoidDecay({ k: Math.max(1, training.updates / 6) }),
  });
  const [bag] = trainSeeds(
    'dates, bag of trigrams',
    () => new BagOfTrigrams({ sources: seen.source, writes: sizes.writes, targetLength: 11 }),
    { ...task, seeds: 1 },
  );

  const lines = (name: string, runs: readonly Trained[]): Curve[] =>
    runs.map(({ course: { updates, shares } }) => ({ name, x: updates, y: shares }));
  write(
    'dates.svg',
    curves(
      [
        ...lines('attention', attention),
        ...lines('fixed context', fixed),
        ...lines('fixed context, scheduled sampling', sampled),
      ],
      { title: 'Unseen dates that are translated exactly', x: 'updates', y: 'share' },
    ),
  );
  const shown = others.indices.find((n) => /day the/i.test(human.texts[n] ?? '')) ?? 0;
  write('date-attention.svg', drawAttention(attention[0].learner, human, iso, shown));

  const inBeams = (runs: readonly Trained[]): number =>
    Math.min(...runs.map(({ learner }) => shareRight(learner, others, 4)));
  return [
    figure('dates: exact, attention, worst seed', worst(attention), {
      atLeast: 0.99,
      quick: 0.1,
      format: percent,
    }),
    figure('dates: exact, fixed context, teacher forcing, worst seed', worst(fixed), { format: percent }),
    figure('dates: with 4 beams, fixed context, teacher forcing, worst seed', inBeams(fixed), { format: percent }),
    figure('dates: exact, fixed context, scheduled sampling, worst seed', worst(sampled), { format: percent }),
    figure('dates: with 4 beams, fixed context, scheduled sampling, worst seed', inBeams(sampled), { format: percent }),
    figure('dates: exact, bag of trigrams', bag.share, { format: percent }),
  ];
}
