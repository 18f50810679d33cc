/** A cell, a head of its own, and what trains the two. */
import { Rng, Tape, type Tensor } from '@unroll/core';
import { type Cell, Linear, Module, mse, unroll } from '@unroll/nn';
import { Adam, clipGradNorm } from '@unroll/optim';
import { type AddingProblem, addingProblem } from './adding-problem.js';

const BATCH = 32;

/** Reads sequences with any cell that is a module, and answers each with one number. */
export class Learner extends Module {
  readonly cell: Module & Cell<{ readonly h: Tensor }>;
  readonly head: Linear;
  readonly #optimizer: Adam;
  readonly #tape: Tape = new Tape();
  readonly #data: Rng;

  /** Equal seeds give equal sequences to learn from. */
  constructor(create: (rng: Rng) => Module & Cell<{ readonly h: Tensor }>, seed: number) {
    super();
    const rng = new Rng(seed);
    this.#data = rng.split();
    this.cell = create(rng);
    this.head = new Linear({ inputSize: this.cell.outputSize, outputSize: 1, rng });
    this.#optimizer = new Adam(this.parameters(), { lr: 0.01 });
  }

  /** Mean squared error. */
  error({ x, y }: AddingProblem): Tensor {
    return mse(this.head.forward(unroll(this.cell, x).finalState.h), y);
  }

  /** Goes on learning from new sequences. */
  learn(updates: number, length: number): void {
    for (let update = 0; update < updates; update++) {
      const problem = addingProblem(BATCH, length, this.#data);
      const loss = this.#tape.record(() => this.error(problem));
      this.#optimizer.zeroGrad();
      this.#tape.backward(loss);
      clipGradNorm(this.parameters(), 1);
      this.#optimizer.step();
    }
  }
}
