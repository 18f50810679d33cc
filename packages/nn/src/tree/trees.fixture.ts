/** Trees of every shape, and a cell run over them one node at a time. */
import { concat, forEachTensor, mapTensors, slice, type Tensor, type TensorTree, tensor } from '@unroll/core';
import fc from 'fast-check';
import type { Tree } from './tree.js';
import type { TreeCell } from './tree-cell.js';

/** How many ids there are, and the most children of a node. */
export const VOCABULARY = 3;
export const ARITY = 3;

export const leaf = (token = 0): Tree => ({ token, children: [] });

/** One node below another; the first token is that of the leaf, the last that of the root. */
export function chain(tokens: readonly number[]): Tree {
  return tokens.slice(1).reduce((below, token) => ({ token, children: [below] }), leaf(tokens[0]));
}

const anyTree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    token: fc.nat({ max: VOCABULARY - 1 }),
    children: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'tree' },
      fc.constant<Tree[]>([]),
      fc.array(tie('tree'), { minLength: 1, maxLength: ARITY, depthIdentifier: 'tree' }),
    ),
  }),
})).tree;

/** Between one and five trees. */
export const anyForest: fc.Arbitrary<Tree[]> = fc.array(anyTree, { minLength: 1, maxLength: 5 });

/** The nodes of a tree, each before its children: by recursion, where the library has a loop. */
export function nodesOf(tree: Tree): Tree[] {
  return [tree, ...tree.children.flatMap(nodesOf)];
}

/** All entries of a state below each other. */
export function below<State extends TensorTree>(states: readonly State[]): State {
  const parts = states.map((state) => {
    const found: Tensor[] = [];
    forEachTensor(state, (part) => found.push(part));
    return found;
  });
  let i = -1;
  return mapTensors(states[0] as State, () => {
    i += 1;
    return concat(parts.map((found) => found[i] as Tensor));
  });
}

const int32 = (values: readonly number[]): Tensor => tensor(Int32Array.from(values));

/** The states of all nodes, each computed by itself, in the order of `nodesOf`. Shapes: x `[M, D]`. */
export function nodeByNode<State extends TensorTree>(cell: TreeCell<State>, trees: readonly Tree[], x: Tensor): State {
  let count = 0;
  /** A node's own state, followed by those of the nodes below it. */
  const visit = ({ children }: Tree): State[] => {
    const row = slice(x, 0, count, count + 1);
    count += 1;
    const input = cell.project?.(row) ?? row;
    const inside = children.map(visit);
    if (children.length === 0) return [cell.leaf(input)];
    const own = cell.inner(input, {
      nodes: 1,
      states: below(inside.map(([first]) => first as State)),
      parents: int32(children.map(() => 0)),
      places: int32(children.map((_, place) => place)),
      most: children.length,
    });
    return [own, ...inside.flat()];
  };
  return below(trees.flatMap(visit));
}
