/** One string after the other, until all are known. */
import { Rng, slice, Tape, type Tensor } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { crossEntropy, Linear, LSTMCell, unroll } from '@unroll/nn';
import { Adam } from '@unroll/optim';

/** How often all strings are looked at, in strings learnt from. */
const EVERY = 100;

/** One training: after how many strings everything was predicted right, and the share of strings on the way. */
export interface Solving {
  /** Infinite where `most` strings were not enough. */
  readonly strings: number;
  /** Of the unseen strings, the share that is right at every step; one number every hundred strings. */
  readonly shares: readonly number[];
}

/** Learns 256 strings, one at a time, until these and 256 others are predicted right at every step. */
export function solveEmbedded(seed: number, most: number, hiddenSize: number, lr: number): Solving {
  const rng = new Rng(seed);
  const { x, y, legal, lengths } = synthetic.embeddedReber({ count: 512, distinct: true, rng: rng.split() });
  const cell = new LSTMCell({ inputSize: 7, hiddenSize, rng });
  const head = new Linear({ inputSize: hiddenSize, outputSize: 7, rng });
  const optimizer = new Adam([...cell.parameters(), ...head.parameters()], { lr });
  const tape = new Tape();

  /** Of which strings is every step right? */
  const right = (): boolean[] => {
    const scores = head.forward(unroll(cell, x, { lengths }).outputs);
    const steps = synthetic.predictsLegal(scores, legal).toArray() as number[][];
    return steps.map((row, n) => row.reduce((sum, flag) => sum + flag, 0) === lengths.data[n]);
  };

  const shares: number[] = [];
  for (let strings = 1; strings <= most; strings++) {
    const n = rng.integer(256); // the others are never learnt from
    const length = lengths.data[n] ?? 0;
    const [input, target] = [x, y].map((ids) => slice(slice(ids, 0, n, n + 1), 1, 0, length)) as [Tensor, Tensor];
    const loss = tape.record(() => crossEntropy(head.forward(unroll(cell, input).outputs), target));
    optimizer.zeroGrad();
    tape.backward(loss);
    optimizer.step();
    if (strings % EVERY !== 0) continue;
    const known = right();
    shares.push(known.slice(256).filter(Boolean).length / 256);
    if (known.every(Boolean)) return { strings, shares };
  }
  return { strings: Number.POSITIVE_INFINITY, shares };
}
