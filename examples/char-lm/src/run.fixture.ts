/** A tiny training for the tests: a text that repeats, and a model that learns it at once. */
import { Rng } from '@unroll/core';
import { CharVocabulary, split } from '@unroll/data';
import { RMSprop } from '@unroll/optim';
import { CharModel } from './model.js';
import type { Corpus } from './text.js';
import { type Training, train } from './train.js';

const text = 'the cat sat on the mat. '.repeat(60);

export function tinyCorpus(): Corpus {
  const vocabulary = new CharVocabulary(text);
  const [training, validation] = split(vocabulary.encode(text), { fractions: [0.9, 0.1] });
  return { name: 'tiny', vocabulary, training, validation };
}

export interface TinyRun {
  readonly model: CharModel;
  readonly optimizer: RMSprop;
  readonly result: Training;
}

export async function tinyRun(
  seed: number,
  windows: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<TinyRun> {
  const corpus = tinyCorpus();
  const shape = { cell: 'lstm', layers: 2, hidden: 12, dropout: 0.1 } as const;
  const model = new CharModel(corpus.vocabulary.size, shape, new Rng(seed));
  const optimizer = new RMSprop(model.parameters(), { lr: 0.01, alpha: 0.95 });
  const plan = { batch: 4, stepsPerWindow: 12, windows, clip: 5 };
  const silent = { show: () => {}, stop: () => {} };
  return { model, optimizer, result: await train(model, optimizer, corpus, plan, silent, signal) };
}
