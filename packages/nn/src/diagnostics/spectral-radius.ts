/** The largest magnitude of an eigenvalue, real or complex. */

/** So many squarings leave an error of about 2⁻⁴⁸ of the logarithm. */
const SQUARINGS = 48;

/**
 * The spectral radius of a square matrix, by Gelfand's formula `ρ(A) = lim ‖Aᵐ‖^(1/m)` at m = 2⁴⁸, reached by squaring.
 *
 * Repeated products with one vector would not do: where the largest eigenvalues are a complex pair, their lengths turn
 * round and round, and no quotient of neighbours tends to anything. The norm of the power itself does not mind.
 *
 * Shapes: row by row, `size` × `size`.
 * Numerics: each power is divided by its norm, so nothing overflows; the roots are taken by `Math.sqrt`, which is exact.
 */
export function spectralRadius(matrix: Float64Array, size: number): number {
  let power = Float64Array.from(matrix);
  let radius = 1;
  for (let squarings = 0; ; squarings++) {
    const norm = lengthOf(power);
    if (norm === 0 || !Number.isFinite(norm)) return norm;
    radius *= root(norm, squarings);
    if (squarings === SQUARINGS) return radius;
    for (let i = 0; i < power.length; i++) power[i] = (power[i] as number) / norm;
    power = squareOf(power, size);
  }
}

/** x^(1/2ᵏ). */
function root(x: number, k: number): number {
  let result = x;
  for (let i = 0; i < k; i++) result = Math.sqrt(result);
  return result;
}

function squareOf(a: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(a.length);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k] as number;
      for (let j = 0; j < size; j++) {
        const at = i * size + j;
        out[at] = (out[at] as number) + factor * (a[k * size + j] as number);
      }
    }
  }
  return out;
}

/** The root of the sum of squares, without their overflow or underflow. */
export function lengthOf(x: Float64Array): number {
  let largest = 0;
  for (const entry of x) largest = Math.max(largest, Math.abs(entry));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const entry of x) sum += (entry / largest) * (entry / largest);
  return largest * Math.sqrt(sum);
}
