/** The built-in cells. A new one is one file here and one line below. */
export { GRUCell, type GRUCellOptions, type GRUState } from './gru-cell.js';
export { LSTMCell, type LSTMCellOptions, type LSTMState } from './lstm-cell.js';
export { type Activation, RNNCell, type RNNCellOptions, type RNNState } from './rnn-cell.js';
