/** `sin` and `cos`, of an angle in radians or in half turns; errors below 0.8 units in the last place (measured). */
import { type DoubleDouble, twoProduct, twoSum } from './double-double.js';

/** `sin(y + e)` for |y| ≤ π/4 and a tiny `e`: Taylor series to y¹⁷. */
function sinNearZero(y: number, e: number): number {
  const z = y * y;
  let sum = 1 / 355_687_428_096_000;
  sum = sum * z - 1 / 1_307_674_368_000;
  sum = sum * z + 1 / 6_227_020_800;
  sum = sum * z - 1 / 39_916_800;
  sum = sum * z + 1 / 362_880;
  sum = sum * z - 1 / 5_040;
  sum = sum * z + 1 / 120;
  sum = sum * z - 1 / 6;
  return y + (y * z * sum + e * (1 - 0.5 * z));
}

/** `cos(y + e)` for |y| ≤ π/4 and a tiny `e`: Taylor series to y¹⁸; what rounding drops from `1 − y²/2` is put back. */
function cosNearZero(y: number, e: number): number {
  const z = y * y;
  let sum = -1 / 6_402_373_705_728_000;
  sum = sum * z + 1 / 20_922_789_888_000;
  sum = sum * z - 1 / 87_178_291_200;
  sum = sum * z + 1 / 479_001_600;
  sum = sum * z - 1 / 3_628_800;
  sum = sum * z + 1 / 40_320;
  sum = sum * z - 1 / 720;
  sum = sum * z + 1 / 24;
  const half = 0.5 * z;
  const leading = 1 - half;
  return leading + (1 - leading - half + (z * z * sum - y * e));
}

/** `sin(quarters · π/2 + angle)`. */
function sinFromQuarters(quarters: number, angle: DoubleDouble): number {
  const quadrant = quarters - 4 * Math.floor(quarters / 4);
  const odd = quadrant === 1 || quadrant === 3;
  const size = odd ? cosNearZero(angle.high, angle.low) : sinNearZero(angle.high, angle.low);
  // 0 − 0 is 0 and −0 is not: a zero has the sign of its argument, not of its quadrant.
  return quadrant < 2 ? size : 0 - size;
}

const PI_LOW = 1.2246467991473532e-16;

/** Splits `π·x` into quarter turns and an angle between −π/4 and π/4; both steps before the last product are exact. */
function reduceHalfTurns(x: number): { quarters: number; angle: DoubleDouble } {
  const turned = x - 2 * Math.floor(x / 2);
  const quarters = Math.floor(2 * turned + 0.5);
  const rest = turned - quarters / 2;
  const angle = twoProduct(rest, Math.PI);
  return { quarters, angle: { high: angle.high, low: angle.low + rest * PI_LOW } };
}

/** `sin(π·x)`, for any `x`: `sinPi(2 * u)` is the sine of `u` turns. */
export function sinPi(x: number): number {
  if (x - x !== 0) return Number.NaN;
  if (x === 0) return x;
  if (x < 0) return -sinPi(-x);
  const { quarters, angle } = reduceHalfTurns(x);
  return sinFromQuarters(quarters, angle);
}

/** `cos(π·x)`, for any `x`: `cosPi(2 * u)` is the cosine of `u` turns. */
export function cosPi(x: number): number {
  if (x - x !== 0) return Number.NaN;
  const { quarters, angle } = reduceHalfTurns(Math.abs(x));
  return sinFromQuarters(quarters + 1, angle);
}

/** π/2 in three parts; the first two have 33 bits, so their products with a count below 2²⁰ are exact. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;
const LARGEST_ANGLE = 1_647_099;

/**
 * Splits an angle in radians.
 *
 * @source W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980
 */
function reduceRadians(name: string, x: number): { quarters: number; angle: DoubleDouble } {
  if (Math.abs(x) > LARGEST_ANGLE) {
    throw new RangeError(`${name}: the angle ${x} is too large; it must lie between ±${LARGEST_ANGLE} radians.`);
  }
  const quarters = Math.floor(x / HALF_PI_1 + 0.5);
  const rest = twoSum(x - quarters * HALF_PI_1, -quarters * HALF_PI_2);
  return { quarters, angle: twoSum(rest.high, rest.low - quarters * HALF_PI_3) };
}

/** Sine of `x` radians, |x| ≤ 1,647,099 (2²⁰ quarter turns); a RangeError beyond, NaN for ±∞. */
export function sin(x: number): number {
  if (x - x !== 0) return Number.NaN;
  if (x === 0) return x;
  const { quarters, angle } = reduceRadians('sin', x);
  return sinFromQuarters(quarters, angle);
}

/** Cosine of `x` radians, |x| ≤ 1,647,099 (2²⁰ quarter turns); a RangeError beyond, NaN for ±∞. */
export function cos(x: number): number {
  if (x - x !== 0) return Number.NaN;
  const { quarters, angle } = reduceRadians('cos', x);
  return sinFromQuarters(quarters + 1, angle);
}
