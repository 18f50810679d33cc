/** The plain recursive network. */
import { checkOptions, checkSize, type DataType, defaultRng, linear, type Parameter, type Tensor } from '@unroll/core';
import { Module } from '../module.js';
import { checkInput, checkState } from '../recurrent/cell.js';
import { type Activation, activate, checkActivation } from '../recurrent/cells/activation.js';
import { gateWeights } from '../recurrent/cells/gates.js';
import type { RNNState } from '../recurrent/cells/rnn-cell.js';
import type { NaryCellOptions } from './nary-tree-lstm-cell.js';
import { childrenInRow, type TreeCell, type TreeChildren } from './tree-cell.js';

/** Options of {@link RecursiveCell}. */
export interface RecursiveCellOptions extends NaryCellOptions {
  /** `'tanh'` unless something else is said. */
  readonly activation?: Activation | undefined;
}

/**
 * The recursive network: `h' = φ(W·x + Σ_k U_k·h_k + b)`, with a matrix for each place among the children.
 *
 * Children that a node does not have count as zeros; at a leaf there are none. With an arity of 1 it is the
 * {@link RNNCell}, with the same weights in the same places. Recurrent weights start orthogonal, input weights
 * Xavier-uniform, the bias at 0.
 *
 * Shapes: x `[n, D]`, h `[n, H]`; weightIh `[H, D]`, weightHh `[H, N·H]` with the children beside each other, bias `[H]`.
 * Errors: `ShapeError` for inputs or states that do not fit, or a node with more than N children; `ValueError` for
 * unknown options or bad sizes.
 * Differs: from Socher et al., whose leaves are word vectors as they are, and whose inner nodes have no input: give
 * inner nodes inputs of zeros; a leaf is here φ(W·x + b), as in *Deep Learning*, figure 10.14.
 * @source C. Goller, A. Küchler, "Learning task-dependent distributed representations by backpropagation through
 * structure", ICNN 1996; R. Socher, C. C. Lin, A. Y. Ng, C. D. Manning, "Parsing natural scenes and natural language
 * with recursive neural networks", ICML 2011
 *
 * @example
 * ```ts
 * import { RecursiveCell, unrollTree } from '@unroll/nn';
 * const cell = new RecursiveCell({ inputSize: 10, hiddenSize: 4, arity: 2 });
 * const leaf = (token: number) => ({ token, children: [] });
 * unrollTree(cell, [{ token: 9, children: [leaf(5), leaf(3)] }]).states.h.shape; // [3, 4]
 * ```
 */
export class RecursiveCell extends Module implements TreeCell<RNNState> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly arity: number;
  readonly activation: Activation;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor(options: RecursiveCellOptions) {
    super();
    const op = 'new RecursiveCell';
    checkOptions(op, options, ['inputSize', 'hiddenSize', 'arity', 'activation', 'rng', 'dtype']);
    const { inputSize, hiddenSize: H, arity: N, rng = defaultRng(), dtype = 'float32' } = options;
    checkSize(op, 'arity', N);
    const { weightIh, weightHh, bias } = gateWeights(op, { h: 0 }, { inputSize, hiddenSize: H, rng, dtype }, N * H);
    this.inputSize = inputSize;
    this.hiddenSize = H;
    this.arity = N;
    this.activation = checkActivation(op, options.activation);
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
  }

  get dtype(): DataType {
    return this.weightHh.dtype;
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('RecursiveCell', x, this.inputSize), this.weightIh, this.bias);
  }

  leaf(p: Tensor): RNNState {
    return { h: activate(this.activation, p) };
  }

  inner(p: Tensor, children: TreeChildren<RNNState>): RNNState {
    const { h } = children.states;
    checkState('RecursiveCell', { h }, children.parents.size, this.hiddenSize);
    return { h: activate(this.activation, linear(childrenInRow(h, children, this.arity), this.weightHh, p)) };
  }
}
