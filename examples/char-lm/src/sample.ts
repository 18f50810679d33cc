/** Writing on from a beginning, one character at a time. */
import { div, pick, type Rng, reshape, scratch, softmax, type Tensor, tensor } from '@unroll/core';
import type { CharVocabulary } from '@unroll/data';
import type { CharModel, ModelState } from './model.js';

/** What a sample is made from. */
export interface SampleOptions {
  readonly prime: string;
  readonly length: number;
  /** Scores are divided by it: below 1 makes likely characters likelier. */
  readonly temperature: number;
  readonly rng: Rng;
}

/** What the model writes after `prime`. Errors: `ValueError` for a character that the vocabulary lacks. */
export function sample(model: CharModel, vocabulary: CharVocabulary, options: SampleOptions): string {
  const { prime, length, temperature, rng } = options;
  const written: number[] = [];
  let next = vocabulary.encode(prime);
  let state: ModelState | undefined;
  model.eval();
  for (let i = 0; i < length; i++) {
    const run = scratch(() => {
      const { logits, state: after } = model.forward(tensor(next, { shape: [1, next.length] }), state);
      const last = pick(logits, 1, -1);
      return { shares: softmax(div(reshape(last, [-1]), temperature)), state: after };
    });
    state = run.state;
    next = Int32Array.of(draw(run.shares, rng));
    written.push(next[0] as number);
  }
  model.train();
  return vocabulary.decode(written);
}

/** An index, each with the probability that `shares` gives it. */
function draw(shares: Tensor, rng: Rng): number {
  const { data } = shares;
  let left = rng.uniform();
  for (let i = 0; i < data.length; i++) {
    left -= data[i] as number;
    if (left < 0) return i;
  }
  return data.length - 1; // rounding left a little over
}
