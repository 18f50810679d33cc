// ln x and ln(1 + x). x = 2ᵏ·m with √½ ≤ m < √2, and with f = m − 1 and s = f / (2 + f)
//   ln m = 2·artanh s = f − (f²/2 − s·(f²/2 + R)),  R = s²·(2/3 + 2/5·s² + …),
// so that the exact f comes last. The polynomial in s² is the nearest of degree 2 in relative terms (8e-10).
//
// The rearrangement is that of FreeBSD's msun, e_logf.c.
import { unary } from './elementwise';
import { LN2_HIGH, LN2_LOW } from './exponential';
import { mulAdd } from './lanes';

/** The bits of √½ and of 1. */
const SQRT_HALF: i32 = 0x3f3504f3;
const ONE: i32 = 0x3f800000;

/** ln(y + small) for y = 2^(k + shift)·m positive and normal, and `small` below a unit in its last place. */
@inline
export function logOfSum(y: v128, shift: v128, small: v128): v128 {
  // The exponent of y / √½, rounded down.
  const above = i32x4.sub(y, i32x4.splat(SQRT_HALF));
  const exponent = i32x4.shr_s(above, 23);
  const m = i32x4.add(v128.and(above, i32x4.splat(0x007fffff)), i32x4.splat(SQRT_HALF));
  const k = f32x4.add(f32x4.convert_i32x4_s(exponent), shift);
  const f = f32x4.sub(m, f32x4.splat(1));
  const s = f32x4.div(f, f32x4.add(f, f32x4.splat(2)));
  const z = f32x4.mul(s, s);
  let series = mulAdd(f32x4.splat(0.2987093925476074), z, f32x4.splat(0.39977574348449707));
  series = mulAdd(series, z, f32x4.splat(0.6666677594184875));
  const half = f32x4.mul(f32x4.mul(f32x4.splat(0.5), f), f);
  const rest = mulAdd(s, mulAdd(series, z, half), mulAdd(k, f32x4.splat(LN2_LOW), small));
  return mulAdd(k, f32x4.splat(LN2_HIGH), f32x4.sub(f, f32x4.sub(half, rest)));
}

/** `finite`, except where x is 0, negative, infinite or NaN; `zero` says which x belongs to −∞. */
@inline
function withLimits(finite: v128, x: v128, zero: f32): v128 {
  const regular = v128.and(f32x4.gt(x, f32x4.splat(zero)), f32x4.lt(x, f32x4.splat(Infinity)));
  // x − x is NaN for the infinite, and so is its sum with anything; ∞ alone keeps its value.
  const limit = v128.bitselect(f32x4.splat(-Infinity), f32x4.splat(NaN), f32x4.eq(x, f32x4.splat(zero)));
  const other = v128.bitselect(x, limit, f32x4.eq(x, f32x4.splat(Infinity)));
  return v128.bitselect(finite, other, regular);
}

/** ln x. Largest error found: 0.840 ulp. */
@inline
export function logOf(x: v128): v128 {
  // 2²³ lifts subnormal numbers among the normal ones.
  const subnormal = f32x4.lt(x, f32x4.splat(1.1754943508222875e-38));
  const y = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, subnormal);
  const shift = v128.and(subnormal, f32x4.splat(-23));
  return withLimits(logOfSum(y, shift, f32x4.splat(0)), x, 0);
}

/** ln(1 + x). Largest error found: 0.842 ulp. */
@inline
function log1pOf(x: v128): v128 {
  const one = f32x4.splat(1);
  const y = f32x4.add(one, x);
  // What rounding dropped from y, put back to first order.
  const large = f32x4.gt(x, one);
  const dropped = f32x4.sub(v128.bitselect(one, x, large), f32x4.sub(y, v128.bitselect(x, one, large)));
  const finite = withLimits(logOfSum(y, f32x4.splat(0), f32x4.div(dropped, y)), x, -1);
  // A number too small to be curved is its own result; 0 keeps its sign.
  return v128.bitselect(x, finite, f32x4.lt(f32x4.abs(x), f32x4.splat(1e-8)));
}

class Log {
  @inline of(x: v128): v128 { return logOf(x); }
}
class Log1p {
  @inline of(x: v128): v128 { return log1pOf(x); }
}

export function log(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Log>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function log1p(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Log1p>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}
