/** What a run is made of, and how it begins. */
import { Rng } from '@unroll/core';
import type { Options } from './options.js';
import type { Corpus } from './text.js';
import { beginTraining, type Training } from './training.js';

/** A training, its text, and what it was told. */
export interface Run {
  readonly options: Options;
  readonly corpus: Corpus;
  readonly training: Training;
  /** The generator of the sample. */
  readonly rng: Rng;
}

/** A run before its first window: everything that the seed decides. */
export function beginRun(options: Options, corpus: Corpus): Run {
  const rng = new Rng(options.seed);
  const training = beginTraining(corpus.vocabulary.size, options, rng.split());
  return { options, corpus, training, rng: rng.split() };
}
