/** aⁿbⁿ: as many b as there were a, learnt with n up to 10. */
import { full, pick, Rng, type Tensor } from '@unroll/core';
import { ANBN_SYMBOLS, anbn, type GrammarStrings, predictsLegal } from '@unroll/data/synthetic';
import { binaryCrossEntropy, Linear, traceStates, unroll } from '@unroll/nn';
import { Adam } from '@unroll/optim';
import type { MakeCell } from './cells.js';
import { type Seen, train } from './train.js';

/** No n above this is tried. */
const MOST = 200;

/** How the task is learnt, one string in each update. */
export interface CountingRecipe {
  readonly hiddenSize: number;
  readonly updates: number;
  readonly seed: number;
}

/** A training on aⁿbⁿ. */
export interface Counting extends Seen {
  /** All n from 1 to this are accepted: at each step exactly the symbols that may follow are predicted. */
  readonly reach: number;
  /** What each unit of the memory, or of the state, holds at each step of aⁿbⁿ. */
  readonly memory: (n: number) => readonly (readonly number[])[];
}

/** Trains the cell that `make` makes, whose gates begin by keeping nearly all. */
export function learnToCount(name: string, make: MakeCell, { hiddenSize, updates, seed }: CountingRecipe): Counting {
  const rng = new Rng(seed);
  const draws = rng.split();
  const cell = make({ inputSize: ANBN_SYMBOLS.length, hiddenSize, rng }, full([hiddenSize], 5));
  const head = new Linear({ inputSize: hiddenSize, outputSize: ANBN_SYMBOLS.length, rng });
  const parameters = [...cell.parameters(), ...head.parameters()];
  const scores = (x: Tensor): Tensor => head.forward(unroll(cell, x).outputs);
  const accepts = (n: number): boolean => {
    const { x, legal } = only(n);
    return predictsLegal(scores(x), legal, { threshold: 0 }).data.every((flag) => flag === 1);
  };
  const reach = (): number => {
    let n = 0;
    while (n < MOST && accepts(n + 1)) n++;
    return n;
  };
  const seen = train(name, {
    parameters,
    optimizer: new Adam(parameters),
    lr: () => 0.03,
    updates,
    loss: () => {
      const { x, legal } = anbn({ count: 1, largest: 10, rng: draws });
      return binaryCrossEntropy(scores(x), legal);
    },
    look: reach,
  });
  const memory = (n: number): number[][] => {
    const states = traceStates(cell, only(n).x);
    const held = 'c' in states ? states.c : states.h;
    return Array.from({ length: hiddenSize }, (_, unit) => [...pick(pick(held, 2, unit), 0, 0).data]);
  };
  return { ...seen, reach: reach(), memory };
}

/** The string with this n. */
function only(n: number): GrammarStrings {
  return anbn({ count: 1, smallest: n, largest: n, rng: new Rng(0) });
}
