/** What a recursive network is, without trees: the contract between tree cells and what runs them. */
import { type DataType, reshape, ShapeError, scatterAdd, type Tensor, type TensorTree, tensor } from '@unroll/core';

/** The children of n nodes, together E of them, in no particular order. */
export interface TreeChildren<State> {
  /** How many nodes have these children: n. */
  readonly nodes: number;
  /** The states of the children, each tensor `[E, …]`. */
  readonly states: State;
  /** Whose child each is, from 0 to n − 1: int32 `[E]`. Each node has at least one. */
  readonly parents: Tensor;
  /** Where each stands among its siblings, from 0 at the left: int32 `[E]`. */
  readonly places: Tensor;
  /** The most children that one of the nodes has. */
  readonly most: number;
}

/**
 * The state of a node from its input and the states of its children, for many nodes at once. Any object of this shape
 * can be run by `unrollTree`; one with parameters extends `Module`.
 *
 * The state is a tensor, or arrays and plain objects of tensors, each with the nodes on axis 0, and the same for leaves
 * as for inner nodes. Give its type as a `type`, not an `interface`. What belongs to all children of a node comes
 * together by `scatterAdd(values, parents, nodes)`, and what belongs to a node reaches each of its children by
 * `gather(values, parents)`.
 *
 * @example
 * ```ts
 * import { add, scatterAdd, type Tensor, tensor } from '@unroll/core';
 * import { type TreeCell, unrollTree } from '@unroll/nn';
 * // The sum of all inputs in a tree.
 * const total: TreeCell<{ sum: Tensor }> = {
 *   inputSize: 1,
 *   leaf: (x) => ({ sum: x }),
 *   inner: (x, { states, parents, nodes }) => ({ sum: add(x, scatterAdd(states.sum, parents, nodes)) }),
 * };
 * const leaf = { children: [] };
 * const x = tensor([[1], [10], [100]]); // of the root, then of its children
 * unrollTree(total, [{ children: [leaf, leaf] }], { x }).roots.sum.toArray(); // [[111]]
 * ```
 */
export interface TreeCell<State extends TensorTree> {
  /** D of the inputs. */
  readonly inputSize: number;
  /** In which one-hot inputs are made; float32 unless there is one. */
  readonly dtype?: DataType | undefined;

  /**
   * Optional: the part of the work that needs the input alone, done for all nodes at once; `leaf` and `inner` then take
   * its rows in the place of inputs. Shapes: `[M, D]` → `[M, P]`.
   */
  project?(x: Tensor): Tensor;

  /** The states of n leaves. Shapes: x `[n, D]`, or `[n, P]`. */
  leaf(x: Tensor): State;

  /** The states of n nodes with children. Shapes: x `[n, D]`, or `[n, P]`. */
  inner(x: Tensor, children: TreeChildren<State>): State;
}

/**
 * The children of each node beside each other, by their places; 0 where a node has fewer than `count`.
 *
 * Shapes: values `[E, H]`, a row for each child → `[n, count·H]`.
 * Errors: `ShapeError` for a node with more children than `count`, or values that are no such rows.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { childrenInRow } from '@unroll/nn';
 * const int32 = { dtype: 'int32' } as const;
 * const values = tensor([[1, 2], [3, 4], [5, 6]]);
 * // The first two are children of node 1, the last is that of node 0.
 * const children = { nodes: 2, states: values, parents: tensor([1, 1, 0], int32), places: tensor([1, 0, 0], int32), most: 2 };
 * childrenInRow(values, children, 2).toArray(); // [[5, 6, 0, 0], [3, 4, 1, 2]]
 * ```
 */
export function childrenInRow(values: Tensor, children: TreeChildren<unknown>, count: number): Tensor {
  const { nodes, parents, places, most } = children;
  if (most > count) {
    throw new ShapeError({
      op: 'childrenInRow',
      what: `a node has ${most} children`,
      rule: `there is room for ${count}`,
      mend: 'Give the cell a larger arity',
    });
  }
  const [owners, seats] = [parents.data, places.data];
  const slots = Int32Array.from(owners, (owner, e) => owner * count + (seats[e] as number));
  const width = values.shape[1] ?? 0;
  return reshape(scatterAdd(values, tensor(slots), nodes * count), [nodes, count * width]);
}
