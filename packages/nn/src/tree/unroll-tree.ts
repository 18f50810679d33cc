/** The loop over the levels of trees: any tree cell over a batch of them. */
import {
  checkOptions,
  concat,
  DataTypeError,
  formatShape,
  gather,
  mapTensors,
  namedScope,
  oneHot,
  ShapeError,
  scratch,
  slice,
  type Tensor,
  type TensorLike,
  type TensorTree,
  tensor,
  toTensor,
} from '@unroll/core';
import { checkBatch } from '../recurrent/cell.js';
import { joinStates } from '../state-parts.js';
import { planTrees, type RowRange, type Tree, type TreePlan } from './tree.js';
import type { TreeCell } from './tree-cell.js';

/** Options of {@link unrollTree}. */
export interface UnrollTreeOptions {
  /**
   * The inputs of the nodes, in the order of `planTrees(trees).nodes`: `[M, D]`, or int32 ids `[M]`, which stand for
   * one-hot rows. The tokens of the nodes unless given.
   */
  readonly x?: TensorLike | undefined;
}

/** What {@link unrollTree} returns. */
export type UnrolledTrees<State> = {
  /** Of all nodes, `[M, …]`, in the order of `planTrees(trees).nodes`. */
  readonly states: State;
  /** Of the roots, `[N, …]`, in the order of the trees. */
  readonly roots: State;
};

/**
 * Runs a cell over a batch of trees, from the leaves to the roots: the state of a node comes from its input and the
 * states of its children.
 *
 * All leaves of all trees are computed at once, and then all inner nodes of one depth at once, from the deepest to the
 * roots: as many calls of `inner` as the highest tree has levels above its leaves, however many trees there are. The
 * cell's `project`, if it has one, runs once for all nodes. Outside of a recording all of it happens in scratch memory.
 * Depth is limited by memory alone.
 *
 * Shapes: x `[M, D]`, or int32 ids `[M]`; states `[M, …]`, roots `[N, …]`.
 * Errors: `ShapeError` for inputs that do not fit, or a cell that breaks its contract; `DataTypeError` for what is no
 * tree, or nodes without a token where there is no `x`; `ValueError` for no trees, a node that contains itself, or
 * unknown options. An error inside a cell names it and the depth.
 * @source I. Goodfellow, Y. Bengio, A. Courville, "Deep learning", 2016, section 10.6; batches of nodes: M. Looks et
 * al., "Deep learning with dynamic computation graphs", ICLR 2017
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * import { ChildSumTreeLSTMCell, planTrees, unrollTree } from '@unroll/nn';
 * const { trees } = synthetic.listOps({ count: 8, rng: new Rng(1) });
 * const cell = new ChildSumTreeLSTMCell({ inputSize: 15, hiddenSize: 4 });
 * const plan = planTrees(trees);
 * const { states, roots } = unrollTree(cell, plan);
 * roots.h.shape; // [8, 4]
 * states.h.shape[0] === plan.nodes.length; // true
 * ```
 */
export function unrollTree<State extends TensorTree>(
  cell: TreeCell<State>,
  trees: readonly Tree[] | TreePlan,
  options: UnrollTreeOptions = {},
): UnrolledTrees<State> {
  checkOptions('unrollTree', options, ['x']);
  const plan = isPlan(trees) ? trees : planTrees(trees);
  const inputs = toTensor('unrollTree', options.x ?? tokensOf(plan));
  checkInputs(inputs, cell.inputSize, plan.nodes.length);
  const name = Object.getPrototypeOf(cell) === Object.prototype ? 'cell' : cell.constructor.name;

  return scratch(() => {
    const rows = inOrder(inputs, plan.order, cell);
    const projected = namedScope(`${name}.project`, () => checkedRows(cell.project?.(rows) ?? rows, rows));
    const take = ({ start, end }: RowRange): Tensor => slice(projected, 0, start, end);

    const leaves = namedScope(`${name}.leaf`, () => checked(cell.leaf(take(plan.leaves)), plan.leaves, null));
    const leavesAt = ({ start, end }: RowRange): State[] =>
      start === end ? [] : [mapTensors(leaves, (part) => slice(part, 0, start, end))];

    const inner: State[] = [];
    for (const level of plan.levels) {
      const { parents, places, most } = level;
      const states = inRows([...inner.slice(-1), ...leavesAt(level.leaves)]);
      const children = { nodes: level.inner.end - level.inner.start, states, parents, places, most };
      const run = (): State => checked(cell.inner(take(level.inner), children), level.inner, leaves);
      inner.push(namedScope(`${name}.inner, depth ${level.depth}`, run));
    }

    const top = inRows([...inner.slice(-1), ...leavesAt(plan.lone)]);
    return { states: chosen(inRows([leaves, ...inner]), plan.rows), roots: chosen(top, topRows(plan)) };
  });
}

