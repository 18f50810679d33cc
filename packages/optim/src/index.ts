/**
 * Optimizers and gradient clipping: each update rule in one file, in the form that PyTorch made the usual one.
 *
 * @packageDocumentation
 */
export { Adam, type AdamOptions, type AdamState } from './adam.js';
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './clip.js';
export { Optimizer, type OptimizerState, type ParameterState } from './optimizer.js';
export { RMSprop, type RMSpropOptions, type RMSpropState } from './rmsprop.js';
export { SGD, type SGDOptions, type SGDState } from './sgd.js';
