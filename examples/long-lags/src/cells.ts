/** The cells that are compared, as they begin. */
import { concat, neg, type Tensor, zeros } from '@unroll/core';
import {
  type Cell,
  type CellOptions,
  CoupledLSTMCell,
  GRUCell,
  init,
  LSTMCell,
  type LSTMState,
  type Module,
  PeepholeLSTMCell,
  RNNCell,
  type RNNState,
} from '@unroll/nn';

/** Any of these cells. */
export type AnyCell = Cell<RNNState | LSTMState> & Module;

/** Sizes of a cell, and what its weights are drawn by. */
type Sizes = Required<Pick<CellOptions, 'inputSize' | 'hiddenSize' | 'rng'>>;

/** Makes a cell; gates that keep its state begin at the biases `keep`, `[H]`, the others at 0. */
export type MakeCell = (sizes: Sizes, keep: Tensor) => AnyCell;

export const gru: MakeCell = (sizes, keep) => {
  const cell = new GRUCell(sizes);
  const rest = zeros(keep.shape);
  cell.bias.assign(concat([rest, keep, rest])); // r z n
  return cell;
};

export const coupled: MakeCell = (sizes, keep) => {
  const cell = new CoupledLSTMCell(sizes);
  const rest = zeros(keep.shape);
  cell.bias.assign(concat([keep, rest, rest])); // f g o
  return cell;
};

export const lstm: MakeCell = (sizes, keep) => {
  const cell = new LSTMCell(sizes);
  const rest = zeros(keep.shape);
  cell.bias.assign(concat([rest, keep, rest, rest])); // i f g o
  return cell;
};

/** Here the input gate begins at −keep too: who keeps for long takes in little. */
export const chronoLstm: MakeCell = (sizes, keep) => {
  const cell = new LSTMCell(sizes);
  cell.bias.assign(concat([neg(keep), keep, zeros([2 * sizes.hiddenSize])])); // i f g o
  return cell;
};

export const peephole: MakeCell = (sizes, keep) => {
  const cell = new PeepholeLSTMCell(sizes);
  const rest = zeros(keep.shape);
  cell.bias.assign(concat([rest, keep, rest, rest])); // i f g o
  return cell;
};

/** Orthogonal recurrent weights, as in all cells here. */
export const orthogonalRnn: MakeCell = (sizes) => new RNNCell(sizes);

/** All weights drawn evenly from ±1/√H, as in PyTorch. */
export const usualRnn: MakeCell = (sizes) => {
  const cell = new RNNCell(sizes);
  const bound = 1 / Math.sqrt(sizes.hiddenSize);
  for (const weight of cell.parameters()) weight.assign(init.uniform(weight.shape, { bound, rng: sizes.rng }));
  return cell;
};