function isPlan(trees: readonly Tree[] | TreePlan): trees is TreePlan {
  return 'levels' in trees;
}

/** Inputs, or ids as one-hot rows, in the order in which they are computed. */
function inOrder(inputs: Tensor, order: Int32Array, cell: TreeCell<TensorTree>): Tensor {
  if (inputs.dtype !== 'int32') return gather(inputs, tensor(order));
  const ids = inputs.data;
  const sorted = tensor(order.map((node) => ids[node] as number));
  return oneHot(sorted, cell.inputSize, { dtype: cell.dtype ?? 'float32' });
}

function checkedRows(projection: Tensor, rows: Tensor): Tensor {
  if (projection.shape[0] === rows.shape[0]) return projection;
  throw new ShapeError({
    op: 'unrollTree',
    what: 'the projection breaks the contract of a tree cell',
    arrays: { projection },
    rule: `it must have a row for each node, here ${rows.shape[0]}`,
    mend: 'Project each row by itself',
  });
}

/** States that a cell has made for these rows, in the structure of those of the leaves. */
function checked<State extends TensorTree>(states: State, { start, end }: RowRange, leaves: State | null): State {
  checkBatch('unrollTree', 'state', states, end - start, 'Return the state of each node in its row');
  const [given, wanted] = [kindsOf(states), leaves === null ? null : kindsOf(leaves)];
  if (wanted === null || given === wanted) return states;
  throw new ShapeError({
    op: 'unrollTree',
    what: `the state of inner nodes is ${given}`,
    rule: `it must be like that of leaves, which is ${wanted}`,
    mend: 'Return the same tensors from leaf and inner',
  });
}

/** `h float32 [n, 4]`. */
function kindsOf(state: TensorTree): string {
  const kinds: string[] = [];
  mapTensors(state, (part, path) => {
    kinds.push(`${path} ${part.dtype} ${formatShape(part.shape).replace(/^\[\d+/, '[n')}`.trim());
    return part;
  });
  return kinds.join(', ');
}

/** States below each other. */
function inRows<State extends TensorTree>(blocks: readonly State[]): State {
  return blocks.length === 1 ? (blocks[0] as State) : joinStates(blocks, (parts) => concat(parts));
}

/** Rows of a state. */
function chosen<State extends TensorTree>(states: State, rows: Int32Array): State {
  const index = tensor(rows);
  return mapTensors(states, (part) => gather(part, index));
}

/** Where each root stands among inner nodes that are roots, followed by leaves that are. */
function topRows({ roots, rows, levels, lone }: TreePlan): Int32Array {
  const inner = levels.at(-1)?.inner;
  const count = inner === undefined ? 0 : inner.end - inner.start;
  return roots.map((root) => {
    const row = rows[root] as number;
    return inner !== undefined && row >= inner.start ? row - inner.start : count + row - lone.start;
  });
}

function tokensOf({ nodes }: TreePlan): Tensor {
  const missing = nodes.findIndex(({ token }) => !Number.isInteger(token));
  if (missing < 0) return tensor(Int32Array.from(nodes, ({ token }) => token as number));
  const { token } = nodes[missing] as Tree;
  throw new DataTypeError({
    op: 'unrollTree',
    what: `nodes[${missing}] has ${token === undefined ? 'no token' : `the token ${String(token)}`}`,
    rule: 'a token is a whole number: the id of what stands at a node',
    mend: 'Pass the inputs of all nodes as { x }',
  });
}

function checkInputs(x: Tensor, inputSize: number, nodes: number): void {
  const wanted = x.dtype === 'int32' ? [nodes] : [nodes, inputSize];
  if (formatShape(x.shape) === formatShape(wanted)) return;
  throw new ShapeError({
    op: 'unrollTree',
    what: 'there is not one input for each node',
    arrays: { x },
    rule: `with ${nodes} nodes it must be ${formatShape(wanted)}${x.dtype === 'int32' ? ' when it holds ids' : ''}`,
    mend: 'Pass inputs in the order of planTrees(trees).nodes',
  });
}
