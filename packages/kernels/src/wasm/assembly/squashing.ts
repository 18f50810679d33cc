// The squashing functions: tanh, the logistic sigmoid and its integral.
//
// tanh x = x · P(x²) / Q(x²) for |x| ≤ 8.8, held there beyond, where float32 has reached ±1.
// The factor x comes last: it carries the sign of 0, and P(0) / Q(0) = 1 keeps subnormal numbers exact.
// The coefficients are our own: the quotient of degrees 5 and 3 nearest to tanh(√z) / √z in relative
// terms (6e-8, by Lawson's reweighted least squares), then the one with the least error among 40
// neighbours rounded to float32.
import { unary } from './elementwise';
import { expOf } from './exponential';
import { mulAdd } from './lanes';
import { logOfSum } from './logarithm';

/** Largest error: 5.992 ulp, 3.6e-7 absolute (measured, every float32 from 2⁻¹⁵ to 16 and every seventh below). */
@inline
function tanhOf(x: v128): v128 {
  // pmin and pmax hand a NaN in their first operand on.
  const t = f32x4.pmax(f32x4.pmin(x, f32x4.splat(8.8)), f32x4.splat(-8.8));
  const z = f32x4.mul(t, t);
  let p = mulAdd(f32x4.splat(1.9376718979335905e-11), z, f32x4.splat(-1.3224418893287293e-8));
  p = mulAdd(p, z, f32x4.splat(9.417549335921649e-6));
  p = mulAdd(p, z, f32x4.splat(0.0029373986180871725));
  p = mulAdd(p, z, f32x4.splat(0.12934792041778564));
  p = mulAdd(p, z, f32x4.splat(1));
  let q = mulAdd(f32x4.splat(0.0002303880755789578), z, f32x4.splat(0.023831527680158615));
  // Not fused in any build: the errors of P and Q then cancel in part (over 6.1 ulp in the relaxed one otherwise).
  q = f32x4.add(f32x4.mul(q, z), f32x4.splat(0.46268096566200256));
  q = mulAdd(q, z, f32x4.splat(1));
  const result = f32x4.mul(f32x4.div(p, q), t);
  // Rounding may lead past 1 by a few units, and 1 − tanh² must not become negative.
  return f32x4.pmax(f32x4.pmin(result, f32x4.splat(1)), f32x4.splat(-1));
}

/** 1 / (1 + e⁻ˣ), from e^−|x|, which cannot overflow. Largest error: 2.339 ulp (measured, every thirteenth float32). */
@inline
function sigmoidOf(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = expOf(f32x4.neg(f32x4.abs(x)));
  const numerator = v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, e));
}

/** max(x, 0) + ln(1 + e^−|x|). Largest error: 1.663 ulp (measured, every thirteenth float32). */
@inline
function softplusOf(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = expOf(f32x4.neg(f32x4.abs(x)));
  const sum = f32x4.add(one, e);
  const dropped = f32x4.sub(e, f32x4.sub(sum, one));
  // The logarithm knows no NaN; the maximum hands it on.
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), logOfSum(sum, f32x4.splat(0), f32x4.div(dropped, sum)));
}

class Tanh {
  @inline of(x: v128): v128 { return tanhOf(x); }
}
class Sigmoid {
  @inline of(x: v128): v128 { return sigmoidOf(x); }
}
class Softplus {
  @inline of(x: v128): v128 { return softplusOf(x); }
}

export function tanh(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Tanh>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function sigmoid(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Sigmoid>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function softplus(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Softplus>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}
