/** The tree-LSTM for nodes with up to N children, each with a place of its own. */
import {
  add,
  checkOptions,
  checkSize,
  concat,
  type DataType,
  defaultRng,
  expandDims,
  full,
  linear,
  mul,
  Parameter,
  reshape,
  sigmoid,
  slice,
  split,
  sum,
  type Tensor,
  tanh,
} from '@unroll/core';
import { orthogonal, xavierUniform } from '../init.js';
import { Module } from '../module.js';
import { checkInput, checkState } from '../recurrent/cell.js';
import type { CellOptions } from '../recurrent/cells/gates.js';
import type { LSTMState } from '../recurrent/cells/lstm-cell.js';
import { lstmLeaf } from './lstm-leaf.js';
import { childrenInRow, type TreeCell, type TreeChildren } from './tree-cell.js';

/** Options of the cells that know their children by their places. */
export interface NaryCellOptions extends CellOptions {
  /** The most children that a node can have: N. */
  readonly arity: number;
}

/**
 * The N-ary tree-LSTM: each place among the children has weights of its own, and its forget gate sees all children.
 *
 * ```text
 * i = σ(W_i·x + Σ_l U_i,l·h_l + b_i)      f_k = σ(W_f·x + Σ_l U_f,k,l·h_l + b_f) for k = 1 … N
 * g = tanh(W_g·x + Σ_l U_g,l·h_l + b_g)   o = σ(W_o·x + Σ_l U_o,l·h_l + b_o)
 * c' = Σ_k f_k ⊙ c_k + i ⊙ g              h' = o ⊙ tanh(c')
 * ```
 *
 * Children that a node does not have count as zeros. In a tree with words at its leaves only, the inner nodes have
 * inputs of zeros. With an arity of 1 it is the LSTM, with the same weights in the same places. Recurrent weights start
 * orthogonal and input weights Xavier-uniform, each gate by itself; the forget gates' bias starts at 1, the others at 0.
 *
 * Shapes: x `[n, D]`, h and c `[n, H]`; weightIh `[4H, D]` and bias `[4H]` in the order i f g o; weightHh
 * `[(3 + N)·H, N·H]` in the order i f₁ … f_N g o, with the children beside each other.
 * Errors: `ShapeError` for inputs or states that do not fit, or a node with more than N children; `ValueError` for
 * unknown options or bad sizes.
 * @source K. S. Tai, R. Socher, C. D. Manning, "Improved semantic representations from tree-structured long short-term
 * memory networks", ACL 2015, equations 9 to 14
 *
 * @example
 * ```ts
 * import { NaryTreeLSTMCell, unrollTree } from '@unroll/nn';
 * const cell = new NaryTreeLSTMCell({ inputSize: 10, hiddenSize: 4, arity: 2 });
 * const leaf = (token: number) => ({ token, children: [] });
 * const minus = { token: 9, children: [leaf(5), leaf(3)] };
 * unrollTree(cell, [minus, leaf(4)]).roots.h.shape; // [2, 4]
 * ```
 */
export class NaryTreeLSTMCell extends Module implements TreeCell<LSTMState> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly arity: number;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor(options: NaryCellOptions) {
    super();
    const op = 'new NaryTreeLSTMCell';
    checkOptions(op, options, ['inputSize', 'hiddenSize', 'arity', 'rng', 'dtype']);
    const { inputSize: D, hiddenSize: H, arity: N, rng = defaultRng(), dtype = 'float32' } = options;
    checkSize(op, 'inputSize', D);
    checkSize(op, 'hiddenSize', H);
    checkSize(op, 'arity', N);
    const gates = ['i', 'f', 'g', 'o'];
    this.inputSize = D;
    this.hiddenSize = H;
    this.arity = N;
    this.weightIh = new Parameter(concat(gates.map(() => xavierUniform([H, D], { rng, dtype }))));
    this.weightHh = new Parameter(concat(Array.from({ length: 3 + N }, () => orthogonal([H, N * H], { rng, dtype }))));
    this.bias = new Parameter(concat(gates.map((gate) => full([H], gate === 'f' ? 1 : 0, { dtype }))));
  }

  get dtype(): DataType {
    return this.weightHh.dtype;
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('NaryTreeLSTMCell', x, this.inputSize), this.weightIh, this.bias);
  }

  leaf(p: Tensor): LSTMState {
    return lstmLeaf(p);
  }

  inner(p: Tensor, children: TreeChildren<LSTMState>): LSTMState {
    const { states, parents, nodes } = children;
    const [H, N] = [this.hiddenSize, this.arity];
    checkState('NaryTreeLSTMCell', { h: states.h, c: states.c }, parents.size, H);
    const hBelow = childrenInRow(states.h, children, N);
    const cBelow = reshape(childrenInRow(states.c, children, N), [nodes, N, H]);
    const [pi, pf] = split(p, 4, 1);
    const [ui, uf, ugo] = split(linear(hBelow, this.weightHh), [H, N * H, 2 * H], 1) as [Tensor, Tensor, Tensor];
    const f = add(reshape(uf, [nodes, N, H]), expandDims(pf, 1));
    const [g, o] = split(add(ugo, slice(p, 1, 2 * H)), 2, 1);
    const cNext = add(sum(mul(sigmoid(f), cBelow), 1), mul(sigmoid(add(ui, pi)), tanh(g)));
    return { h: mul(sigmoid(o), tanh(cNext)), c: cNext };
  }
}
