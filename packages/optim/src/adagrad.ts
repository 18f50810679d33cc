/** Adagrad. */
import { full, updateAdagrad, Variable } from '@unroll/core';
import { Optimizer } from './optimizer.js';
import type { ParametersOrGroups } from './parameter-groups.js';
import { checkAboveZero, checkAtLeastZero } from './settings.js';
import type { UpdateRule } from './update-rule.js';

/** Options of {@link Adagrad}. */
export interface AdagradOptions {
  /** Learning rate; 0.01 unless given. */
  readonly lr?: number;
  /** Divides the learning rate by `1 + lrDecay·(t − 1)` at a parameter's update t; 0 unless given. */
  readonly lrDecay?: number;
  /** Where the sums of squares begin; 0 unless given. */
  readonly initialAccumulatorValue?: number;
  /** Keeps the divisor above 0; 1e-10 unless given. */
  readonly eps?: number;
  /** Added to the gradient as `weightDecay·p`; 0 unless given. */
  readonly weightDecay?: number;
}

/** What {@link Adagrad} keeps beside a parameter. */
export type AdagradState = {
  readonly squareSum: Variable;
  /** How many updates this parameter has had. */
  updates: number;
};

const adagrad: UpdateRule<AdagradOptions, Required<AdagradOptions>, AdagradState> = {
  name: 'Adagrad',
  options: ['lr', 'lrDecay', 'initialAccumulatorValue', 'eps', 'weightDecay'],

  settings({ lr = 0.01, lrDecay = 0, initialAccumulatorValue = 0, eps = 1e-10, weightDecay = 0 }) {
    checkAtLeastZero('new Adagrad', { lrDecay, initialAccumulatorValue, weightDecay });
    checkAboveZero('new Adagrad', { eps });
    return { lr, lrDecay, initialAccumulatorValue, eps, weightDecay };
  },

  newState: ({ shape, dtype }, { initialAccumulatorValue }) => ({
    squareSum: new Variable(full(shape, initialAccumulatorValue, { dtype })),
    updates: 0,
  }),

  update(parameter, state, { lr, lrDecay, eps, weightDecay }) {
    const rate = lr / (1 + lrDecay * state.updates);
    state.updates += 1;
    updateAdagrad(parameter, state.squareSum, { lr: rate, eps, weightDecay });
  },
};

/**
 * Gradient descent with each step divided by the root of the sum of all squared gradients so far: entries whose
 * gradients are rare or small take longer steps.
 *
 * `s ← s + g²`, `p ← p − lr / (1 + lrDecay·(t − 1)) · g / (√s + eps)`; s begins at `initialAccumulatorValue`. g is the
 * gradient plus `weightDecay·p`; t counts the updates that the parameter itself has had.
 *
 * Errors: `ValueError` as {@link Optimizer}.
 * Differs: PyTorch allows eps 0, with which the first zero gradient makes NaN unless the sums begin above 0.
 * @source J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
 * Optimization", JMLR 12, 2011, figure 1 (diagonal matrices)
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, Tape, tensor } from '@unroll/core';
 * import { Adagrad } from '@unroll/optim';
 * const w = new Parameter(tensor([1, 2]));
 * const optimizer = new Adagrad([w], { lr: 0.5 });
 * const tape = new Tape();
 * for (let step = 0; step < 10; step++) {
 *   optimizer.zeroGrad();
 *   tape.backward(tape.record(() => sum(mul(w, w))));
 *   optimizer.step();
 * }
 * ```
 */
export class Adagrad extends Optimizer<AdagradOptions, Required<AdagradOptions>, AdagradState> {
  constructor(parameters: ParametersOrGroups<AdagradOptions>, options: AdagradOptions = {}) {
    super(adagrad, parameters, options);
  }
}
