// Kernels of two inputs that are exact or correctly rounded, and the choice between two.
import { binary, ternary } from './elementwise';

class Add {
  @inline of(a: v128, b: v128): v128 { return f32x4.add(a, b); }
}
class Sub {
  @inline of(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
}
class Mul {
  @inline of(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
}
class Div {
  @inline of(a: v128, b: v128): v128 { return f32x4.div(a, b); }
}
// WebAssembly's own maximum and minimum: NaN if either is, and −0 below 0.
class Maximum {
  @inline of(a: v128, b: v128): v128 { return f32x4.max(a, b); }
}
class Minimum {
  @inline of(a: v128, b: v128): v128 { return f32x4.min(a, b); }
}
class Where {
  @inline of(condition: v128, a: v128, b: v128): v128 {
    return v128.bitselect(a, b, f32x4.ne(condition, f32x4.splat(0)));
  }
}

export function add(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<Add>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

export function sub(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<Sub>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

export function mul(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<Mul>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

export function div(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<Div>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

export function maximum(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<Maximum>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

export function minimum(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<Minimum>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

/** Where it is not taken, a side is read but its value has no effect. */
export function where(
  rows: i32, cols: i32,
  condition: usize, conditionRow: usize, conditionCol: usize,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  ternary<Where>(rows, cols, condition, conditionRow, conditionCol, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}
