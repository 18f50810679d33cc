/** A tiny training for the tests: a text that repeats, and a model that learns it at once. */
import { Rng } from '@unroll/core';
import { defaults, type Options } from './options.js';
import { type Corpus, corpusOf } from './text.js';
import { type Hooks, train } from './train.js';
import { beginTraining, type Training } from './training.js';

/** 27 windows. */
export const tinyCorpus: Corpus = corpusOf('tiny', 'the cat sat on the mat.\n'.repeat(60));

export const tinyOptions: Options = {
  ...defaults,
  layers: 2,
  hidden: 12,
  dropout: 0.1,
  batch: 4,
  stepsPerWindow: 12,
  windows: 80,
  lr: 0.01,
  evaluateEvery: 20,
};

export const silent: Hooks = {
  show: () => {},
  signal: new AbortController().signal,
  save: () => {},
  turn: async () => {},
};

export function beginTiny(options: Options): Training {
  return beginTraining(tinyCorpus.vocabulary.size, options, new Rng(options.seed));
}

/** A training with other options than those above, as far as they say. */
export async function tinyRun(changes: Partial<Options> = {}, hooks: Partial<Hooks> = {}): Promise<Training> {
  const options = { ...tinyOptions, ...changes };
  const training = beginTiny(options);
  await train(training, tinyCorpus, options, { ...silent, ...hooks });
  return training;
}
