/** RMSprop, in the forms of Hinton, Graves, PyTorch and Keras. */
import { checkOptions, type Parameter, updateRmsprop, type Variable, zerosLike } from '@unroll/core';
import { Optimizer } from './optimizer.js';
import { checkAboveZero, checkAtLeastZero, checkFlag, checkFraction, checkWord } from './settings.js';

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

export type RMSpropState = {
  readonly squareAverage: Variable;
  readonly mean: Variable | null;
  readonly velocity: Variable | null;
};

/**
 * Gradient descent with each step divided by the running root mean square of the gradient.
 *
 * `s ← alpha·s + (1 − alpha)·g²`; q is s, or centered `m ← alpha·m + (1 − alpha)·g` and `q = max(s − m², 0)`; the
 * divisor d is `√q + eps`, or inside `√(q + eps)`; `p ← p − lr·g/d`, or with momentum `v ← momentum·v + g/d` and
 * `p ← p − lr·v`. g is the gradient plus `weightDecay·p`.
 *
 * | the same as | options |
 * |---|---|
 * | PyTorch `RMSprop` | the defaults |
 * | Keras `RMSprop` | `{ lr: 0.001, alpha: 0.9, eps: 1e-7, epsPlacement: 'inside' }` |
 * | char-rnn (`optim.rmsprop` of Lua Torch) | `{ lr: 0.002, alpha: 0.95, eps: 1e-8 }`, after `clipGradValue(parameters, 5)` |
 * | Graves 2013 | `{ lr: 1e-4, alpha: 0.95, eps: 1e-4, epsPlacement: 'inside', centered: true, momentum: 0.9 }` |
 *
 * Keras and Graves multiply by lr before the momentum; as long as lr stays the same, so do the steps.
 *
 * Errors: `ValueError` for options that are unknown or out of range, and for parameters that are none.
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
export class RMSprop extends Optimizer<RMSpropState> {
  readonly alpha: number;
  readonly eps: number;
  readonly epsPlacement: 'inside' | 'outside';
  readonly centered: boolean;
  readonly momentum: number;
  readonly weightDecay: number;

  constructor(parameters: Iterable<Parameter>, options: RMSpropOptions = {}) {
    const op = 'new RMSprop';
    checkOptions(op, options, ['lr', 'alpha', 'eps', 'epsPlacement', 'centered', 'momentum', 'weightDecay']);
    const { lr = 0.01, alpha = 0.99, eps = 1e-8, epsPlacement = 'outside' } = options;
    const { centered = false, momentum = 0, weightDecay = 0 } = options;
    checkFraction(op, { alpha, momentum });
    checkAboveZero(op, { eps });
    checkWord(op, 'epsPlacement', epsPlacement, ['inside', 'outside']);
    checkFlag(op, { centered });
    checkAtLeastZero(op, { weightDecay });
    super('RMSprop', parameters, lr, (parameter) => ({
      squareAverage: zerosLike(parameter),
      mean: centered ? zerosLike(parameter) : null,
      velocity: momentum > 0 ? zerosLike(parameter) : null,
    }));
    this.alpha = alpha;
    this.eps = eps;
    this.epsPlacement = epsPlacement;
    this.centered = centered;
    this.momentum = momentum;
    this.weightDecay = weightDecay;
  }

  protected update(parameter: Parameter, state: RMSpropState): void {
    const { lr, alpha, eps, epsPlacement, momentum, weightDecay } = this;
    updateRmsprop(parameter, state, {
      lr,
      alpha,
      eps,
      epsInside: epsPlacement === 'inside',
      momentum,
      weightDecay,
    });
  }
}
