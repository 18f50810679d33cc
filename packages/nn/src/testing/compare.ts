/** Results that must be equal, and where they are not. */
import { formatShape, mapTensors, type Tensor, type TensorTree, UnrollError } from '@unroll/core';

/** A cell that breaks the contract. */
export class ConformanceError extends UnrollError {
  override readonly name = 'ConformanceError';
}

/** The tensors of a tree by their path. */
export function tensorsOf(tree: TensorTree): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  mapTensors(tree, (t, path) => {
    found.set(path, t);
    return t;
  });
  return found;
}

/** Refuses what is not so. Errors: {@link ConformanceError}. */
export function demand(what: string, holds: boolean, detail: string): void {
  if (holds) return;
  throw new ConformanceError({ op: 'describeCell', what: `${what}: ${detail}` });
}

/**
 * Refuses two trees that differ in structure, shapes, or by more than `tolerance·(1 + |expected|)` in a number.
 *
 * Errors: {@link ConformanceError} naming the place and both numbers.
 */
export function compare(what: string, actual: TensorTree, expected: TensorTree, tolerance: number): void {
  const [left, right] = [tensorsOf(actual), tensorsOf(expected)];
  const paths = (tensors: ReadonlyMap<string, Tensor>): string => [...tensors.keys()].join(', ');
  demand(what, paths(left) === paths(right), `the tensors are ${paths(left)} instead of ${paths(right)}`);
  for (const [path, t] of left) {
    const other = right.get(path) as Tensor;
    const [given, wanted] = [formatShape(t.shape), formatShape(other.shape)];
    demand(what, given === wanted, `${path} is ${given} instead of ${wanted}`);
    const [a, b] = [t.data, other.data];
    const worst = a.findIndex((entry, i) => {
      const target = b[i] as number;
      return !(Object.is(entry, target) || Math.abs(entry - target) <= tolerance * (1 + Math.abs(target)));
    });
    demand(what, worst < 0, `entry ${worst} of ${path} is ${a[worst]} instead of ${b[worst]}`);
  }
}
