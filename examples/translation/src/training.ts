/** Learning from pairs, and which of others come out right. */
import { Rng, Tape, type Tensor } from '@unroll/core';
import { batches, bucketBatches, type PaddedSequences, padSequences } from '@unroll/data';
import type { Module } from '@unroll/nn';
import { Adam, clipGradNorm, cosineDecay } from '@unroll/optim';
import { track, withSeeds } from 'example-runner';
import type { Pairs } from './pairs.js';

/** What learns to turn one sequence into another. */
export interface Learner extends Module {
  /** Nats a token of the target, of which a step reads the last true one with the probability `teacherForcing`. */
  loss(source: PaddedSequences, target: PaddedSequences, teacherForcing: number, rng: Rng): Tensor;
  /** What it writes, at most `maxLength` tokens, without the end. */
  write(source: PaddedSequences, maxLength: number, beams?: number): Int32Array[];
}

/** How long a training is. */
export interface Training {
  /** How often it is repeated with other weights and another order of the pairs. */
  readonly seeds: number;
  readonly updates: number;
  /** Pairs of an update. */
  readonly batch: number;
  /** At the beginning; it falls to 0. */
  readonly lr: number;
}

/** What one part of the example is told. */
export interface Setting extends Training {
  /** Pairs to learn from, and others to be tried on. */
  readonly count: number;
  readonly unseen: number;
  readonly hiddenSize: number;
  readonly write: (name: string, contents: string) => void;
}

/** What is learnt, and how. */
export interface Task extends Training {
  readonly seen: Pairs;
  readonly unseen: Pairs;
  /** The probability that a step reads the truth, by the update; always unless given. */
  readonly teacherForcing?: (update: number) => number;
}

/** After a training. */
export interface Trained<L extends Learner = Learner> {
  readonly learner: L;
  /** On the way, of a hundred unseen pairs. */
  readonly course: { readonly updates: readonly number[]; readonly shares: readonly number[] };
  /** Which unseen targets it writes exactly. */
  readonly right: readonly boolean[];
  readonly share: number;
}

/** One for each seed. */
export type Trainings<L extends Learner = Learner> = readonly [Trained<L>, ...Trained<L>[]];

/** One training for each seed. */
export function trainSeeds<L extends Learner>(name: string, make: (rng: Rng) => L, task: Task): Trainings<L> {
  return withSeeds(task.seeds, (seed) => {
    const rng = new Rng(seed);
    const learner = make(rng);
    const course = train(name, learner, task, rng);
    const right = exactly(learner, task.unseen);
    return { learner, course, right, share: shareOf(right) };
  });
}

function train(name: string, learner: Learner, task: Task, rng: Rng): Trained['course'] {
  const { seen, unseen, updates, batch, lr, teacherForcing = () => 1 } = task;
  const parameters = learner.parameters();
  const optimizer = new Adam(parameters, { lr });
  const rate = cosineDecay({ initial: lr, steps: updates });
  const tape = new Tape();
  const some = { source: unseen.source.slice(0, 100), target: unseen.target.slice(0, 100) };
  const course = { updates: [] as number[], shares: [] as number[] };
  const pairs = endless(seen, batch, rng);
  const bar = track(name, updates);
  for (const update of bar) {
    const { source, target } = pairs.next().value;
    const loss = tape.record(() => learner.loss(source, target, teacherForcing(update), rng));
    optimizer.zeroGrad();
    tape.backward(loss);
    clipGradNorm(parameters, 1);
    optimizer.lr = rate(update);
    optimizer.step();
    bar.note(`${loss.item().toFixed(3)} nats a token`);
    if ((update + 1) % Math.ceil(updates / 10) !== 0) continue;
    course.updates.push(update + 1);
    course.shares.push(shareRight(learner, some));
  }
  return course;
}

/**
 * Batches of pairs, pass after pass; long and short ones together, although that takes padding: in batches of one length
 * six-digit numbers were not learnt.
 */
function* endless(
  { source, target }: Pairs,
  size: number,
  rng: Rng,
): Generator<{ readonly source: PaddedSequences; readonly target: PaddedSequences }, never> {
  const pass = batches([...source.keys()], { size, rng });
  for (;;) {
    for (const indices of pass) {
      const those = (side: Pairs['source']): PaddedSequences => padSequences(indices.map((n) => side[n] as Int32Array));
      yield { source: those(source), target: those(target) };
    }
  }
}

/** Which targets a learner writes exactly, their end included. */
function exactly(learner: Learner, { source, target }: Pairs, beams = 1): boolean[] {
  const right = source.map(() => false);
  const maxLength = Math.max(...target.map(({ length }) => length));
  for (const { indices, ...padded } of bucketBatches(source, { size: 250 })) {
    const written = learner.write(padded, maxLength, beams);
    for (const [row, n] of indices.entries()) right[n] = String([...(written[row] ?? []), 0]) === String(target[n]);
  }
  return right;
}

/** The share of targets that a learner writes exactly. */
export function shareRight(learner: Learner, pairs: Pairs, beams = 1): number {
  return shareOf(exactly(learner, pairs, beams));
}

/** The least that any seed has reached. */
export function worst(runs: readonly Trained[]): number {
  return Math.min(...runs.map(({ share }) => share));
}

function shareOf(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length / flags.length;
}
