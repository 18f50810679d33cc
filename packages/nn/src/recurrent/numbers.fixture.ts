/** States and outputs as plain data, to be compared. */
import { mapTensors, type NestedNumbers, type TensorTree } from '@unroll/core';

/** The numbers of each tensor of a tree, by its path. */
export function numbersOf(tree: TensorTree): Record<string, NestedNumbers> {
  const found: Record<string, NestedNumbers> = {};
  mapTensors(tree, (t, path) => {
    found[path] = t.toArray();
    return t;
  });
  return found;
}

/** The largest difference of two trees of the same structure; NaN where one has something else. */
export function distance(a: TensorTree, b: TensorTree): number {
  const flat = (tree: TensorTree): [string, number][] => {
    const found: [string, number][] = [];
    mapTensors(tree, (t, path) => {
      for (const [i, entry] of t.data.entries()) found.push([`${path} [${t.shape}] ${i}`, entry]);
      return t;
    });
    return found;
  };
  const [left, right] = [flat(a), flat(b)];
  if (left.length !== right.length) return Number.NaN;
  return Math.max(
    ...left.map(([place, entry], i) => {
      const [otherPlace, other] = right[i] ?? [];
      return place === otherPlace ? Math.abs(entry - (other ?? Number.NaN)) : Number.NaN;
    }),
  );
}
