/** Training a tagger, and asking it. */
import { Rng, softmax, Tape } from '@unroll/core';
import { crossEntropy } from '@unroll/nn';
import { Adam, clipGradNorm, cosineDecay } from '@unroll/optim';
import { track } from 'example-runner';
import type { SentenceEncoder } from './encoder.js';
import type { Sentence } from './sentences.js';
import { Tagger, type TaggerOptions } from './tagger.js';

/** Sentences between two updates. */
const BATCH = 32;

/** How a tagger is trained. */
export interface LearnOptions extends Omit<TaggerOptions, 'rng'> {
  readonly seed: number;
  /** How often each sentence is read. */
  readonly passes: number;
  readonly lr: number;
}

/** Trains a tagger. */
export function learn(
  name: string,
  encoder: SentenceEncoder,
  sentences: readonly Sentence[],
  { seed, passes, lr, ...makeup }: LearnOptions,
): Tagger {
  const rng = new Rng(seed);
  const model = new Tagger(encoder, { ...makeup, rng });
  const parameters = model.parameters();
  const optimizer = new Adam(parameters, { lr });
  const rate = cosineDecay({ initial: lr, steps: passes * Math.ceil(sentences.length / BATCH) });
  const tape = new Tape();
  let update = 0;
  const bar = track(name, passes);
  for (const _ of bar) {
    let last = Number.NaN;
    for (const batch of encoder.batches(sentences, BATCH, rng)) {
      const loss = tape.record(() => crossEntropy(model.forward(batch), batch.tags, { ignoreIndex: -1 }));
      optimizer.zeroGrad();
      tape.backward(loss);
      clipGradNorm(parameters, 5);
      optimizer.lr = rate(update++);
      optimizer.step();
      last = loss.item();
    }
    bar.note(`${last.toFixed(3)} nats a word`);
  }
  return model.eval();
}

/** A tag, and how sure of it its tagger is. */
export interface Guess {
  readonly tag: string;
  readonly probability: number;
}

/** The likeliest tag of each word of each sentence. */
export function tagAll(model: Tagger, encoder: SentenceEncoder, sentences: readonly Sentence[]): Guess[][] {
  const guesses: Guess[][] = sentences.map(() => []);
  for (const batch of encoder.batches(sentences, BATCH)) {
    const probabilities = softmax(model.forward(batch)).toArray() as number[][][];
    for (const [row, n] of batch.indices.entries()) {
      const words = probabilities[row]?.slice(0, sentences[n]?.words.length) ?? [];
      guesses[n] = words.map((all) => {
        const probability = Math.max(...all);
        return { tag: encoder.tags[all.indexOf(probability)] ?? '', probability };
      });
    }
  }
  return guesses;
}
