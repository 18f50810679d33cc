/** Random orthogonal matrices. */
import { checkOptions, defaultRng, type Rng, type Tensor, tensor } from '@unroll/core';
import { checkScale, fansOf, type InitOptions } from './options.js';

/** Options of {@link orthogonal}. */
export interface OrthogonalOptions extends InitOptions {
  /** A factor on all entries. 1 unless given. */
  readonly gain?: number | undefined;
}

/** A mirror `I − scale·v·vᵀ` that acts on the last coordinates. */
interface Reflection {
  readonly v: Float64Array;
  readonly scale: number;
}

/**
 * A matrix with orthonormal rows or columns, whichever are fewer, evenly distributed over all such matrices
 * (the Haar measure): repeated multiplication neither grows nor shrinks a vector.
 *
 * It is the Q of a QR factorisation of normal draws, with R's diagonal positive. As the normal distribution looks
 * the same from all sides, each Householder vector can be drawn afresh, one entry shorter than the one before, and
 * the factorisation itself is never made.
 *
 * Shapes: `[outputs, inputs]`.
 * Numerics: in float64, whatever the dtype; (4/3)·n³ operations: about 0.7 s at 1024².
 * Errors: `ShapeError` for another rank than 2; `ValueError` for a gain that is negative or not finite.
 * @source A. M. Saxe, J. L. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
 * linear neural networks", ICLR 2014; the algorithm: G. W. Stewart, "The efficient generation of random orthogonal
 * matrices with an application to condition estimators", SIAM J. Numer. Anal. 17, 1980, theorem 3.3
 *
 * @example
 * ```ts
 * import { matmul, Rng, transpose } from '@unroll/core';
 * import { init } from '@unroll/nn';
 * const q = init.orthogonal([3, 3], { rng: new Rng(1) });
 * matmul(q, transpose(q)); // the identity, to rounding
 * ```
 */
export function orthogonal(shape: readonly number[], options: OrthogonalOptions = {}): Tensor {
  checkOptions('init.orthogonal', options, ['gain', 'rng', 'dtype']);
  const { fanIn: cols, fanOut: rows } = fansOf('init.orthogonal', shape);
  const { gain = 1, rng = defaultRng(), dtype = 'float32' } = options;
  checkScale('init.orthogonal', 'gain', gain);
  const [tall, narrow] = [Math.max(rows, cols), Math.min(rows, cols)];
  const q = orthonormalColumns(tall, narrow, gain, rng);
  if (rows >= cols) return tensor(q, { shape, dtype });
  const transposed = new Float64Array(q.length);
  for (let i = 0; i < tall; i++) {
    for (let j = 0; j < narrow; j++) transposed[j * tall + i] = q[i * narrow + j] as number;
  }
  return tensor(transposed, { shape, dtype });
}

/** `H₁·H₂ ⋯ Hₖ`, its first `k` columns, each turned so that R's diagonal would be positive, times `gain`. */
function orthonormalColumns(n: number, k: number, gain: number, rng: Rng): Float64Array {
  const signs = new Float64Array(k);
  const reflections = Array.from({ length: k }, (_, j) => {
    const v = Float64Array.from({ length: n - j }, () => rng.normal());
    const sign = (v[0] as number) < 0 ? -1 : 1;
    // H maps the draws to −sign·|v| in the first coordinate.
    signs[j] = -sign * gain;
    v[0] = (v[0] as number) + sign * Math.sqrt(squaredLength(v));
    return { v, scale: 2 / squaredLength(v) };
  });
  const q = new Float64Array(n * k);
  for (let j = 0; j < k; j++) q[j * k + j] = 1;
  reflectAll(q, k, reflections);
  for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) * (signs[i % k] as number);
  return q;
}

function squaredLength(v: Float64Array): number {
  let total = 0;
  for (let i = 0; i < v.length; i++) total += (v[i] as number) * (v[i] as number);
  return total;
}

/**
 * Applies the reflections, last first, to a matrix of `k` columns. Reflection `j` changes rows and columns from `j`
 * on. While one is applied, the products `scale·vᵀ·q` that the next one needs are summed up: one pass over q each.
 */
function reflectAll(q: Float64Array, k: number, reflections: readonly Reflection[]): void {
  let products = new Float64Array(k);
  let nextProducts = new Float64Array(k);
  for (let j = k; j >= 0; j--) {
    const current = reflections[j];
    const next = reflections[j - 1];
    nextProducts.fill(0);
    // Row j − 1 is still that of the identity.
    if (next !== undefined) nextProducts[j - 1] = (next.v[0] as number) * next.scale;
    const height = q.length / k;
    for (let i = j; i < height; i++) {
      const factor = current === undefined ? 0 : (current.v[i - j] as number);
      const nextFactor = next === undefined ? 0 : (next.v[i - j + 1] as number) * next.scale;
      const row = i * k;
      for (let col = j; col < k; col++) {
        const entry = (q[row + col] as number) - factor * (products[col] as number);
        q[row + col] = entry;
        nextProducts[col] = (nextProducts[col] as number) + nextFactor * entry;
      }
    }
    [products, nextProducts] = [nextProducts, products];
  }
}
