// The gradients of the squashing functions, from what those answered.
import { binary, ternary } from './elementwise';
import { mulAdd } from './lanes';

// A slope counts as 0 where nothing arrives: 0 · NaN would let the side of a `where` that is not taken speak.
@inline
function heard(slope: v128, g: v128): v128 {
  return v128.and(slope, f32x4.ne(g, f32x4.splat(0)));
}

// (1 − y)·(1 + y) where 1 − y² would lose, near |y| = 1, the digits that y² drops.
@inline
function tanhSlope(y: v128, g: v128): v128 {
  return heard(f32x4.mul(f32x4.sub(f32x4.splat(1), y), f32x4.add(f32x4.splat(1), y)), g);
}

@inline
function sigmoidSlope(y: v128, g: v128): v128 {
  return heard(f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)), g);
}

class TanhGradient {
  @inline of(y: v128, g: v128): v128 { return f32x4.mul(g, tanhSlope(y, g)); }
}
class AddTanhGradient {
  @inline of(y: v128, g: v128, out: v128): v128 { return mulAdd(g, tanhSlope(y, g), out); }
}
class SigmoidGradient {
  @inline of(y: v128, g: v128): v128 { return f32x4.mul(g, sigmoidSlope(y, g)); }
}
class AddSigmoidGradient {
  @inline of(y: v128, g: v128, out: v128): v128 { return mulAdd(g, sigmoidSlope(y, g), out); }
}

export function tanhGradient(
  rows: i32, cols: i32,
  y: usize, yRow: usize, yCol: usize, g: usize, gRow: usize, gCol: usize, out: usize, outRow: usize, outCol: usize,
  accumulate: i32,
): void {
  if (accumulate == 0) binary<TanhGradient>(rows, cols, y, yRow, yCol, g, gRow, gCol, out, outRow, outCol);
  else ternary<AddTanhGradient>(rows, cols, y, yRow, yCol, g, gRow, gCol, out, outRow, outCol, out, outRow, outCol);
}

export function sigmoidGradient(
  rows: i32, cols: i32,
  y: usize, yRow: usize, yCol: usize, g: usize, gRow: usize, gCol: usize, out: usize, outRow: usize, outCol: usize,
  accumulate: i32,
): void {
  if (accumulate == 0) binary<SigmoidGradient>(rows, cols, y, yRow, yCol, g, gRow, gCol, out, outRow, outCol);
  else ternary<AddSigmoidGradient>(rows, cols, y, yRow, yCol, g, gRow, gCol, out, outRow, outCol, out, outRow, outCol);
}
