// Kernels that add into their output, and those that take a plain number beside an array: the number is put
// into memory and read as an array that repeats it.
import { binary, ternary } from './elementwise';
import { held, multiplyAdd as rounded } from './lanes';
import { add, mul } from './binary';

class MultiplyAdd {
  @inline of(a: v128, b: v128, c: v128): v128 { return rounded(a, b, c); }
}
class Clamp {
  @inline of(x: v128, low: v128, high: v128): v128 { return f32x4.min(f32x4.max(x, low), high); }
}
// (1 − y)·(1 + y) where 1 − y² would lose, near |y| = 1, the digits that y² drops.
class TanhGradient {
  @inline of(y: v128, g: v128): v128 {
    return f32x4.mul(g, f32x4.mul(f32x4.sub(f32x4.splat(1), y), f32x4.add(f32x4.splat(1), y)));
  }
}
class AddTanhGradient {
  @inline of(y: v128, g: v128, out: v128): v128 {
    return rounded(g, f32x4.mul(f32x4.sub(f32x4.splat(1), y), f32x4.add(f32x4.splat(1), y)), out);
  }
}
class SigmoidGradient {
  @inline of(y: v128, g: v128): v128 {
    return f32x4.mul(g, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
  }
}
class AddSigmoidGradient {
  @inline of(y: v128, g: v128, out: v128): v128 {
    return rounded(g, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)), out);
  }
}

export function accumulate(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  add(rows, cols, out, outRow, outCol, x, xRow, xCol, out, outRow, outCol);
}

export function scale(
  rows: i32, cols: i32, factor: f32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  mul(rows, cols, x, xRow, xCol, held(factor, 1), 0, 0, out, outRow, outCol);
}

export function multiplyAdd(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  ternary<MultiplyAdd>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol, out, outRow, outCol);
}

export function addScaled(
  rows: i32, cols: i32, factor: f32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  multiplyAdd(rows, cols, x, xRow, xCol, held(factor, 1), 0, 0, out, outRow, outCol);
}

export function clamp(
  rows: i32, cols: i32, low: f32, high: f32,
  x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  ternary<Clamp>(rows, cols, x, xRow, xCol, held(low, 1), 0, 0, held(high, 2), 0, 0, out, outRow, outCol);
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
