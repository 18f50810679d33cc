/** The tree-LSTM for nodes with any number of children in no particular order. */
import {
  add,
  checkOptions,
  type DataType,
  gather,
  linear,
  mul,
  type Parameter,
  scatterAdd,
  sigmoid,
  slice,
  split,
  type Tensor,
  tanh,
} from '@unroll/core';
import { Module } from '../module.js';
import { checkInput, checkState } from '../recurrent/cell.js';
import { type CellOptions, gateWeights } from '../recurrent/cells/gates.js';
import type { LSTMState } from '../recurrent/cells/lstm-cell.js';
import { lstmLeaf } from './lstm-leaf.js';
import type { TreeCell, TreeChildren } from './tree-cell.js';

/**
 * The child-sum tree-LSTM: an {@link LSTMCell} whose h is the sum over the children, with a forget gate for each child.
 *
 * ```text
 * h̃ = Σ_k h_k
 * i = σ(W_i·x + U_i·h̃ + b_i)      f_k = σ(W_f·x + U_f·h_k + b_f) for each child k
 * g = tanh(W_g·x + U_g·h̃ + b_g)   o = σ(W_o·x + U_o·h̃ + b_o)
 * c' = Σ_k f_k ⊙ c_k + i ⊙ g      h' = o ⊙ tanh(c')
 * ```
 *
 * The order of the children does not matter, to rounding. With one child at each node it is the LSTM, with the same
 * weights in the same places, so that `loadStateDict` takes those of an LSTM; they start alike too.
 *
 * Shapes: x `[n, D]`, h and c `[n, H]`; weightIh `[4H, D]`, weightHh `[4H, H]`, bias `[4H]`, in the order i f g o.
 * Errors: `ShapeError` for inputs or states that do not fit; `ValueError` for unknown options or bad sizes.
 * @source K. S. Tai, R. Socher, C. D. Manning, "Improved semantic representations from tree-structured long short-term
 * memory networks", ACL 2015, equations 2 to 8
 *
 * @example
 * ```ts
 * import { ChildSumTreeLSTMCell, unrollTree } from '@unroll/nn';
 * const cell = new ChildSumTreeLSTMCell({ inputSize: 10, hiddenSize: 4 });
 * const leaf = (token: number) => ({ token, children: [] });
 * const sum = { token: 9, children: [leaf(1), leaf(2), leaf(3)] };
 * unrollTree(cell, [sum, leaf(4)]).roots.h.shape; // [2, 4]
 * ```
 */
export class ChildSumTreeLSTMCell extends Module implements TreeCell<LSTMState> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly bias: Parameter;

  constructor(options: CellOptions) {
    super();
    checkOptions('new ChildSumTreeLSTMCell', options, ['inputSize', 'hiddenSize', 'rng', 'dtype']);
    const { weightIh, weightHh, bias } = gateWeights('new ChildSumTreeLSTMCell', { i: 0, f: 1, g: 0, o: 0 }, options);
    this.inputSize = options.inputSize;
    this.hiddenSize = options.hiddenSize;
    this.weightIh = weightIh;
    this.weightHh = weightHh;
    this.bias = bias;
  }

  get dtype(): DataType {
    return this.weightHh.dtype;
  }

  project(x: Tensor): Tensor {
    return linear(checkInput('ChildSumTreeLSTMCell', x, this.inputSize), this.weightIh, this.bias);
  }

  leaf(p: Tensor): LSTMState {
    return lstmLeaf(p);
  }

  inner(p: Tensor, { states, parents, nodes }: TreeChildren<LSTMState>): LSTMState {
    const { h, c } = states;
    const H = this.hiddenSize;
    checkState('ChildSumTreeLSTMCell', { h, c }, parents.size, H);
    const [pi, pf] = split(p, 4, 1);
    const [ui, uf] = split(this.weightHh, 4);
    const sumOfChildren = scatterAdd(h, parents, nodes);
    const i = linear(sumOfChildren, ui, pi);
    const [g, o] = split(linear(sumOfChildren, slice(this.weightHh, 0, 2 * H), slice(p, 1, 2 * H)), 2, 1);
    const f = linear(h, uf, gather(pf, parents)); // a row for each child
    const kept = scatterAdd(mul(sigmoid(f), c), parents, nodes);
    const cNext = add(kept, mul(sigmoid(i), tanh(g)));
    return { h: mul(sigmoid(o), tanh(cNext)), c: cNext };
  }
}
