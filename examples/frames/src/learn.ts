/** Learning, whatever it is that is learnt. */
import { type Parameter, Tape, type Tensor } from '@unroll/core';
import { Adam, clipGradNorm, cosineDecay } from '@unroll/optim';
import { track } from 'example-runner';

/** How long, and how fast at the beginning. */
export interface LearnOptions {
  readonly updates: number;
  readonly lr: number;
}

/** Updates parameters, each time for examples that `lossOf` draws anew. */
export function learn(
  name: string,
  parameters: readonly Parameter[],
  { updates, lr }: LearnOptions,
  lossOf: () => Tensor,
): void {
  const optimizer = new Adam(parameters, { lr });
  const schedule = cosineDecay({ initial: lr, steps: updates, final: lr / 30 });
  const tape = new Tape();
  const bar = track(name, updates);
  for (const update of bar) {
    optimizer.lr = schedule(update);
    const loss = tape.record(lossOf);
    optimizer.zeroGrad();
    tape.backward(loss);
    clipGradNorm(parameters, 1);
    optimizer.step();
    bar.note(`loss ${loss.item().toFixed(3)}`);
  }
}
