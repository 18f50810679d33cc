/** Learning to describe scenes, and saying how well it went. */
import { type Rng, Tape, type Tensor, type TensorTree } from '@unroll/core';
import { type Scenes, scenes } from '@unroll/data/synthetic';
import { crossEntropy, decode, greedy } from '@unroll/nn';
import { Adam, clipGradNorm, cosineDecay } from '@unroll/optim';
import { track } from 'example-runner';
import type { Captioner } from './captioner.js';

/** How long and how fast. */
export interface LearnOptions {
  readonly updates: number;
  readonly batch: number;
  readonly lr: number;
  /** Draws the scenes; no scene is learnt from twice but by chance. */
  readonly rng: Rng;
}

/** The most shapes of a scene to learn from. */
export const MOST = 6;

/** One update after the other, each on scenes of as many shapes, so that their captions are of similar length. */
export function learn(name: string, model: Captioner<TensorTree>, { updates, batch, lr, rng }: LearnOptions): void {
  const parameters = model.parameters();
  const optimizer = new Adam(parameters, { lr });
  const schedule = cosineDecay({ initial: lr, steps: updates, final: lr / 30 });
  const tape = new Tape();
  const bar = track(name, updates);
  for (const update of bar) {
    const count = 1 + rng.integer(MOST);
    const examples = scenes({ count: batch, fewest: count, most: count, rng });
    optimizer.lr = schedule(update);
    const loss = tape.record(() => lossOf(model, examples));
    optimizer.zeroGrad();
    tape.backward(loss);
    clipGradNorm(parameters, 1);
    optimizer.step();
    bar.note(`${(loss.item() / Math.LN2).toFixed(3)} bits a word`);
  }
}

/** Nats for each word of the captions, ends included, with the words before it given. */
function lossOf(model: Captioner<TensorTree>, { places, captions }: Scenes): Tensor {
  const { ids, lengths, vocabulary } = captions;
  const { logits, mask } = decode(model.decoder, ids, { state: model.begin(places), begin: vocabulary.endId, lengths });
  return crossEntropy(logits, ids, { mask });
}

/** The same in bits, for scenes that nothing is learnt from. */
export function bitsPerWord(model: Captioner<TensorTree>, unseen: Scenes): number {
  return lossOf(model, unseen).item() / Math.LN2;
}

/** Captions, each word the likeliest. */
export function describe(model: Captioner<TensorTree>, { places, captions }: Scenes): string[] {
  const { ids, vocabulary } = captions;
  const { endId } = vocabulary;
  const maxLength = ids.shape[1] as number; // more words are in none of these captions
  const written = greedy(model.decoder, { state: model.begin(places), begin: endId, end: endId, maxLength });
  return written.map(({ ids }) => vocabulary.decode(ids));
}

/** The share of scenes that are described word for word as they should be. */
export function exactMatches(model: Captioner<TensorTree>, unseen: Scenes): number {
  const right = describe(model, unseen).filter((caption, n) => caption === unseen.captions.texts[n]);
  return right.length / unseen.captions.texts.length;
}
