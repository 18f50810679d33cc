/** Trees as plain data, and the order in which a batch of them is computed. */
import { DataTypeError, type Tensor, tensor, ValueError } from '@unroll/core';

/** A node with what stands below it. It may have any other fields: values, labels. */
export interface Tree {
  /** Id of what stands at the node: a word, a digit, an operation. Not needed where inputs are given apart. */
  readonly token?: number | undefined;
  /** From left to right; none for a leaf. */
  readonly children: readonly Tree[];
}

/** Rows of a tensor: from `start` up to, not including, `end`. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** The inner nodes of one depth. Their children are all the nodes that are one deeper. */
export interface TreeLevel {
  /** 0 for roots. */
  readonly depth: number;
  readonly inner: RowRange;
  /** The leaves among the children; the others are the inner nodes of the level below. */
  readonly leaves: RowRange;
  /** For each child, the level's own before its leaves, which of the inner nodes is its parent: int32 `[E]`. */
  readonly parents: Tensor;
  /** For each child its place among its siblings: int32 `[E]`. */
  readonly places: Tensor;
  /** The most children that one of the inner nodes has. */
  readonly most: number;
}

/**
 * A batch of trees made ready: plain data that depends on their structure alone, and can be used again and again.
 *
 * Levels are counted from the roots, not from the leaves. There are as many either way, but the children of a level are
 * then exactly the level below, so that nothing has to be collected from further down.
 */
export interface TreePlan<Node extends Tree = Tree> {
  /** All M nodes: tree by tree, each before its children, and these from left to right. */
  readonly nodes: readonly Node[];
  /** Where the root of each tree stands in `nodes`. */
  readonly roots: Int32Array;
  /** Which node is computed in which row: all leaves, then all inner nodes, both from the deepest up. */
  readonly order: Int32Array;
  /** The row of each node. */
  readonly rows: Int32Array;
  /** The rows of all leaves. */
  readonly leaves: RowRange;
  /** From the deepest up to the roots. */
  readonly levels: readonly TreeLevel[];
  /** The rows of leaves that are roots. */
  readonly lone: RowRange;
}

/**
 * Makes a batch of trees ready for `unrollTree`, which does it by itself when it is given trees: worth keeping for trees
 * that are run several times, and for its `nodes`, in whose order states and inputs stand.
 *
 * Errors: `ValueError` for no trees, or a node that contains itself; `DataTypeError` for what is no tree.
 *
 * @example
 * ```ts
 * import { planTrees } from '@unroll/nn';
 * const leaf = (word: string) => ({ word, children: [] });
 * const plan = planTrees([{ word: 'is', children: [leaf('this'), { word: 'tree', children: [leaf('a')] }] }]);
 * plan.nodes.map(({ word }) => word); // ['is', 'this', 'tree', 'a']
 * ```
 */
export function planTrees<Node extends Tree & { readonly children: readonly Node[] }>(
  trees: readonly Node[],
): TreePlan<Node> {
  const { nodes, parents, places, depths, roots } = walk(trees);
  const inner: number[][] = [];
  const leaves: number[][] = [];
  for (const [node, { children }] of nodes.entries()) {
    const depth = depths[node] as number;
    inner[depth] ??= [];
    leaves[depth] ??= [];
    (children.length > 0 ? inner : leaves)[depth]?.push(node);
  }

  const deepestFirst = Array.from(inner.keys()).reverse();
  const order = Int32Array.from([leaves, inner].flatMap((kind) => deepestFirst.flatMap((depth) => kind[depth] ?? [])));
  const rows = new Int32Array(order.length);
  order.forEach((node, row) => {
    rows[node] = row;
  });
  const leafCount = leaves.reduce((count, { length }) => count + length, 0);

  const levels: TreeLevel[] = [];
  let leafRow = 0;
  let innerRow = leafCount;
  for (const depth of deepestFirst) {
    const [own, below] = [inner[depth] ?? [], [...(inner[depth + 1] ?? []), ...(leaves[depth + 1] ?? [])]];
    const leavesBelow = leaves[depth + 1]?.length ?? 0;
    if (own.length > 0) {
      levels.push({
        depth,
        inner: { start: innerRow, end: innerRow + own.length },
        leaves: { start: leafRow, end: leafRow + leavesBelow },
        parents: tensor(Int32Array.from(below, (node) => (rows[parents[node] as number] as number) - innerRow)),
        places: tensor(Int32Array.from(below, (node) => places[node] as number)),
        most: own.reduce((most, node) => Math.max(most, (nodes[node] as Node).children.length), 0),
      });
    }
    leafRow += leavesBelow;
    innerRow += own.length;
  }
  return {
    nodes,
    roots: Int32Array.from(roots),
    order,
    rows,
    leaves: { start: 0, end: leafCount },
    levels,
    lone: { start: leafRow, end: leafCount },
  };
}

