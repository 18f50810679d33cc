/** Comparing what a kernel wrote with what it should have written. */
import type { DataType, FloatType } from '../kernels.js';

/** Rounds to an element type. */
export function roundTo(dtype: DataType, x: number): number {
  if (dtype === 'float32') return Math.fround(x);
  return dtype === 'int32' ? x | 0 : x;
}

const SIGNIFICAND_BITS = { float32: 23, float64: 52 };
const LOWEST_EXPONENT = { float32: -126, float64: -1022 };
const LARGEST = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE };

/** The distance between neighbouring numbers of `dtype` at `x`: a unit in the last place. */
export function ulpAt(dtype: FloatType, x: number): number {
  const size = Math.min(Math.abs(x), LARGEST[dtype]);
  let exponent = LOWEST_EXPONENT[dtype];
  if (size >= 2 ** exponent) {
    exponent = Math.max(exponent, Math.floor(Math.log2(size)));
    // log2 may round across a power of two.
    if (2 ** exponent > size) exponent -= 1;
  }
  return 2 ** (exponent - SIGNIFICAND_BITS[dtype]);
}

/** Throws unless `actual` is `expected` rounded to `dtype`: same bits, or both NaN. */
export function assertExact(where: string, dtype: DataType, actual: number, expected: number): void {
  const rounded = roundTo(dtype, expected);
  if (!Object.is(actual, rounded)) throw new Error(`${where}: is ${show(actual)}, should be exactly ${show(rounded)}.`);
}

/**
 * Throws unless `actual` is within `bound` units in the last place of `expected`. NaN and infinities must
 * be met exactly; zeros too, sign included, unless the result is a difference that may cancel.
 *
 * @param scale size of the terms of such a difference: the unit is then taken there
 */
export function assertClose(
  where: string,
  dtype: FloatType,
  actual: number,
  expected: number,
  bound: number,
  scale?: number,
): void {
  const rounded = roundTo(dtype, expected);
  if (Object.is(actual, rounded)) return;
  const error = Math.abs(actual - expected) / ulpAt(dtype, Math.max(Math.abs(expected), scale ?? 0));
  if (error <= bound && (expected !== 0 || scale !== undefined)) return;
  throw new Error(
    `${where}: is ${show(actual)}, should be ${show(rounded)}; off by ${error.toPrecision(3)} ulp, allowed are ${bound}.`,
  );
}

const show = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));
