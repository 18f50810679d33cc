/** How far gradients reach back in one cell, for the picture. */
import { Rng, sum } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { gradientFlow } from '@unroll/nn';
import type { Flow } from '@unroll/viz';
import type { AddingCell } from './adder.js';

/** What is left of the gradient of the last state, or of an LSTM's last memory, after each step back. */
export function flowOf(name: string, cell: AddingCell, steps: number): Flow {
  const { x } = synthetic.addingProblem({ count: 1, steps, rng: new Rng(0) });
  const { finalState } = gradientFlow(cell, x, { loss: (run) => sum(run.finalState.h) });
  return { name, norms: [...('c' in finalState ? finalState.c : finalState.h).data] };
}
