/** Update rules of optimizers, each one pass over a parameter in place. A rule of your own can use `parameter.assign`. */
import type { KernelTable } from '@unroll/kernels';
import { TapeError } from '../errors.js';
import { kernelsFor } from './dtype.js';
import { floatType, type Tensor } from './tensor.js';
import { checkNotRecording, type Parameter, type Variable } from './variable.js';

/** What {@link updateSgd} needs to know. */
export interface SgdSettings {
  readonly lr: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** What {@link updateRmsprop} needs to know. */
export interface RmspropSettings {
  readonly lr: number;
  readonly alpha: number;
  readonly eps: number;
  /** Whether eps is added below the root. */
  readonly epsInside: boolean;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** What {@link updateAdagrad} needs to know. */
export interface AdagradSettings {
  readonly lr: number;
  readonly eps: number;
  readonly weightDecay: number;
}

/** What {@link updateAdam} needs to know. */
export interface AdamSettings {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** 1 − beta1ᵗ at step t. */
  readonly correction1: number;
  /** 1 − beta2ᵗ at step t. */
  readonly correction2: number;
  readonly weightDecay: number;
  /** Whether the decay stays out of the gradient, and so out of the moments. */
  readonly decoupled: boolean;
}

/** The gradient that an update reads, and the kernels that it runs on; bumps the version, since it writes. */
function begin(op: string, parameter: Parameter): { readonly gradient: Tensor; readonly kernels: KernelTable } {
  checkNotRecording(op, parameter);
  const gradient = parameter.grad;
  if (gradient === null) {
    throw new TapeError({
      op,
      what: `parameter '${parameter.name}' has no gradient`,
      arrays: { parameter },
      rule: 'an update needs one',
      mend: 'Call backward first, or skip the parameter',
    });
  }
  parameter.version += 1;
  return { gradient, kernels: kernelsFor(op, floatType(parameter)) };
}

/** Where a piece of state is that is about to be written; −1 says that there is none. */
function written(state: Variable | null): number {
  if (state === null) return -1;
  state.version += 1;
  return state.position;
}

/**
 * `v ← momentum·v + g`, `p ← p − lr·v` (nesterov: `p ← p − lr·(g + momentum·v)`), where g is the gradient
 * plus weightDecay·p; without a velocity `p ← p − lr·g`.
 *
 * Errors: `TapeError` without a gradient or inside a recording.
 */
export function updateSgd(parameter: Parameter, velocity: Variable | null, settings: SgdSettings): void {
  const { gradient, kernels } = begin('updateSgd', parameter);
  const { lr, momentum, nesterov, weightDecay } = settings;
  kernels.sgd(
    parameter.size,
    parameter.position,
    gradient.position,
    written(velocity),
    lr,
    momentum,
    nesterov ? 1 : 0,
    weightDecay,
  );
}

/** State of {@link updateRmsprop}, each of the parameter's shape; null for what is not used. */
export interface RmspropState {
  readonly squareAverage: Variable;
  /** Centered: the running mean of the gradient. */
  readonly mean: Variable | null;
  readonly velocity: Variable | null;
}

/**
 * `s ← alpha·s + (1 − alpha)·g²`, divisor `√s + eps` (or `√(s + eps)`), `p ← p − lr·g / divisor`; centered,
 * the variance `max(s − m², 0)` takes the place of s; with a velocity `v ← momentum·v + g / divisor`, `p ← p − lr·v`.
 *
 * Errors: `TapeError` without a gradient or inside a recording.
 */
export function updateRmsprop(parameter: Parameter, state: RmspropState, settings: RmspropSettings): void {
  const { gradient, kernels } = begin('updateRmsprop', parameter);
  const { lr, alpha, eps, epsInside, momentum, weightDecay } = settings;
  kernels.rmsprop(
    parameter.size,
    parameter.position,
    gradient.position,
    written(state.squareAverage),
    written(state.mean),
    written(state.velocity),
    lr,
    alpha,
    eps,
    epsInside ? 1 : 0,
    momentum,
    weightDecay,
  );
}

/**
 * `s ← s + g²`, `p ← p − lr·g / (√s + eps)`, where g is the gradient plus weightDecay·p and s the sum of squares.
 *
 * Errors: `TapeError` without a gradient or inside a recording.
 */
export function updateAdagrad(parameter: Parameter, squareSum: Variable, settings: AdagradSettings): void {
  const { gradient, kernels } = begin('updateAdagrad', parameter);
  const { lr, eps, weightDecay } = settings;
  const position = written(squareSum);
  kernels.adagrad(parameter.size, parameter.position, gradient.position, position, lr, eps, weightDecay);
}

/** State of {@link updateAdam}, each of the parameter's shape. */
export interface AdamState {
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
}

/**
 * `m ← beta1·m + (1 − beta1)·g`, `v ← beta2·v + (1 − beta2)·g²`,
 * `p ← p − lr · (m / correction1) / (√(v / correction2) + eps)`, where g is the gradient plus weightDecay·p; decoupled,
 * g is the gradient alone, and p loses lr·weightDecay·p too.
 *
 * Errors: `TapeError` without a gradient or inside a recording.
 */
export function updateAdam(parameter: Parameter, state: AdamState, settings: AdamSettings): void {
  const { gradient, kernels } = begin('updateAdam', parameter);
  const { lr, beta1, beta2, eps, correction1, correction2, weightDecay, decoupled } = settings;
  kernels.adam(
    parameter.size,
    parameter.position,
    gradient.position,
    written(state.firstMoment),
    written(state.secondMoment),
    lr,
    beta1,
    beta2,
    eps,
    correction1,
    correction2,
    weightDecay,
    decoupled ? 1 : 0,
  );
}
