/** A chatbot as small as can be: something is told of several people, and then asked. */
import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { type Curve, curves } from '@unroll/viz';
import { type Figure, figure, percent } from 'example-runner';
import { drawAttention } from './draw-attention.js';
import { pairsOf } from './pairs.js';
import { shareByGroup } from './share-by-group.js';
import { type Setting, type Trained, trainSeeds, worst } from './training.js';
import { bahdanau, fixedContext } from './translator.js';

/** Trains with attention and with a fixed context. */
export function answerQuestions({ count, unseen, hiddenSize, write, ...training }: Setting): Figure[] {
  const rng = new Rng(0);
  const { questions, answers } = synthetic.dialogue({ count: count + unseen, distinct: true, rng });
  const [seen, others] = pairsOf(questions, answers, unseen, rng);
  const task = { ...training, seen, unseen: others };
  const sizes = { reads: questions.vocabulary.size, writes: answers.vocabulary.size, hiddenSize };

  const attention = trainSeeds('dialogue, attention', (rng) => bahdanau({ ...sizes, rng }), task);
  const fixed = trainSeeds('dialogue, fixed context', (rng) => fixedContext({ ...sizes, rng }), task);

  const told = others.indices.map((n) => (questions.texts[n] ?? '').split(' . ').length - 1);
  const lines = (name: string, runs: readonly Trained[]): Curve[] =>
    runs.map(({ right }) => {
      const { groups, shares } = shareByGroup(told, right);
      return { name, x: groups, y: shares };
    });
  write(
    'dialogue.svg',
    curves([...lines('attention', attention), ...lines('fixed context', fixed)], {
      title: 'Questions that are answered, by how much was told before',
      x: 'things told',
      y: 'share',
    }),
  );
  const shown = others.indices[told.indexOf(3)] ?? 0;
  write('dialogue-attention.svg', drawAttention(attention[0].learner, questions, answers, shown));
  return [
    figure('dialogue: answered, attention, worst seed', worst(attention), { format: percent }),
    figure('dialogue: answered, fixed context, worst seed', worst(fixed), { format: percent }),
    figure('dialogue: the most that words without their order tell', synthetic.DIALOGUE_BASELINE, { format: percent }),
  ];
}
