/**
 * Numbers of about 106 bits as unevaluated sums of two float64, for the few places where 53 bits are
 * not enough (`pow` multiplies a logarithm, and its error, by up to 745).
 *
 * @source T. J. Dekker, "A floating-point technique for extending the available precision", 1971
 */
export interface DoubleDouble {
  readonly high: number;
  /** At most half a unit in the last place of `high`. */
  readonly low: number;
}

/** `a + b` without error, whichever is larger. */
export function twoSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  const bRounded = high - a;
  return { high, low: a - (high - bRounded) + (b - bRounded) };
}

/** 2²⁷ + 1 cuts a float64 into two halves of 26 bits, whose products are exact. */
const SPLITTER = 134_217_729;

/** `a · b` without error, as long as neither exceeds 2⁹⁹⁵. */
export function twoProduct(a: number, b: number): DoubleDouble {
  const high = a * b;
  const aScaled = a * SPLITTER;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = b * SPLITTER;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return { high, low: aLow * bLow - (high - aHigh * bHigh - aLow * bHigh - aHigh * bLow) };
}

/** `a + b`. */
export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const sum = twoSum(a.high, b.high);
  return twoSum(sum.high, sum.low + (a.low + b.low));
}

/** `a · b`. */
export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const product = twoProduct(a.high, b.high);
  return twoSum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/** `a / b` for a plain `a`. */
export function divide(a: number, b: DoubleDouble): DoubleDouble {
  const quotient = a / b.high;
  const back = twoProduct(quotient, b.high);
  return twoSum(quotient, (a - back.high - back.low - quotient * b.low) / b.high);
}
