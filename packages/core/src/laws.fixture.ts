/** What the law tests draw from: shapes with sizes 0 and 1, and tensors whose numbers lie in any order. */
import fc from 'fast-check';
import {
  broadcastTo,
  flip,
  full,
  mul,
  permute,
  Rng,
  randn,
  reshape,
  type Shape,
  slice,
  stack,
  type Tensor,
} from './index.js';

/** The same examples in every run; a new seed now and then finds new ones. */
export const RUNS = { seed: 20, numRuns: 150 } as const;

/** Sizes of axes: small ones, and 0 and 1 often. */
export const size: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(1, 2, 3, 4, 5), fc.constantFrom(0, 1, 2));
/** An axis that has entries. */
export const positive: fc.Arbitrary<number> = fc.integer({ min: 1, max: 5 });

export const shapeOf = (
  minLength: number,
  maxLength: number,
  sizes: fc.Arbitrary<number> = size,
): fc.Arbitrary<number[]> => fc.array(sizes, { minLength, maxLength });

export const seed: fc.Arbitrary<number> = fc.nat(1_000_000);

/** Normal draws in float64. */
export const draw = (shape: Shape, from: number): Tensor => randn(shape, { dtype: 'float64', rng: new Rng(from) });

/** How the numbers of an operand lie in memory. */
export type Order = 'plain' | 'permuted' | 'flipped' | 'spaced';
export const order: fc.Arbitrary<Order> = fc.constantFrom('plain', 'permuted', 'flipped', 'spaced');

/** The same numbers, lying in another order. Inside of `scratch` or a recording, where views are read as they lie. */
export function laid(x: Tensor, how: Order): Tensor {
  if (how === 'permuted') {
    const axes = x.shape.map((_, axis) => x.rank - 1 - axis);
    return permute(mul(permute(x, axes), 1), axes);
  }
  if (how === 'flipped') return flip(mul(flip(x), 1));
  if (how === 'spaced') {
    // Every second entry along each axis of a larger tensor that holds garbage in between.
    return x.shape.reduce<Tensor>((t, n, axis) => {
      const wide = stack([t, full(t.shape, Number.NaN, { dtype: t.dtype })], axis + 1);
      const merged = reshape(wide, [...t.shape.slice(0, axis), 2 * n, ...t.shape.slice(axis + 1)]);
      return slice(merged, axis, 0, 2 * n, 2);
    }, x);
  }
  return mul(x, 1);
}

/** A shape that broadcasts to `shape`: axes set to 1 by `ones`, and the first `missing` left out. */
export function narrowed(shape: Shape, ones: readonly boolean[], missing: number): number[] {
  return shape.map((n, axis) => (ones[axis] === true ? 1 : n)).slice(Math.min(missing, shape.length));
}

/** Every index of a shape, in row-major order. */
export function indices(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The number at an index of a tensor that is broadcast. */
export function entry(x: Tensor, index: readonly number[]): number {
  const own = index.slice(index.length - x.rank).map((i, axis) => (x.shape[axis] === 1 ? 0 : i));
  const at = own.reduce((flat, i, axis) => flat * (x.shape[axis] as number) + i, 0);
  return dataOf(x)[at] as number;
}

/** Snapshots, each taken once. */
const snapshots = new WeakMap<Tensor, ArrayLike<number>>();
function dataOf(x: Tensor): ArrayLike<number> {
  const known = snapshots.get(x) ?? x.data;
  snapshots.set(x, known);
  return known;
}

/** ⟨a, b⟩ and the sum of the sizes of its terms, which bounds its rounding error. */
export function dot(a: Tensor, b: Tensor): { readonly value: number; readonly scale: number } {
  const [left, right] = [broadcastTo(a, b.shape).data, b.data];
  let [value, scale] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    const term = (left[i] as number) * (right[i] as number);
    value += term;
    scale += Math.abs(term);
  }
  return { value, scale };
}
