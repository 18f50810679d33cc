/** A stream without end: the state has to be cleared by the cell itself. */
import { Rng, slice, Tape, type Tensor } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { type Cell, crossEntropy, Linear, type LSTMState, type Module, unroll } from '@unroll/nn';
import { Adam, clipGradNorm } from '@unroll/optim';
import { track } from 'example-runner';

/** Streams that are read side by side, and steps of each from update to update. */
const BATCH = 8;
const WINDOW = 40;

/** What the cell knows of unseen streams where the symbol of long ago decides; one number for each tenth of the training. */
export function learnStreams(
  name: string,
  makeCell: (rng: Rng) => Cell<LSTMState> & Module,
  { seed, updates, lr }: { seed: number; updates: number; lr: number },
): readonly number[] {
  const rng = new Rng(seed);
  const steps = updates * WINDOW;
  const { x, y } = synthetic.continualReber({ count: BATCH, steps, rng: rng.split() });
  const unseen = synthetic.continualReber({ count: BATCH, steps: 10_000, rng: rng.split() });
  const cell = makeCell(rng);
  const head = new Linear({ inputSize: cell.outputSize, outputSize: 7, rng });
  const parameters = [...cell.parameters(), ...head.parameters()];
  const optimizer = new Adam(parameters, { lr });
  const tape = new Tape();

  const shares: number[] = [];
  const bar = track(name, updates);
  let state: LSTMState | undefined;
  for (const update of bar) {
    const [input, target] = [x, y].map((ids) => slice(ids, 1, update * WINDOW, (update + 1) * WINDOW)) as [
      Tensor,
      Tensor,
    ];
    const run = tape.record(() => {
      const { outputs, finalState } = unroll(cell, input, { initialState: state });
      return { loss: crossEntropy(head.forward(outputs), target), state: finalState };
    });
    optimizer.zeroGrad();
    tape.backward(run.loss);
    clipGradNorm(parameters, 1);
    optimizer.step();
    state = run.state;
    if ((update + 1) % Math.ceil(updates / 10) === 0) shares.push(recalled(cell, head, unseen));
    bar.note(`${(run.loss.item() / Math.LN2).toFixed(3)} bits`);
  }
  return shares;
}

/** Of the steps whose next symbol has to be remembered, the share that is right. */
function recalled(cell: Cell<LSTMState>, head: Linear, { x, legal, recall }: synthetic.ContinualReber): number {
  const right = synthetic.predictsLegal(head.forward(unroll(cell, x).outputs), legal).data;
  let [known, all] = [0, 0];
  for (const [i, flag] of recall.data.entries()) {
    all += flag;
    known += flag * (right[i] as number);
  }
  return known / all;
}
