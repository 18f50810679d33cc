/** Truncated backpropagation through time: windows one after the other, with the state carried from each to the next. */
import { Tape } from '@unroll/core';
import { bpttWindows, type SequenceWindow } from '@unroll/data';
import { crossEntropy } from '@unroll/nn';
import { clipGradNorm } from '@unroll/optim';
import { BITS, evaluate } from './evaluate.js';
import { alone, type Team } from './team.js';
import type { Corpus } from './text.js';
import type { Training } from './training.js';

/** How a training goes. */
export interface Plan {
  readonly batch: number;
  readonly stepsPerWindow: number;
  /** Updates in all, those of earlier runs among them. */
  readonly windows: number;
  readonly clip: number;
  /** Updates from one reading of the validation text to the next. */
  readonly evaluateEvery: number;
  /** Updates from one checkpoint to the next. */
  readonly checkpointEvery: number;
}

/** One update. */
export interface Step {
  /** How many updates are done, this one included. */
  readonly window: number;
  /** Cross-entropy in bits per character. */
  readonly bits: number;
  /** Norm of the gradient before clipping. */
  readonly norm: number;
}

/** Who watches a training, ends it early, and keeps it. */
export interface Hooks {
  readonly show: (step: Step) => void;
  readonly signal: Pick<AbortSignal, 'aborted'>;
  /** Called between two windows, and after the last. */
  readonly save: () => void;
  /** Waits between two windows, so that whoever sets off the signal is heard. */
  readonly turn: () => Promise<void>;
}

/**
 * Takes a training on from where it is, until the plan is done or the signal set off. In a team each process learns from
 * its rows of the windows, and carries the state of those.
 */
export async function train(
  training: Training,
  corpus: Corpus,
  plan: Plan,
  hooks: Hooks,
  team: Team = alone,
): Promise<void> {
  const { model, optimizer, curve } = training;
  const { show, signal, save, turn } = hooks;
  const parameters = model.parameters();
  const tape = new Tape();
  const windows = windowsFrom(training.windows, corpus.training, plan);
  const isStopped = (): boolean => team.allReduce(signal.aborted ? 1 : 0, 'max') > 0;
  while (training.windows < plan.windows && !isStopped()) {
    const isDue = (every: number): boolean => training.windows > 0 && training.windows % every === 0;
    if (isDue(plan.checkpointEvery)) save();
    if (isDue(plan.evaluateEvery)) {
      const { bits } = evaluate(model, corpus.validation, plan.stepsPerWindow);
      curve.validation.push({ window: training.windows, bits });
    }

    const { begins, ...window } = windows.next().value;
    const [x, y] = [team.shardRows(window.x), team.shardRows(window.y)];
    const share = (x.shape[0] as number) / plan.batch;
    const carried = begins ? undefined : training.state;
    const run = tape.record(() => {
      const { logits, state } = model.forward(x, carried);
      return { loss: crossEntropy(logits, y), state };
    });
    optimizer.zeroGrad();
    tape.backward(run.loss);
    team.allReduceGradients(parameters, { weight: share });
    const norm = clipGradNorm(parameters, plan.clip);
    optimizer.step();
    training.state = run.state;
    training.windows += 1;

    const bits = team.allReduce(run.loss.item() * share) * BITS;
    curve.training.push(bits);
    show({ window: training.windows, bits, norm });
    await turn();
  }
  save();
}

/**
 * The windows of a text over and over, without the first `done` of them; `begins` says that the text begins anew,
 * where no state is carried on.
 */
function* windowsFrom(
  done: number,
  ids: Int32Array,
  { batch, stepsPerWindow }: Plan,
): Generator<SequenceWindow & { readonly begins: boolean }, never> {
  const windows = bpttWindows(ids, { batch, steps: stepsPerWindow });
  let first = done % windows.count;
  for (;;) {
    let i = 0;
    for (const window of windows) {
      if (i >= first) yield { ...window, begins: i === 0 };
      i += 1;
    }
    first = 0;
  }
}
