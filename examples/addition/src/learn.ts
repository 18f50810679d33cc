/** Passes over the sums, and what is right after each of them. */
import { Rng, slice, Tape, type Tensor } from '@unroll/core';
import { batches } from '@unroll/data';
import type { Module } from '@unroll/nn';
import { Adam, clipGradNorm, cosineDecay } from '@unroll/optim';
import { track } from 'example-runner';

/** Questions `[N, T]` and answers `[N, U]`, as ids. */
export interface Sums {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** A network that can be shown sums and asked for them. */
export interface Learner extends Module {
  /** Nats a character. */
  loss(x: Tensor, y: Tensor): Tensor;
  /** Answers of `length` characters. */
  write(x: Tensor, length: number): Int32Array[];
}

/** How a {@link Learner} learns. */
export interface LearnOptions {
  /** So many of the sums, the last ones, are never learnt from. */
  readonly unseen: number;
  readonly passes: number;
  /** Sums of an update. */
  readonly batch: number;
  /** At the beginning; it falls to 0. */
  readonly lr: number;
}

/** Which characters of each unseen answer are right. */
export type Marks = readonly (readonly boolean[])[];

/** After a training, and after each pass of it. */
export interface Learnt<L extends Learner> {
  readonly learner: L;
  readonly history: readonly Marks[];
}

/** Makes a learner and shows it the sums, which come in another order in each pass. */
export function learn<L extends Learner>(
  name: string,
  make: (rng: Rng) => L,
  sums: Sums,
  { unseen, passes, batch, lr }: LearnOptions,
  seed: number,
): Learnt<L> {
  const rng = new Rng(seed);
  const learner = make(rng);
  const parameters = learner.parameters();
  const optimizer = new Adam(parameters, { lr });
  const tape = new Tape();
  const [shown, asked] = cut(sums, unseen);
  const pass = batches({ ...shown }, { size: batch, rng });
  const rate = cosineDecay({ initial: lr, steps: passes * pass.count });

  const history: Marks[] = [];
  let update = 0;
  const bar = track(name, passes);
  for (const _ of bar) {
    for (const { x, y } of pass) {
      const loss = tape.record(() => learner.loss(x, y));
      optimizer.zeroGrad();
      tape.backward(loss);
      clipGradNorm(parameters, 5);
      optimizer.lr = rate(update++);
      optimizer.step();
    }
    const marks = mark(learner, asked);
    history.push(marks);
    bar.note(`${(100 * characters(marks)).toFixed(1)} % of the characters`);
  }
  return { learner, history };
}

/** All but the last `unseen`, and these. */
function cut({ x, y }: Sums, unseen: number): readonly [Sums, Sums] {
  const count = x.shape[0] as number;
  const part = (from: number, to: number): Sums => ({ x: slice(x, 0, from, to), y: slice(y, 0, from, to) });
  return [part(0, count - unseen), part(count - unseen, count)];
}

function mark(learner: Learner, { x, y }: Sums): Marks {
  const written = learner.write(x, y.shape[1] as number);
  return (y.toArray() as number[][]).map((ids, n) => ids.map((id, place) => written[n]?.[place] === id));
}

/** The share of characters that are right: what Keras calls accuracy. */
export function characters(marks: Marks): number {
  return shareOf(marks.flat());
}

/** The share of answers that are right altogether. */
export function answers(marks: Marks): number {
  return shareOf(marks.map((places) => places.every(Boolean)));
}

function shareOf(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length / flags.length;
}
