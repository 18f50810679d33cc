/** Training on the adding problem, new sequences in each update. */
import { Rng, Tape, type Tensor } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { type Module, mse } from '@unroll/nn';
import { Adam, clipGradNorm, RMSprop, SGD } from '@unroll/optim';
import { track } from 'example-runner';

const OPTIMIZERS: Record<NonNullable<Recipe['optimizer']>, typeof Adam | typeof RMSprop | typeof SGD> = {
  Adam,
  RMSprop,
  SGD,
};

/** How often a training is looked at. */
const LOOKS = 20;

/** How a model is trained. */
export interface Recipe {
  readonly updates: number;
  /** Sequences in each. */
  readonly batch: number;
  /** Adam unless given. */
  readonly optimizer?: 'Adam' | 'RMSprop' | 'SGD';
  readonly lr: number;
  /** What the norm of the gradient is clipped to: 1 unless given. */
  readonly maxNorm?: number;
}

/** A model that was trained. */
export interface Learning<Model> {
  readonly model: Model;
  /** Mean squared error on unseen sequences at the end. */
  readonly error: number;
  /** The same on the way. */
  readonly errors: readonly number[];
  /** How many sequences had been learnt from by then. */
  readonly sequences: readonly number[];
  /** The norm of the gradient in each update, before clipping. */
  readonly norms: readonly number[];
}

/** Trains what `makeModel` makes, on sequences of `steps` numbers. */
export function learnToAdd<Model extends Module & { forward(x: Tensor): Tensor }>(
  name: string,
  makeModel: (rng: Rng) => Model,
  { seed, steps, ...recipe }: Recipe & { readonly seed: number; readonly steps: number },
): Learning<Model> {
  const { updates, batch, optimizer = 'Adam', lr, maxNorm = 1 } = recipe;
  const rng = new Rng(seed);
  const unseen = synthetic.addingProblem({ count: 500, steps, rng: rng.split() });
  const draws = rng.split();
  const model = makeModel(rng);
  const parameters = model.parameters();
  const rule = new OPTIMIZERS[optimizer](parameters, { lr });
  const tape = new Tape();
  const errorOf = (): number => mse(model.forward(unseen.x), unseen.y).item();

  const [errors, sequences, norms]: [number[], number[], number[]] = [[], [], []];
  const bar = track(name, updates);
  for (const update of bar) {
    const { x, y } = synthetic.addingProblem({ count: batch, steps, rng: draws });
    const loss = tape.record(() => mse(model.forward(x), y));
    rule.zeroGrad();
    tape.backward(loss);
    norms.push(clipGradNorm(parameters, maxNorm, { onNonFinite: 'skip' }));
    rule.step();
    if ((update + 1) % Math.ceil(updates / LOOKS) !== 0) continue;
    errors.push(errorOf());
    sequences.push((update + 1) * batch);
    bar.note(`error ${errors.at(-1)?.toFixed(4)}`);
  }
  return { model, error: errorOf(), errors, sequences, norms };
}