/** A node on the way down. */
interface Open<Node> {
  readonly node: Node;
  readonly index: number;
  /** How many children were entered. */
  entered: number;
}

/** The nodes of all trees, and for each of them where it stands. */
interface Walk<Node> {
  readonly nodes: Node[];
  /** −1 for a root. */
  readonly parents: number[];
  readonly places: number[];
  readonly depths: number[];
  /** Where each tree begins. */
  readonly roots: number[];
}

/** All nodes, each before its children. A loop: trees may be deeper than the call stack. */
function walk<Node extends Tree & { readonly children: readonly Node[] }>(trees: readonly Node[]): Walk<Node> {
  if (!Array.isArray(trees) || trees.length === 0) throw noTrees(trees);
  const all: Walk<Node> = { nodes: [], parents: [], places: [], depths: [], roots: [] };
  const path: Open<Node>[] = [];
  const onPath = new Set<Node>();
  const enter = (node: Node, name: () => string): void => {
    checkNode(node, name);
    if (onPath.has(node)) throw containsItself(name());
    const above = path.at(-1);
    all.parents.push(above?.index ?? -1);
    all.places.push(above === undefined ? 0 : above.entered++);
    all.depths.push(path.length);
    path.push({ node, index: all.nodes.length, entered: 0 });
    onPath.add(node);
    all.nodes.push(node);
  };
  for (const [i, tree] of trees.entries()) {
    const root = all.nodes.length;
    all.roots.push(root);
    enter(tree, () => `trees[${i}]`);
    for (let open = path.at(-1); open !== undefined; open = path.at(-1)) {
      const { node, index, entered } = open;
      const child = node.children[entered];
      if (entered < node.children.length) {
        enter(child as Node, () => `child ${entered} of node ${index - root} of trees[${i}]`);
      } else {
        path.pop();
        onPath.delete(node);
      }
    }
  }
  return all;
}

function checkNode(node: unknown, name: () => string): void {
  const isObject = typeof node === 'object' && node !== null;
  if (isObject && 'children' in node && Array.isArray(node.children)) return;
  throw new DataTypeError({
    op: 'planTrees',
    what: `${name()} is ${isObject ? 'an object without an array of children' : String(node)}`,
    rule: 'a tree is an object with children, which are trees; a leaf has an empty array of them',
    mend: 'Pass { children: [] } for a leaf',
  });
}

function containsItself(name: string): ValueError {
  return new ValueError({
    op: 'planTrees',
    what: `${name} contains itself`,
    rule: 'a tree ends in leaves',
    mend: 'Cut the cycle',
  });
}

function noTrees(trees: unknown): ValueError {
  return new ValueError({
    op: 'planTrees',
    what: Array.isArray(trees) ? 'there are no trees' : 'the trees are no array',
    rule: 'a batch has at least one',
    mend: Array.isArray(trees) ? 'Leave empty batches out' : 'Pass [tree]',
  });
}
