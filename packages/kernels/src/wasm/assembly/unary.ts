// Kernels of one input that are exact or correctly rounded.
import { unary } from './elementwise';

class Neg {
  @inline of(x: v128): v128 { return f32x4.neg(x); }
}
class Sqrt {
  @inline of(x: v128): v128 { return f32x4.sqrt(x); }
}
class Square {
  @inline of(x: v128): v128 { return f32x4.mul(x, x); }
}
class Abs {
  @inline of(x: v128): v128 { return f32x4.abs(x); }
}
class Sign {
  @inline of(x: v128): v128 {
    const one = v128.or(v128.and(x, f32x4.splat(-0.0)), f32x4.splat(1));
    // Neither below nor above: ±0 and NaN stay what they are.
    const hasSign = v128.or(f32x4.lt(x, f32x4.splat(0)), f32x4.gt(x, f32x4.splat(0)));
    return v128.bitselect(one, x, hasSign);
  }
}
class Relu {
  // A NaN is not below 0, so it stays.
  @inline of(x: v128): v128 { return v128.andnot(x, f32x4.le(x, f32x4.splat(0))); }
}

export function neg(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Neg>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function sqrt(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Sqrt>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function square(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Square>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function abs(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Abs>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function sign(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Sign>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function relu(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  unary<Relu>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}
