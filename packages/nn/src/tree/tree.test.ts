import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planTrees, type Tree } from './tree.js';
import { anyForest, chain, leaf, nodesOf } from './trees.fixture.js';

test('nodes stand tree by tree, each before its children', () => {
  fc.assert(
    fc.property(anyForest, (trees) => {
      const { nodes, roots } = planTrees(trees);
      const expected = trees.flatMap(nodesOf);
      expect(nodes.length).toBe(expected.length);
      expect(nodes.every((node, i) => node === expected[i])).toBe(true);
      expect([...roots].map((root) => nodes[root])).toEqual(trees);
    }),
  );
});

test('every node is computed once, after its children, and children know their parents and places', () => {
  fc.assert(
    fc.property(anyForest, (trees) => {
      const { nodes, order, rows, leaves, levels } = planTrees(trees);
      expect([...order].sort((a, b) => a - b)).toEqual(nodes.map((_, i) => i));
      expect([...order].map((node) => rows[node])).toEqual(nodes.map((_, i) => i));
      const inRow = (row: number): Tree => nodes[order[row] as number] as Tree;
      const done: Tree[] = nodes.slice(0, leaves.end).map((_, row) => inRow(row));
      expect(done.every(({ children }) => children.length === 0)).toBe(true);
      let below = { start: 0, end: 0 };
      for (const level of levels) {
        const range = (from: { start: number; end: number }): Tree[] =>
          Array.from({ length: from.end - from.start }, (_, i) => inRow(from.start + i));
        const own = range(level.inner);
        const children = [...range(below), ...range(level.leaves)];
        expect(children.length).toBe(own.reduce((sum, node) => sum + node.children.length, 0));
        children.forEach((child, e) => {
          const parent = own[level.parents.data[e] as number];
          expect(parent?.children[level.places.data[e] as number]).toBe(child);
        });
        expect(level.most).toBe(Math.max(...own.map((node) => node.children.length)));
        below = level.inner;
        done.push(...own);
      }
      expect(done.length).toBe(nodes.length);
    }),
  );
});

test('there are as many levels as the highest tree has above its leaves', () => {
  const height = ({ children }: Tree): number => 1 + Math.max(-1, ...children.map(height));
  fc.assert(
    fc.property(anyForest, (trees) => {
      expect(planTrees(trees).levels.length).toBe(Math.max(...trees.map(height)));
    }),
  );
});

test('a subtree may stand in several places', () => {
  const shared: Tree = { token: 1, children: [leaf(2)] };
  expect(planTrees([{ token: 0, children: [shared, shared] }, shared]).nodes.map(({ token }) => token)).toEqual([
    0, 1, 2, 1, 2, 1, 2,
  ]);
});

test('depth is no matter', () => {
  const { nodes, levels } = planTrees([chain(new Array<number>(100_000).fill(0))]);
  expect([nodes.length, levels.length]).toEqual([100_000, 99_999]);
});

test('refuses what is no tree', () => {
  const cyclic: { children: Tree[] } = { children: [] };
  cyclic.children.push({ children: [leaf(), cyclic] });
  expect(() => planTrees([leaf(), cyclic])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: planTrees: child 1 of node 1 of trees[1] contains itself; a tree ends in leaves. Cut the cycle.]`,
  );
  const lacking = [leaf(), { children: [leaf(), { token: 3 }] }] as unknown as Tree[];
  expect(() => planTrees(lacking)).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: planTrees: child 1 of node 0 of trees[1] is an object without an array of children; a tree is an object with children, which are trees; a leaf has an empty array of them. Pass { children: [] } for a leaf.]`,
  );
  expect(() => planTrees([null] as unknown as Tree[])).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: planTrees: trees[0] is null; a tree is an object with children, which are trees; a leaf has an empty array of them. Pass { children: [] } for a leaf.]`,
  );
  expect(() => planTrees([])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: planTrees: there are no trees; a batch has at least one. Leave empty batches out.]`,
  );
  expect(() => planTrees(leaf() as unknown as Tree[])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: planTrees: the trees are no array; a batch has at least one. Pass [tree].]`,
  );
});
