import { Rng } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { arnoldi } from './arnoldi.js';
import { spectralRadius } from './spectral-radius.js';

type Rows = readonly (readonly number[])[];
const flat = (rows: Rows): Float64Array => Float64Array.from(rows.flat());
const radius = (rows: Rows): number => spectralRadius(flat(rows), rows.length);

/** Numbers and turned, stretched planes along the diagonal, which are the eigenvalues; anything above it. */
function blocks(rng: Rng, reals: readonly number[], pairs: readonly (readonly [re: number, im: number])[]): number[][] {
  const size = reals.length + 2 * pairs.length;
  const rows = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => (j > i ? rng.normal() : 0)),
  );
  const set = (i: number, j: number, value: number): void => {
    (rows[i] as number[])[j] = value;
  };
  for (const [i, value] of reals.entries()) set(i, i, value);
  for (const [k, [re, im]] of pairs.entries()) {
    const i = reals.length + 2 * k;
    set(i, i, re);
    set(i + 1, i + 1, re);
    set(i, i + 1, -im);
    set(i + 1, i, im);
  }
  return rows;
}

/** The same matrix seen along other axes, by a random reflection, which keeps eigenvalues. */
function reflected(rows: Rows, rng: Rng): number[][] {
  const v = rows.map(() => rng.normal());
  const square = v.reduce((sum, entry) => sum + entry * entry, 0);
  const mirror = (matrix: Rows): number[][] =>
    matrix.map((row) => {
      const share = row.reduce((sum, entry, j) => sum + entry * (v[j] ?? 0), 0);
      return row.map((entry, j) => entry - ((2 * share) / square) * (v[j] ?? 0));
    });
  const transposed = (matrix: Rows): number[][] => rows.map((_, i) => matrix.map((row) => row[i] ?? 0));
  return transposed(mirror(transposed(mirror(rows))));
}

describe('the spectral radius', () => {
  test('of a turn is its factor, where lengths of products turn with it', () => {
    expect(
      radius([
        [0, -0.5],
        [0.5, 0],
      ]),
    ).toBeCloseTo(0.5, 13);
    // Eigenvalues ±2i, although one product with (1, 0) stretches by 4 and the next by 1.
    expect(
      radius([
        [0, -1],
        [4, 0],
      ]),
    ).toBeCloseTo(2, 13);
  });

  test('of a matrix with few eigenvectors is its only eigenvalue', () => {
    expect(
      radius([
        [0.9, 1],
        [0, 0.9],
      ]),
    ).toBeCloseTo(0.9, 12);
    expect(radius([[-0.5]])).toBeCloseTo(0.5, 15);
  });

  test('of what vanishes is 0', () => {
    expect(
      radius([
        [0, 0],
        [0, 0],
      ]),
    ).toBe(0);
    expect(
      radius([
        [0, 5, 1],
        [0, 0, 3],
        [0, 0, 0],
      ]),
    ).toBe(0);
  });

  test('of tiny and huge matrices neither vanishes nor overflows', () => {
    expect(
      radius([
        [3e-200, 0],
        [1e-200, 1e-200],
      ]) / 3e-200,
    ).toBeCloseTo(1, 12);
    expect(
      radius([
        [3e200, 0],
        [1e200, 1e200],
      ]) / 3e200,
    ).toBeCloseTo(1, 12);
    expect(
      radius([
        [Number.NaN, 0],
        [0, 1],
      ]),
    ).toBeNaN();
  });

  test('is the largest magnitude among known eigenvalues, real or complex', () => {
    for (let seed = 0; seed < 50; seed++) {
      const rng = new Rng(seed);
      const reals = Array.from({ length: 1 + rng.integer(3) }, () => rng.normal());
      const pairs = Array.from({ length: rng.integer(3) }, () => [rng.normal(), rng.normal()] as const);
      const known = [...reals.map(Math.abs), ...pairs.map(([re, im]) => Math.sqrt(re * re + im * im))];
      const matrix = reflected(blocks(rng, reals, pairs), rng);
      expect(radius(matrix) / Math.max(...known)).toBeCloseTo(1, 9);
    }
  });
});

describe("Arnoldi's iteration", () => {
  /** The radius of A from `count` products with vectors. */
  const estimate = (rows: Rows, count: number): number => {
    const size = rows.length;
    const multiply = (vectors: Float64Array): Float64Array =>
      Float64Array.from(rows, (row) => row.reduce((sum, entry, j) => sum + entry * (vectors[j] ?? 0), 0));
    const [matrix] = arnoldi(multiply, 1, size, count, new Rng(1)) as [Float64Array];
    return spectralRadius(matrix, count);
  };

  test('has the eigenvalues of the whole after as many products as there are rows', () => {
    for (let seed = 0; seed < 20; seed++) {
      const rng = new Rng(seed);
      const matrix = reflected(
        blocks(
          rng,
          [rng.normal(), 0.1],
          [
            [rng.normal(), rng.normal()],
            [0.2, 0.3],
          ],
        ),
        rng,
      );
      expect(estimate(matrix, 6) / radius(matrix)).toBeCloseTo(1, 9);
    }
  });

  test('goes on where a direction leads nowhere new', () => {
    const diagonal = (entries: readonly number[]): number[][] =>
      entries.map((entry, i) => entries.map((_, j) => (i === j ? entry : 0)));
    expect(estimate(diagonal([1, 1, 1, 1]), 4)).toBeCloseTo(1, 12);
    expect(estimate(diagonal([0, 0, 0]), 3)).toBe(0);
    expect(estimate(diagonal([2, 2, 0.5, 0.5]), 4)).toBeCloseTo(2, 12);
  });

  test('finds what stands out after few products', () => {
    const rng = new Rng(3);
    const inner = Array.from({ length: 28 }, () => rng.uniform() - 0.5);
    const matrix = reflected(
      blocks(new Rng(4), inner, [[1.2, 0.9]]).map((row, i) =>
        row.map((entry, j) => (i === j || (i > 27 && j > 27) ? entry : entry / 10)),
      ),
      rng,
    );
    expect(estimate(matrix, 12)).toBeCloseTo(1.5, 3);
  });

  test('looks at several matrices at once', () => {
    const factors = [0.5, -2, 3];
    const multiply = (vectors: Float64Array): Float64Array =>
      vectors.map((entry, i) => (factors[Math.floor(i / 2)] ?? 0) * entry);
    const radii = arnoldi(multiply, 3, 2, 2, new Rng(1)).map((matrix) => spectralRadius(matrix, 2));
    radii.forEach((found, i) => {
      expect(found).toBeCloseTo(Math.abs(factors[i] ?? 0), 12);
    });
  });
});
