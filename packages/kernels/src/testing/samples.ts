/** The numbers and sizes that kernels are tried on: the same in every run. */

/** Around the widths of vectors and panels, where loops go wrong. */
export const sizes: readonly number[] = [0, 1, 2, 3, 5, 7, 8, 9, 16, 17, 33];

/** Single rows and columns of all sizes, and a few rectangles. */
export const shapes: readonly (readonly [rows: number, cols: number])[] = [
  ...sizes.map((n) => [1, n] as const),
  ...sizes.map((n) => [n, 1] as const),
  [2, 3],
  [3, 2],
  [5, 8],
  [7, 17],
  [9, 5],
  [3, 33],
];

/** Numbers at which formulas break. */
export const specialValues: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  Infinity,
  -Infinity,
  Number.NaN,
  // Smallest subnormal, smallest normal and largest number of float32; all exact in float64 too.
  1.401298464324817e-45,
  -1.401298464324817e-45,
  1e-40,
  1.1754943508222875e-38,
  -1.1754943508222875e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  1e-20,
  -1e-20,
  1e-4,
  -1e-4,
  8,
  -8,
  20,
  -20,
  88,
  -88,
  89,
  -103,
  -104,
  1000,
  -1000,
];

/** An endless sequence of numbers between −1 and 1, evenly spread (a Weyl sequence). */
export function spread(seed: number): () => number {
  let position = seed * 0.317;
  return () => {
    position += 0.6180339887498949;
    position -= Math.floor(position);
    return 2 * position - 1;
  };
}
