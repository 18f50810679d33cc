/** Training judges, and how many of the unseen reviews each understands. */
import { cast, Rng, Tape } from '@unroll/core';
import { batches } from '@unroll/data';
import type * as synthetic from '@unroll/data/synthetic';
import { binaryCrossEntropy } from '@unroll/nn';
import { Adam, clipGradNorm, cosineDecay } from '@unroll/optim';
import { track } from 'example-runner';
import type { Judge } from './models.js';

/** Reviews between two updates. */
const BATCH = 32;

/** Reviews to learn from, others, and how. */
export interface Task {
  readonly seen: synthetic.Reviews;
  readonly unseen: synthetic.Reviews;
  readonly seeds: number;
  /** How often each review is read. */
  readonly passes: number;
  readonly lr: number;
}

/** What became of one kind of judge. */
export interface Trained<J extends Judge> {
  readonly name: string;
  /** The first one. */
  readonly judge: J;
  /** Which of the unseen reviews the worst one took for what they are, and their share. */
  readonly understood: readonly boolean[];
  readonly accuracy: number;
}

/** Trains one judge a seed. */
export function train<J extends Judge>(name: string, make: (rng: Rng) => J, task: Task): Trained<J> {
  const trained = Array.from({ length: task.seeds }, (_, i) => {
    const rng = new Rng(i + 1);
    const judge = make(rng);
    learn(name, judge, task, rng);
    const understood = understoodBy(judge, task.unseen);
    return { name, judge, understood, accuracy: understood.filter(Boolean).length / understood.length };
  });
  const worst = trained.reduce((a, b) => (b.accuracy < a.accuracy ? b : a));
  return { ...worst, judge: (trained[0] ?? worst).judge };
}

function learn(name: string, judge: Judge, { seen: { x, lengths, y }, passes, lr }: Task, rng: Rng): void {
  const parameters = judge.parameters();
  const optimizer = new Adam(parameters, { lr });
  const epoch = batches({ x, lengths, y: cast(y, 'float32') }, { size: BATCH, rng });
  const rate = cosineDecay({ initial: lr, steps: passes * epoch.count });
  const tape = new Tape();
  let update = 0;
  const bar = track(name, passes);
  for (const _ of bar) {
    let last = Number.NaN;
    for (const batch of epoch) {
      const loss = tape.record(() => binaryCrossEntropy(judge.forward(batch), batch.y));
      optimizer.zeroGrad();
      tape.backward(loss);
      clipGradNorm(parameters, 1);
      optimizer.lr = rate(update++);
      optimizer.step();
      last = loss.item();
    }
    bar.note(`${last.toFixed(3)} nats`);
  }
}

/** Which reviews a judge takes for what they are. */
function understoodBy(judge: Judge, { x, lengths, y }: synthetic.Reviews): boolean[] {
  return [...batches({ x, lengths, y }, { size: 250 })].flatMap((batch) => {
    const labels = batch.y.data;
    return Array.from(judge.forward(batch).data, (score, n) => score > 0 === (labels[n] === 1));
  });
}
