/** Truncated backpropagation through time: windows one after the other, with the state carried from each to the next. */
import { setImmediate } from 'node:timers/promises';
import { Tape } from '@unroll/core';
import { bpttWindows, type SequenceWindow } from '@unroll/data';
import { crossEntropy } from '@unroll/nn';
import { clipGradNorm, type RMSprop } from '@unroll/optim';
import type { Curve, Point } from './curve.js';
import { BITS, type Evaluation, evaluate } from './evaluate.js';
import type { CharModel, ModelState } from './model.js';
import type { Progress } from './progress.js';
import type { Corpus } from './text.js';

/** How a training goes. */
export interface Plan {
  readonly batch: number;
  readonly stepsPerWindow: number;
  readonly windows: number;
  readonly clip: number;
}

/** What came of it. */
export interface Training extends Curve {
  /** Updates that were done: fewer than planned after an interruption. */
  readonly windows: number;
  /** The validation text after the last update. */
  readonly evaluation: Evaluation;
}

/** So many times the validation text is read, the last time after the last update. */
const EVALUATIONS = 4;

/** Updates a model until the plan is done or the signal set off. */
export async function train(
  model: CharModel,
  optimizer: RMSprop,
  corpus: Corpus,
  plan: Plan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Training> {
  const parameters = model.parameters();
  const tape = new Tape();
  const training: Point[] = [];
  const validation: Point[] = [];
  const evaluateEvery = Math.ceil(plan.windows / EVALUATIONS);
  const windows = endless(corpus.training, plan);
  let state: ModelState | undefined;
  for (let window = 1; ; window++) {
    const { x, y, begins } = windows.next().value;
    if (begins) state = undefined;
    const run = tape.record(() => {
      const next = model.forward(x, state);
      return { loss: crossEntropy(next.logits, y), state: next.state };
    });
    optimizer.zeroGrad();
    tape.backward(run.loss);
    const norm = clipGradNorm(parameters, plan.clip);
    optimizer.step();
    state = run.state;

    const bits = run.loss.item() * BITS;
    training.push({ window, bits });
    progress.show({ window, bits, norm });
    await setImmediate(); // lets Ctrl-C be heard
    const ends = window === plan.windows || signal.aborted;
    if (!ends && window % evaluateEvery !== 0) continue;
    const evaluation = evaluate(model, corpus.validation, plan.stepsPerWindow);
    validation.push({ window, bits: evaluation.bits });
    if (ends) return { training, validation, windows: window, evaluation };
  }
}

/** All windows of a text, over and over; `begins` says that the text begins anew, where no state is carried on. */
function* endless(ids: Int32Array, plan: Plan): Generator<SequenceWindow & { readonly begins: boolean }, never> {
  const windows = bpttWindows(ids, { batch: plan.batch, steps: plan.stepsPerWindow });
  for (;;) {
    let begins = true;
    for (const window of windows) {
      yield { ...window, begins };
      begins = false;
    }
  }
}
