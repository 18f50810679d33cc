/** The program of the guide's first page. It imports nothing of Node and asks for nothing of a page: both run it as it is. */
import { Rng, Tape } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { GRUCell, Linear, mse, unroll } from '@unroll/nn';
import { Adam } from '@unroll/optim';

export const UPDATES = 400;

/** Trains, and waits after each update for `onUpdate(update, loss)`. Returns the mean squared error on 500 unseen sequences. */
export async function train(onUpdate) {
  const rng = new Rng(1);
  const cell = new GRUCell({ inputSize: 2, hiddenSize: 16, rng });
  const head = new Linear({ inputSize: 16, outputSize: 1, rng });
  const optimizer = new Adam([...cell.parameters(), ...head.parameters()], { lr: 0.01 });
  const tape = new Tape();
  const error = ({ x, y }) => mse(head.forward(unroll(cell, x).finalState.h), y);

  for (let update = 0; update <= UPDATES; update++) {
    const problem = synthetic.addingProblem({ count: 32, steps: 20, rng });
    const loss = tape.record(() => error(problem));
    optimizer.zeroGrad();
    tape.backward(loss);
    optimizer.step();
    await onUpdate(update, loss.item());
  }
  return error(synthetic.addingProblem({ count: 500, steps: 20, rng })).item();
}
