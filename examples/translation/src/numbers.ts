/** Numbers in words into digits, and back. */
import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { type Curve, curves } from '@unroll/viz';
import { type Figure, figure, percent } from 'example-runner';
import { drawAttention } from './draw-attention.js';
import { pairsOf } from './pairs.js';
import { shareByGroup } from './share-by-group.js';
import { type Setting, type Trained, trainSeeds, worst } from './training.js';
import { fixedContext, luong } from './translator.js';

/** Trains both ways with attention, and from words to digits with a fixed context. */
export function translateNumbers(
  { count, unseen, hiddenSize, write, ...training }: Setting,
  updatesBack: number,
): Figure[] {
  const rng = new Rng(0);
  const { words, digits } = synthetic.numberWords({ count: count + unseen, distinct: true, rng });
  const [seen, others] = pairsOf(words, digits, unseen, rng);
  const task = { ...training, seen, unseen: others };
  const sizes = { reads: words.vocabulary.size, writes: digits.vocabulary.size, hiddenSize };

  const attention = trainSeeds('words to digits, attention', (rng) => luong({ ...sizes, rng }), task);
  const fixed = trainSeeds('words to digits, fixed context', (rng) => fixedContext({ ...sizes, rng }), task);
  const back = trainSeeds(
    'digits to words, attention',
    (rng) => luong({ reads: sizes.writes, writes: sizes.reads, hiddenSize, rng }),
    {
      ...training,
      updates: updatesBack,
      seen: { source: seen.target, target: seen.source },
      unseen: { source: others.target, target: others.source },
    },
  );

  // In steps of ten characters, drawn at their middle; the few numbers of less than ten stand with the next.
  const tens = others.source.map(({ length }) => Math.max(1, Math.floor(length / 10)));
  const lines = (name: string, runs: readonly Trained[]): Curve[] =>
    runs.map(({ right }) => {
      const { groups, shares } = shareByGroup(tens, right);
      return { name, x: groups.map((ten) => 10 * ten + 5), y: shares };
    });
  write(
    'length.svg',
    curves([...lines('attention', attention), ...lines('fixed context', fixed)], {
      title: 'From words to digits: exact by the length of what is read',
      x: 'characters read',
      y: 'share',
    }),
  );
  const lengthOf = (n: number): number => words.texts[n]?.length ?? 0;
  const shown = others.indices.find((n) => lengthOf(n) > 30 && lengthOf(n) < 45) ?? 0;
  write('number-attention.svg', drawAttention(attention[0].learner, words, digits, shown));
  return [
    figure('words to digits: exact, attention, worst seed', worst(attention), { format: percent }),
    figure('words to digits: exact, fixed context, worst seed', worst(fixed), { format: percent }),
    figure('digits to words: exact, attention, worst seed', worst(back), { format: percent }),
  ];
}
