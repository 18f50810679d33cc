/** The built-in cells. A new one is one file here and one line below. */
export type { Activation } from './activation.js';
export { CoupledLSTMCell } from './coupled-lstm-cell.js';
export type { CellOptions } from './gates.js';
export { GRUCell, type GRUCellOptions, type GRUState } from './gru-cell.js';
export { type IRNNOptions, irnn } from './irnn.js';
export { LayerNormGRUCell, type LayerNormGRUCellOptions } from './layer-norm-gru-cell.js';
export { LayerNormLSTMCell, type LayerNormLSTMCellOptions } from './layer-norm-lstm-cell.js';
export { LSTMCell, type LSTMCellOptions, type LSTMState } from './lstm-cell.js';
export { MinimalGatedCell, type MinimalGatedCellOptions, type MinimalGatedState } from './minimal-gated-cell.js';
export {
  OutputFeedbackCell,
  type OutputFeedbackCellOptions,
  type OutputFeedbackState,
} from './output-feedback-cell.js';
export { PeepholeLSTMCell, type PeepholeLSTMCellOptions } from './peephole-lstm-cell.js';
export { ProjectionLSTMCell, type ProjectionLSTMCellOptions } from './projection-lstm-cell.js';
export { RNNCell, type RNNCellOptions, type RNNState } from './rnn-cell.js';
