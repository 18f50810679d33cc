/** Large matrices, of which only products with vectors are to be had, as small ones. */
import type { Rng } from '@unroll/core';
import { lengthOf } from './spectral-radius.js';

/** Below this share of its length a vector is nothing but rounding. */
const ROUNDING = 1e-14;

/**
 * Arnoldi's iteration, for several matrices at once: for each the matrix `H = Vᵀ·A·V`, where the columns of V are an
 * orthonormal basis of what `count` products can reach from a random direction. Its eigenvalues approach those of A, the
 * outermost first, complex ones too; with as many products as A has rows they are those of A.
 *
 * Where a direction leads nowhere new, another random one takes its place, so that a basis is always full.
 *
 * Shapes: vectors `[rows, size]`, one for each matrix, row by row; results row by row, `count` × `count`.
 * Numerics: in float64; each vector is made orthogonal to the others twice.
 * @source W. E. Arnoldi, "The principle of minimized iterations in the solution of the matrix eigenvalue problem",
 * Quarterly of Applied Mathematics 9, 1951
 */
export function arnoldi(
  multiply: (vectors: Float64Array) => Float64Array,
  rows: number,
  size: number,
  count: number,
  rng: Rng,
): Float64Array[] {
  const matrices = Array.from({ length: rows }, () => new Float64Array(count * count));
  const bases = Array.from({ length: rows }, () => [unitVector(size, [], rng)]);
  for (let k = 0; k < count; k++) {
    const vectors = new Float64Array(rows * size);
    for (const [row, basis] of bases.entries()) vectors.set(basis[k] as Float64Array, row * size);
    const images = multiply(vectors);
    for (const [row, basis] of bases.entries()) {
      const image = images.slice(row * size, (row + 1) * size);
      const matrix = matrices[row] as Float64Array;
      const length = lengthOf(image);
      for (const [j, share] of takeOut(image, basis).entries()) matrix[j * count + k] = share;
      if (k + 1 === count) continue;
      const rest = lengthOf(image);
      const leadsOn = rest > ROUNDING * length;
      if (leadsOn) matrix[(k + 1) * count + k] = rest;
      basis.push(leadsOn ? image.map((entry) => entry / rest) : unitVector(size, basis, rng));
    }
  }
  return matrices;
}

/** Makes a vector orthogonal to a basis, in place; the shares that were in it. */
function takeOut(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const shares = new Float64Array(basis.length);
  for (let pass = 0; pass < 2; pass++) {
    for (const [j, direction] of basis.entries()) {
      let share = 0;
      for (let i = 0; i < vector.length; i++) share += (vector[i] as number) * (direction[i] as number);
      for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - share * (direction[i] as number);
      shares[j] = (shares[j] as number) + share;
    }
  }
  return shares;
}

/** A random direction orthogonal to a basis. */
function unitVector(size: number, basis: readonly Float64Array[], rng: Rng): Float64Array {
  const vector = Float64Array.from({ length: size }, () => rng.normal());
  takeOut(vector, basis);
  const length = lengthOf(vector);
  return vector.map((entry) => entry / length);
}
