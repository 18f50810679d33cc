/** Copy memory: ten symbols, a long nothing, and the ten symbols again. */
import { argmax, Rng, type Tensor } from '@unroll/core';
import { type CopyMemory, copyMemory } from '@unroll/data/synthetic';
import { crossEntropy, init, Linear, unroll } from '@unroll/nn';
import { cosineDecay, RMSprop } from '@unroll/optim';
import type { MakeCell } from './cells.js';
import { type Seen, train } from './train.js';

/** Symbols to be remembered, and how many there are; then the blank and the sign. */
const LENGTH = 10;
const SYMBOLS = 8;

/** Sequences that a training is tested on. */
const UNSEEN = 200;

/** How the task is learnt. */
export interface CopyRecipe {
  readonly lag: number;
  readonly hiddenSize: number;
  readonly updates: number;
  /** Learning rate at the beginning. */
  readonly lr: number;
  readonly seed: number;
}

/** A training on the copy task. */
export interface Copying extends Seen {
  /** Cross-entropy on unseen sequences at the end, in nats a step. */
  readonly loss: number;
  /** The share that is right of each of the ten symbols, in their order. */
  readonly recalled: readonly number[];
}

/** Trains the cell that `make` makes, whose gates begin by keeping for up to as many steps as a sequence has. */
export function learnToCopy(name: string, make: MakeCell, { lag, hiddenSize, updates, lr, seed }: CopyRecipe): Copying {
  const rng = new Rng(seed);
  const unseen = copyMemory({ count: UNSEEN, lag, rng: rng.split() });
  const draws = rng.split();
  const keep = init.chrono([hiddenSize], { longest: lag + 2 * LENGTH, rng });
  const cell = make({ inputSize: SYMBOLS + 2, hiddenSize, rng }, keep);
  const head = new Linear({ inputSize: hiddenSize, outputSize: SYMBOLS + 2, rng });
  const parameters = [...cell.parameters(), ...head.parameters()];
  const scores = (x: Tensor): Tensor => head.forward(unroll(cell, x).outputs);
  const lossOf = ({ x, y }: CopyMemory): Tensor => crossEntropy(scores(x), y);
  const seen = train(name, {
    parameters,
    optimizer: new RMSprop(parameters),
    lr: cosineDecay({ initial: lr, steps: updates }),
    updates,
    loss: () => lossOf(copyMemory({ count: 16, lag, rng: draws })),
    look: () => lossOf(unseen).item(),
  });
  const [said, wanted] = [argmax(scores(unseen.x)), unseen.y].map((ids) => ids.toArray() as number[][]);
  const recalled = Array.from({ length: LENGTH }, (_, i) => {
    const t = lag + LENGTH + i;
    return (said ?? []).filter((row, n) => row[t] === wanted?.[n]?.[t]).length / UNSEEN;
  });
  return { ...seen, loss: lossOf(unseen).item(), recalled };
}
