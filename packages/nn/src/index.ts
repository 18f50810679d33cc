/**
 * Modules, layers, losses and initialisers; recurrent cells and the one time loop that runs them, and yours.
 *
 * @module index
 */
export * as init from './init.js';
export { ReLU, Sigmoid, Softmax, type SoftmaxOptions, Tanh } from './layers/activations.js';
export { Dropout, type DropoutLayerOptions } from './layers/dropout.js';
export { Embedding, type EmbeddingOptions } from './layers/embedding.js';
export { Layer } from './layers/layer.js';
export { LayerNorm, type LayerNormOptions } from './layers/layer-norm.js';
export { Linear, type LinearOptions } from './layers/linear.js';
export { type LayerLike, Sequential } from './layers/sequential.js';
export {
  binaryCrossEntropy,
  type CrossEntropyOptions,
  crossEntropy,
  type LossOptions,
  mae,
  mse,
  type Reduction,
} from './losses.js';
export { Module } from './module.js';
export { type Cell, type CellStep, checkInput, checkState } from './recurrent/cell.js';
export {
  type Activation,
  GRUCell,
  type GRUCellOptions,
  type GRUState,
  LSTMCell,
  type LSTMCellOptions,
  type LSTMState,
  RNNCell,
  type RNNCellOptions,
  type RNNState,
} from './recurrent/cells/index.js';
export type { Lengths } from './recurrent/lengths.js';
export { StackedCell, type StackOptions, type StackState, stack } from './recurrent/stack.js';
export { type Unrolled, type UnrollOptions, unroll } from './recurrent/unroll.js';
export type { StateDict } from './state-dict.js';
export { withParameters } from './with-parameters.js';
