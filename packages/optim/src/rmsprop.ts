/** RMSprop, in the forms of Hinton, Graves, PyTorch and Keras. */
import { updateRmsprop, type Variable, zerosLike } from '@unroll/core';
import { Optimizer } from './optimizer.js';
import type { ParametersOrGroups } from './parameter-groups.js';
import { checkAboveZero, checkAtLeastZero, checkFlag, checkFraction, checkWord } from './settings.js';
import type { UpdateRule } from './update-rule.js';

/** Options of {@link RMSprop}. */
export interface RMSpropOptions {
  /** Learning rate; 0.01 unless given. */
  readonly lr?: number;
  /** How much of the running mean of squares stays at each step, in [0, 1); 0.99 unless given. */
  readonly alpha?: number;
  /** Keeps the divisor above 0; 1e-8 unless given. */
  readonly eps?: number;
  /** Whether eps is added below the root or after it; `'outside'` unless given. */
  readonly epsPlacement?: 'inside' | 'outside';
  /** Divide by the standard deviation of the gradient instead of its root mean square. */
  readonly centered?: boolean;
  /** How much of the last step's velocity goes on, in [0, 1); 0 unless given. */
  readonly momentum?: number;
  /** Added to the gradient as `weightDecay·p`; 0 unless given. */
  readonly weightDecay?: number;
}

/** What {@link RMSprop} keeps beside a parameter. */
export type RMSpropState = {
  readonly squareAverage: Variable;
  readonly mean: Variable | null;
  readonly velocity: Variable | null;
};

const rmsprop: UpdateRule<RMSpropOptions, Required<RMSpropOptions>, RMSpropState> = {
  name: 'RMSprop',
  options: ['lr', 'alpha', 'eps', 'epsPlacement', 'centered', 'momentum', 'weightDecay'],

  settings(options) {
    const { lr = 0.01, alpha = 0.99, eps = 1e-8, epsPlacement = 'outside' } = options;
    const { centered = false, momentum = 0, weightDecay = 0 } = options;
    const op = 'new RMSprop';
    checkFraction(op, { alpha, momentum });
    checkAboveZero(op, { eps });
    checkWord(op, 'epsPlacement', epsPlacement, ['inside', 'outside']);
    checkFlag(op, { centered });
    checkAtLeastZero(op, { weightDecay });
    return { lr, alpha, eps, epsPlacement, centered, momentum, weightDecay };
  },

  newState: (parameter, { centered, momentum }) => ({
    squareAverage: zerosLike(parameter),
    mean: centered ? zerosLike(parameter) : null,
    velocity: momentum > 0 ? zerosLike(parameter) : null,
  }),

  update(parameter, state, settings) {
    updateRmsprop(parameter, state, { ...settings, epsInside: settings.epsPlacement === 'inside' });
  },
};

/**
 * Gradient descent with each step divided by the running root mean square of the gradient.
 *
 * `s ← alpha·s + (1 − alpha)·g²`; q is s, or centered `m ← alpha·m + (1 − alpha)·g` and `q = max(s − m², 0)`; the
 * divisor d is `√q + eps`, or inside `√(q + eps)`; `p ← p − lr·g/d`, or with momentum `v ← momentum·v + g/d` and
 * `p ← p − lr·v`. g is the gradient plus `weightDecay·p`.
 *
 * Which settings equal PyTorch, Keras, char-rnn and Graves 2013 stands in the table of this package's README.
 *
 * Errors: `ValueError` as {@link Optimizer}.
 * Numerics: rounding can make the centered variance negative, so that it is held at 0 (tfjs's becomes NaN).
 * Differs: PyTorch allows eps 0, with which the first zero gradient makes NaN.
 * @source T. Tieleman, G. Hinton, "Lecture 6.5 — RMSprop", Coursera: Neural Networks for Machine Learning, 2012
 * @source A. Graves, "Generating Sequences With Recurrent Neural Networks", arXiv:1308.0850, equations 38–41
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, Tape, tensor } from '@unroll/core';
 * import { RMSprop } from '@unroll/optim';
 * const w = new Parameter(tensor([1, 2]));
 * const optimizer = new RMSprop([w], { lr: 0.002, alpha: 0.95 });
 * const tape = new Tape();
 * for (let step = 0; step < 10; step++) {
 *   optimizer.zeroGrad();
 *   tape.backward(tape.record(() => sum(mul(w, w))));
 *   optimizer.step();
 * }
 * ```
 */
export class RMSprop extends Optimizer<RMSpropOptions, Required<RMSpropOptions>, RMSpropState> {
  constructor(parameters: ParametersOrGroups<RMSpropOptions>, options: RMSpropOptions = {}) {
    super(rmsprop, parameters, options);
  }
}
