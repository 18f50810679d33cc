/** Temporal order: which of X and Y stood where, long ago, among noise. */
import { argmax, oneHot, Rng, type Tensor } from '@unroll/core';
import { TEMPORAL_ORDER_SYMBOLS, temporalOrder } from '@unroll/data/synthetic';
import { crossEntropy, init, Linear, lastOutput, sumOverTime, unroll } from '@unroll/nn';
import { Adam, cosineDecay } from '@unroll/optim';
import type { MakeCell } from './cells.js';
import { type Seen, train } from './train.js';

const SYMBOLS = TEMPORAL_ORDER_SYMBOLS.length;

/** Sequences that a training is tested on. */
export const UNSEEN = 1_000;

/** How the task is learnt. */
export interface OrderRecipe {
  readonly steps: number;
  /** How many symbols count, for 4 or 8 classes. */
  readonly relevant: 2 | 3;
  readonly hiddenSize: number;
  readonly updates: number;
  /** Learning rate at the beginning. */
  readonly lr: number;
  readonly seed: number;
}

/** A training on temporal order. */
export interface Ordering extends Seen {
  /** The share of unseen sequences that is right at the end. */
  readonly right: number;
}

/** Trains the cell that `make` makes; null stands for symbols that are counted, whatever their order. */
export function learnOrder(
  name: string,
  make: MakeCell | null,
  { steps, relevant, hiddenSize, updates, lr, seed }: OrderRecipe,
): Ordering {
  const rng = new Rng(seed);
  const unseen = temporalOrder({ count: UNSEEN, steps, relevant, rng: rng.split() });
  const draws = rng.split();
  const keep = init.chrono([hiddenSize], { longest: steps, rng });
  const cell = make?.({ inputSize: SYMBOLS, hiddenSize, rng }, keep);
  const head = new Linear({ inputSize: cell?.outputSize ?? SYMBOLS, outputSize: 2 ** relevant, rng });
  const parameters = [...(cell?.parameters() ?? []), ...head.parameters()];
  const scores = (x: Tensor): Tensor => {
    return head.forward(cell === undefined ? sumOverTime(oneHot(x, SYMBOLS)) : lastOutput(unroll(cell, x).outputs));
  };
  const share = (): number => {
    const classes = argmax(scores(unseen.x)).data;
    return unseen.y.data.filter((wanted, n) => wanted === classes[n]).length / UNSEEN;
  };
  const seen = train(name, {
    parameters,
    optimizer: new Adam(parameters),
    lr: cosineDecay({ initial: lr, steps: updates }),
    updates,
    loss: () => {
      const { x, y } = temporalOrder({ count: 32, steps, relevant, rng: draws });
      return crossEntropy(scores(x), y);
    },
    look: share,
  });
  return { ...seen, right: share() };
}
