/** Training a reader, and asking it. */
import { argmax, broadcastTo, expandDims, type Rng, Tape, type Tensor } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { crossEntropy } from '@unroll/nn';
import { Adam, clipGradNorm, cosineDecay } from '@unroll/optim';
import { track } from 'example-runner';
import type { Reader } from './readers.js';

/** How a reader is trained. */
export interface LearnOptions {
  readonly updates: number;
  /** Pictures for each update; none is seen twice. */
  readonly size: number;
  readonly lr: number;
  readonly rng: Rng;
}

/** Teaches a reader to name the digit as early as it can: the loss is the mean over all steps. */
export function learn(name: string, { parameters, read }: Reader, { updates, size, lr, rng }: LearnOptions): void {
  const optimizer = new Adam(parameters, { lr });
  const rate = cosineDecay({ initial: lr, steps: updates });
  const tape = new Tape();
  const bar = track(name, updates);
  for (const update of bar) {
    const { x, y } = synthetic.digitBitmaps({ count: size, rng });
    const loss = tape.record(() => {
      const scores = read(x);
      return crossEntropy(scores, atEachStep(y, scores));
    });
    optimizer.zeroGrad();
    tape.backward(loss);
    clipGradNorm(parameters, 1);
    optimizer.lr = rate(update);
    optimizer.step();
    bar.note(`${loss.item().toFixed(3)} nats`);
  }
}

/** After each step, the share of the pictures whose digit scores highest. */
export function accuracies({ read }: Reader, { x, y }: synthetic.DigitBitmaps): number[] {
  const scores = read(x);
  const [said, right] = [argmax(scores).data, atEachStep(y, scores).data];
  const steps = scores.shape[1] ?? 0;
  const counts = new Array<number>(steps).fill(0);
  said.forEach((digit, i) => {
    if (digit === right[i]) counts[i % steps] = (counts[i % steps] ?? 0) + 1;
  });
  return counts.map((count) => (count * steps) / said.length);
}

/** The same digit at each step: `[N]` → `[N, T]`. */
function atEachStep(y: Tensor, scores: Tensor): Tensor {
  return broadcastTo(expandDims(y, 1), scores.shape.slice(0, 2));
}
