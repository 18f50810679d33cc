/**
 * Optimizers, gradient clipping, schedules and averages of weights: each update rule in one file, in the form that
 * PyTorch made the usual one.
 *
 * @packageDocumentation
 */
export { Adagrad, type AdagradOptions, type AdagradState } from './adagrad.js';
export { Adam, type AdamOptions, type AdamState } from './adam.js';
export { AdamW, type AdamWOptions } from './adamw.js';
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './clip.js';
export { ExponentialMovingAverage, type ExponentialMovingAverageOptions } from './exponential-moving-average.js';
export { Optimizer } from './optimizer.js';
export { ParameterGroup, type ParameterGroupOptions, type ParametersOrGroups } from './parameter-groups.js';
export { ReduceOnPlateau, type ReduceOnPlateauOptions, type ReduceOnPlateauState } from './reduce-on-plateau.js';
export { RMSprop, type RMSpropOptions, type RMSpropState } from './rmsprop.js';
export {
  type CosineDecayOptions,
  cosineDecay,
  type ExponentialDecayOptions,
  exponentialDecay,
  type InverseSigmoidDecayOptions,
  inverseSigmoidDecay,
  type Schedule,
  type StepDecayOptions,
  stepDecay,
  type WarmupOptions,
  warmup,
} from './schedules.js';
export { SGD, type SGDOptions, type SGDState } from './sgd.js';
export type { OptimizerState } from './state-dict.js';
export type { OptimizerSettings, ParameterState, UpdateRule } from './update-rule.js';
