// eˣ and eˣ − 1. With k = round(x / ln 2) and r = x − k·ln 2, eˣ = 2ᵏ·eʳ and eʳ = 1 + r + r²·q(r).
//
// q is the polynomial of degree 4 with the least relative error in eʳ over |r| ≤ ½ ln 2 (4e-9, by Lawson's
// reweighted least squares), its coefficients rounded to float32.
import { unary } from './elementwise';
import { mulAdd } from './lanes';

const INVERSE_LN2: f32 = 1.4426950216293335;
/** ln 2 cut after 16 bits, so that its product with k is exact, and the rest. */
export const LN2_HIGH: f32 = 0.693145751953125;
export const LN2_LOW: f32 = 1.428606765330187e-6;
/** Adding 1.5·2²³ rounds to an integer, which then stands in the lowest bits. */
const ROUNDER: f32 = 12582912;

/** (eʳ − 1 − r) / r². */
@inline
function curvature(r: v128): v128 {
  let q = mulAdd(f32x4.splat(0.0013814594130963087), r, f32x4.splat(0.00836871936917305));
  q = mulAdd(q, r, f32x4.splat(0.04166838899254799));
  q = mulAdd(q, r, f32x4.splat(0.1666652113199234));
  return mulAdd(q, r, f32x4.splat(0.4999999403953552));
}

/** x − k·ln 2. */
@inline
function remainder(x: v128, k: v128): v128 {
  return mulAdd(k, f32x4.splat(-LN2_LOW), mulAdd(k, f32x4.splat(-LN2_HIGH), x));
}

/** 2ᵏ for −127 < k ≤ 128 (infinite there). */
@inline
function powerOfTwo(k: v128): v128 {
  return i32x4.shl(i32x4.add(k, i32x4.splat(127)), 23);
}

/** t between the limits beyond which eᵗ is 0 or ∞ as at them. pmin and pmax hand a NaN in their first operand on. */
@inline
function limited(x: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104));
}

/** 2ᵏ·eʳ, where k stands in the lowest bits of `rounded`. */
@inline
function expFrom(rounded: v128, r: v128): v128 {
  // Not fused in any build: measured, the error is smaller so (0.995 ulp in the relaxed one otherwise).
  const bend = f32x4.mul(f32x4.mul(r, r), curvature(r));
  const y = f32x4.add(f32x4.add(bend, r), f32x4.splat(1));
  // In two halves, because 2ᵏ itself may be subnormal, or too large where 2ᵏ·eʳ is not.
  const k = i32x4.sub(rounded, f32x4.splat(ROUNDER));
  const half = i32x4.shr_s(k, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(k, half)));
}

/** eˣ. Largest error: 0.961 ulp (measured, every thirteenth float32). */
@inline
export function expOf(x: v128): v128 {
  const t = limited(x);
  const rounded = mulAdd(t, f32x4.splat(INVERSE_LN2), f32x4.splat(ROUNDER));
  return expFrom(rounded, remainder(t, f32x4.sub(rounded, f32x4.splat(ROUNDER))));
}

/**
 * eˣ⁻ᵐ for x ≤ m, with what rounding drops from x − m put back: far below m it would cost a unit for every
 * two of distance. An infinite m is at distance 0 from itself; the others are infinitely far below.
 */
@inline
export function expOfDifference(x: v128, m: v128): v128 {
  const difference = f32x4.sub(x, m);
  const minusM = f32x4.sub(difference, x);
  const dropped = f32x4.sub(f32x4.sub(x, f32x4.sub(difference, minusM)), f32x4.add(m, minusM));
  const t = limited(v128.andnot(difference, f32x4.eq(x, m)));
  const rounded = mulAdd(t, f32x4.splat(INVERSE_LN2), f32x4.splat(ROUNDER));
  const r = remainder(t, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  // Where a difference is infinite, nothing was dropped but NaN came out.
  return expFrom(rounded, f32x4.add(r, v128.and(dropped, f32x4.eq(dropped, dropped))));
}

/** eˣ − 1. Largest error: 1.535 ulp (measured, every thirteenth float32). */
@inline
function expm1Of(x: v128): v128 {
  // Below −18 the result is −1 to the last bit.
  const t = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-18));
  const rounded = mulAdd(t, f32x4.splat(INVERSE_LN2), f32x4.splat(ROUNDER));
  const r = remainder(t, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  const y = mulAdd(f32x4.mul(r, r), curvature(r), r);
  // 2ᵏ·y + (2ᵏ − 1), computed at half its size, where 2ᵏ cannot overflow.
  const power = powerOfTwo(i32x4.sub(i32x4.sub(rounded, f32x4.splat(ROUNDER)), i32x4.splat(1)));
  const half = mulAdd(power, y, f32x4.sub(power, f32x4.splat(0.5)));
  // A number too small to be curved is its own result; 0 keeps its sign.
  const tiny = f32x4.lt(f32x4.abs(x), f32x4.splat(1e-8));
  return v128.bitselect(x, f32x4.add(half, half), tiny);
}

class Exp {
  @inline of(x: v128): v128 { return expOf(x); }
}
class Expm1 {
  @inline of(x: v128): v128 { return expm1Of(x); }
}

export function exp(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Exp>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function expm1(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Expm1>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}
