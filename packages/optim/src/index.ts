/**
 * Optimizers and gradient clipping: each update rule in one file, in the form that PyTorch made the usual one.
 *
 * @packageDocumentation
 */
export { Adam, type AdamOptions } from './adam.js';
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './clip.js';
export { Optimizer, type OptimizerState, type ParameterState } from './optimizer.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export { SGD, type SGDOptions } from './sgd.js';
