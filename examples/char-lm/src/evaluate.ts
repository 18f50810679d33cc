/** How well a model predicts a text that it has not learnt from. */
import { scratch } from '@unroll/core';
import { bpttWindows } from '@unroll/data';
import { crossEntropy } from '@unroll/nn';
import type { CharModel, ModelState } from './model.js';

/** Nats to bits. */
export const BITS: number = 1 / Math.LN2;

/** What {@link evaluate} finds. */
export interface Evaluation {
  readonly bits: number;
  readonly characters: number;
}

/** So many places of a text are read side by side, unless it is too short. */
const STREAMS = 8;

/** Bits per character, with the state carried from window to window; nothing is recorded. */
export function evaluate(model: CharModel, ids: Int32Array, steps: number): Evaluation {
  const length = Math.min(steps, ids.length - 1);
  const batch = Math.min(STREAMS, Math.floor((ids.length - 1) / length));
  const windows = bpttWindows(ids, { batch, steps: length });
  let state: ModelState | undefined;
  let total = 0;
  model.eval();
  for (const { x, y } of windows) {
    const run = scratch(() => {
      const next = model.forward(x, state);
      return { loss: crossEntropy(next.logits, y), state: next.state };
    });
    state = run.state;
    total += run.loss.item();
  }
  model.train();
  return { bits: (total / windows.count) * BITS, characters: windows.count * batch * length };
}
