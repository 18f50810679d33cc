/**
 * Numbers that change over a training, as pure functions of the step: learning rates, probabilities of sampling, weights
 * of a loss. They have the same bits on every engine.
 */
import { checkOptions, elementary } from '@unroll/core';
import { checkAboveZero, checkAtLeastOne, checkAtLeastZero, checkFraction } from './settings.js';

/** A number for each step, counted from 0. It remembers nothing, so any step can be asked for, fractions too. */
export type Schedule = (step: number) => number;

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** At step 0. */
  readonly initial: number;
  /** What it is multiplied by at each stair. */
  readonly gamma: number;
  /** Steps on a stair. */
  readonly stepSize: number;
}

/**
 * Stairs: `initial · gamma^⌊step / stepSize⌋`.
 *
 * Errors: `ValueError` for options that are unknown or out of range, and for a step below 0.
 * Differs: PyTorch's `StepLR` multiplies by gamma again and again, which differs in the last bits.
 *
 * @example
 * ```ts
 * import { stepDecay } from '@unroll/optim';
 * const lr = stepDecay({ initial: 0.8, gamma: 0.5, stepSize: 30 });
 * [lr(0), lr(29), lr(30), lr(60)]; // [0.8, 0.8, 0.4, 0.2]
 * ```
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkOptions('stepDecay', options, ['initial', 'gamma', 'stepSize']);
  const { initial, gamma, stepSize } = options;
  checkAtLeastZero('stepDecay', { initial });
  checkAboveZero('stepDecay', { gamma, stepSize });
  return (step) => {
    checkAtLeastZero('stepDecay', { step });
    return initial * elementary.pow(gamma, Math.floor(step / stepSize));
  };
}

/** Options of {@link exponentialDecay}. */
export interface ExponentialDecayOptions {
  /** At step 0. */
  readonly initial: number;
  /** What it is multiplied by at each step. */
  readonly gamma: number;
}

/**
 * `initial · gamma^step`.
 *
 * Errors: `ValueError` for options that are unknown or out of range, and for a step below 0.
 * Differs: PyTorch's `ExponentialLR` multiplies by gamma again and again, which differs in the last bits.
 *
 * @example
 * ```ts
 * import { exponentialDecay } from '@unroll/optim';
 * const lr = exponentialDecay({ initial: 0.8, gamma: 0.5 });
 * [lr(0), lr(1), lr(2)]; // [0.8, 0.4, 0.2]
 * ```
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  checkOptions('exponentialDecay', options, ['initial', 'gamma']);
  const { initial, gamma } = options;
  checkAtLeastZero('exponentialDecay', { initial });
  checkAboveZero('exponentialDecay', { gamma });
  return (step) => {
    checkAtLeastZero('exponentialDecay', { step });
    return initial * elementary.pow(gamma, step);
  };
}

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** At step 0. */
  readonly initial: number;
  /** How many steps it takes. */
  readonly steps: number;
  /** From then on; 0 unless given. */
  readonly final?: number;
}

/**
 * Half a wave of the cosine: `final + (initial − final) · (1 + cos(π·step / steps)) / 2`, and `final` after `steps`.
 * Restarted every so many steps it is `(step) => decay(step % steps)`.
 *
 * Errors: `ValueError` for options that are unknown or out of range, and for a step below 0.
 * Differs: PyTorch's `CosineAnnealingLR` rises again after `steps`.
 * @source I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", arXiv:1608.03983, equation 5
 *
 * @example
 * ```ts
 * import { cosineDecay } from '@unroll/optim';
 * const lr = cosineDecay({ initial: 0.5, steps: 100 });
 * [lr(0), lr(50), lr(100), lr(1000)]; // [0.5, 0.25, 0, 0]
 * const restarted = (step: number) => lr(step % 100);
 * restarted(150); // 0.25
 * ```
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkOptions('cosineDecay', options, ['initial', 'steps', 'final']);
  const { initial, steps, final = 0 } = options;
  checkAtLeastZero('cosineDecay', { initial, final });
  checkAboveZero('cosineDecay', { steps });
  return (step) => {
    checkAtLeastZero('cosineDecay', { step });
    return final + ((initial - final) * (1 + elementary.cosPi(Math.min(step / steps, 1)))) / 2;
  };
}

/** Options of {@link warmup}. */
export interface WarmupOptions {
  /** How many steps come before the schedule. */
  readonly steps: number;
  /** The share of the schedule's beginning at step 0, in [0, 1); 0 unless given. */
  readonly startFactor?: number;
}

/**
 * Rises evenly to where another schedule begins, then follows it: `schedule(step − steps)`, and before
 * `schedule(0) · (startFactor + (1 − startFactor) · step / steps)`.
 *
 * Errors: `ValueError` for options that are unknown or out of range, and for a step below 0.
 * Differs: PyTorch's `LinearLR` begins at 1/3 unless told otherwise.
 * @source P. Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", arXiv:1706.02677, section 2.2
 *
 * @example
 * ```ts
 * import { cosineDecay, warmup } from '@unroll/optim';
 * const lr = warmup(cosineDecay({ initial: 0.5, steps: 100 }), { steps: 10 });
 * [lr(0), lr(5), lr(10), lr(60), lr(110)]; // [0, 0.25, 0.5, 0.25, 0]
 * ```
 */
export function warmup(schedule: Schedule, options: WarmupOptions): Schedule {
  checkOptions('warmup', options, ['steps', 'startFactor']);
  const { steps, startFactor = 0 } = options;
  checkAboveZero('warmup', { steps });
  checkFraction('warmup', { startFactor });
  return (step) => {
    checkAtLeastZero('warmup', { step });
    if (step >= steps) return schedule(step - steps);
    return schedule(0) * (startFactor + ((1 - startFactor) * step) / steps);
  };
}

/** Options of {@link inverseSigmoidDecay}. */
export interface InverseSigmoidDecayOptions {
  /** How slow it is, at least 1: the number is 1/2 at step `k·ln k`. */
  readonly k: number;
}

/**
 * The probability with which scheduled sampling shows a decoder the true last token instead of its own guess:
 * `k / (k + e^(step / k))`, from nearly 1 to 0.
 *
 * Errors: `ValueError` for options that are unknown or out of range, and for a step below 0.
 * @source S. Bengio, O. Vinyals, N. Jaitly, N. Shazeer, "Scheduled Sampling for Sequence Prediction with Recurrent
 * Neural Networks", arXiv:1506.03099, section 2.4
 *
 * @example
 * ```ts
 * import { inverseSigmoidDecay } from '@unroll/optim';
 * const teacherForcing = inverseSigmoidDecay({ k: 100 });
 * [0, 460, 1000].map((step) => teacherForcing(step).toFixed(3)); // ['0.990', '0.501', '0.005']
 * ```
 */
export function inverseSigmoidDecay(options: InverseSigmoidDecayOptions): Schedule {
  checkOptions('inverseSigmoidDecay', options, ['k']);
  const { k } = options;
  checkAtLeastOne('inverseSigmoidDecay', { k });
  return (step) => {
    checkAtLeastZero('inverseSigmoidDecay', { step });
    return k / (k + elementary.exp(step / k));
  };
}
