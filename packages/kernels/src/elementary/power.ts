/** `aᵇ`. */
import { centredExponent, scale } from './bits.js';
import { add, type DoubleDouble, divide, multiply, twoProduct, twoSum } from './double-double.js';
import { expOfSum, LN2_HIGH, LN2_LOW } from './exponential.js';

const ONE: DoubleDouble = { high: 1, low: 0 };
const ONE_THIRD: DoubleDouble = { high: 1 / 3, low: 1.850371707708594e-17 };
const ONE_FIFTH: DoubleDouble = { high: 1 / 5, low: -1.1102230246251566e-17 };

/**
 * `ln x` to about 70 bits, for finite x > 0. The series is the one of `log`,
 * `ln m = 2s·(1 + s²/3 + s⁴/5 + …)` with `s = (m − 1) / (m + 1)`; terms from s⁶/7 on are small
 * enough for plain float64.
 */
function preciseLog(x: number): DoubleDouble {
  const k = centredExponent(x);
  const m = scale(x, -k);
  const s = divide(m - 1, twoSum(m, 1));
  const square = multiply(s, s);
  const z = square.high;
  let tail = 1 / 29;
  for (let odd = 27; odd >= 7; odd -= 2) tail = tail * z + 1 / odd;
  const fifth = add(ONE_FIFTH, twoProduct(z, tail));
  const third = add(ONE_THIRD, multiply(square, fifth));
  const series = multiply(s, add(ONE, multiply(square, third)));
  return add(twoSum(k * LN2_HIGH, k * LN2_LOW), { high: 2 * series.high, low: 2 * series.low });
}

const isInteger = (x: number): boolean => Math.floor(x) === x;
/** From 2⁵³ on every float64 is even, and halving shows it. */
const isOddInteger = (x: number): boolean => isInteger(x) && !isInteger(x / 2);

/** `aᵇ` where one of the two is 0 or infinite. */
function limitPower(a: number, b: number): number {
  const size = Math.abs(a);
  if (b === Infinity || b === -Infinity) {
    if (size === 1) return 1;
    return size > 1 === b > 0 ? Infinity : 0;
  }
  const magnitude = (size === 0) === b > 0 ? 0 : Infinity;
  const negative = isOddInteger(b) && (a < 0 || 1 / a < 0);
  return negative ? -magnitude : magnitude;
}

/** Beyond this exponent every power of anything but 1 overflows or vanishes. */
const HUGE_EXPONENT = 36_893_488_147_419_103_232;

/**
 * `aᵇ` as IEEE 754 defines it: `a⁰ = 1` and `1ᵇ = 1` even for NaN, a negative base takes integer exponents only.
 *
 * Numerics: `e^(b·ln a)` with the logarithm and the product in double-double; error below 0.9 units in the
 * last place (measured), so powers that float64 represents come out exact: `pow(10, 3)` is 1000.
 * Differs: from `Math.pow`, which makes `1^NaN` and `(±1)^±∞` NaN.
 */
export function pow(a: number, b: number): number {
  if (b === 0 || a === 1) return 1;
  if (a !== a || b !== b) return Number.NaN;
  const size = Math.abs(a);
  if (size === 0 || size === Infinity || b === Infinity || b === -Infinity) return limitPower(a, b);
  if (a < 0 && !isInteger(b)) return Number.NaN;
  // One operation rounds correctly; `square` and `pow(x, 2)` then agree to the last bit.
  if (b === 1) return a;
  if (b === 2) return a * a;
  if (b === -1) return 1 / a;
  const sign = a < 0 && isOddInteger(b) ? -1 : 1;
  if (size === 1) return sign;
  if (Math.abs(b) > HUGE_EXPONENT) return size > 1 === b > 0 ? Infinity : 0;
  const logarithm = preciseLog(size);
  const product = multiply(logarithm, { high: b, low: 0 });
  if (product.high > 710) return sign * Infinity;
  if (product.high < -746) return sign * 0;
  return sign * expOfSum(product.high, product.low);
}
