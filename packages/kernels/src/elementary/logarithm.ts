/** `ln x` and `ln(1 + x)`. */
import { centredExponent, scale } from './bits.js';
import { LN2_HIGH, LN2_LOW } from './exponential.js';

/**
 * `k·ln 2 + ln(1 + f) + small` for √½ ≤ 1 + f < √2. With `s = f / (2 + f)`,
 * `ln(1 + f) = 2·artanh s = 2s + s·R`, `R = Σ 2 s²ⁿ / (2n + 1)`, and because `2s = f − s·f` the exact
 * `f` can be added last: `f − (f²/2 − s·(f²/2 + R))`.
 *
 * @source the rearrangement: FreeBSD msun, e_log.c (method); the series is artanh's own
 */
function logOfSum(k: number, f: number, small: number): number {
  const s = f / (2 + f);
  const z = s * s;
  let sum = 2 / 23;
  sum = sum * z + 2 / 21;
  sum = sum * z + 2 / 19;
  sum = sum * z + 2 / 17;
  sum = sum * z + 2 / 15;
  sum = sum * z + 2 / 13;
  sum = sum * z + 2 / 11;
  sum = sum * z + 2 / 9;
  sum = sum * z + 2 / 7;
  sum = sum * z + 2 / 5;
  sum = sum * z + 2 / 3;
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + sum * z) + (k * LN2_LOW + small)) - f);
}

/**
 * Natural logarithm; NaN below 0, −∞ at ±0.
 *
 * Numerics: error below 0.8 units in the last place (measured).
 */
export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (x < 0) return Number.NaN;
  if (x === Infinity || x !== x) return x;
  const k = centredExponent(x);
  return logOfSum(k, scale(x, -k) - 1, 0);
}

/**
 * `ln(1 + x)`, precise near 0; NaN below −1.
 *
 * Numerics: where `1 + x` is rounded, what rounding dropped is put back to first order; error below 0.8
 * units in the last place (measured).
 */
export function log1p(x: number): number {
  if (x === -1) return -Infinity;
  if (x < -1) return Number.NaN;
  if (x === 0 || x === Infinity || x !== x) return x;
  if (x > -0.2928 && x < 0.4142) return logOfSum(0, x, 0);
  const sum = 1 + x;
  const dropped = sum >= 2 ? 1 - (sum - x) : x - (sum - 1);
  const k = centredExponent(sum);
  return logOfSum(k, scale(sum, -k) - 1, dropped / sum);
}
