/** The loop that all three tasks share: new examples in each update, gradients clipped. */
import { type Parameter, Tape, type Tensor } from '@unroll/core';
import { type Adam, clipGradNorm, type RMSprop, type Schedule } from '@unroll/optim';
import type { Curve } from '@unroll/viz';
import { track } from 'example-runner';

/** How often a training is looked at. */
const LOOKS = 20;

/** A training, and what it is told by. */
export interface Training {
  readonly parameters: readonly Parameter[];
  readonly optimizer: Adam | RMSprop;
  readonly lr: Schedule;
  readonly updates: number;
  /** The loss of new examples; recorded. */
  readonly loss: () => Tensor;
  /** How far the training is, on examples that it does not learn from. */
  readonly look: () => number;
}

/** What was seen on the way: `y[i]` after `x[i]` updates; a line of a picture. */
export interface Seen {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Trains, and looks now and then. */
export function train(name: string, { parameters, optimizer, lr, updates, loss, look }: Training): Seen {
  const tape = new Tape();
  const [x, y]: [number[], number[]] = [[], []];
  const bar = track(name, updates);
  for (const update of bar) {
    const value = tape.record(loss);
    optimizer.zeroGrad();
    tape.backward(value);
    clipGradNorm(parameters, 1);
    optimizer.lr = lr(update);
    optimizer.step();
    if ((update + 1) % Math.ceil(updates / LOOKS) !== 0) continue;
    x.push(update + 1);
    y.push(look());
    bar.note(`${y.at(-1)?.toFixed(3)}`);
  }
  return { x, y };
}

/** A line for each of several trainings, under one name. */
export function curvesOf(name: string, trainings: readonly Seen[]): Curve[] {
  return trainings.map(({ x, y }) => ({ name, x, y }));
}
