// Copying, filling and comparing, for numbers of four bytes: copies are bit for bit and serve every element type.
import { binary, unary } from './elementwise';
import { held, heldInt32 } from './lanes';
import { copyTurned } from './transpose';

class Copy {
  @inline of(x: v128): v128 { return x; }
}
class Equal {
  @inline of(a: v128, b: v128): v128 { return v128.and(f32x4.eq(a, b), f32x4.splat(1)); }
}
class Greater {
  @inline of(a: v128, b: v128): v128 { return v128.and(f32x4.gt(a, b), f32x4.splat(1)); }
}
class EqualInt32 {
  @inline of(a: v128, b: v128): v128 { return v128.and(i32x4.eq(a, b), i32x4.splat(1)); }
}
class GreaterInt32 {
  @inline of(a: v128, b: v128): v128 { return v128.and(i32x4.gt_s(a, b), i32x4.splat(1)); }
}

export function copy(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  if (xRow == 1 && outCol == 1) copyTurned(rows, cols, x << 2, xCol << 2, out << 2, outRow << 2);
  else if (xCol == 1 && outRow == 1) copyTurned(cols, rows, x << 2, xRow << 2, out << 2, outCol << 2);
  else unary<Copy>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

export function fill(rows: i32, cols: i32, value: f32, out: usize, outRow: usize, outCol: usize): void {
  copy(rows, cols, held(value, 0), 0, 0, out, outRow, outCol);
}

export function fillInt32(rows: i32, cols: i32, value: i32, out: usize, outRow: usize, outCol: usize): void {
  copy(rows, cols, heldInt32(value, 0), 0, 0, out, outRow, outCol);
}

export function equal(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<Equal>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

export function equalInt32(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<EqualInt32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

export function greater(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<Greater>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

export function greaterInt32(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  binary<GreaterInt32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol);
}

/** `a < b` is `b > a`. */
export function less(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  greater(rows, cols, b, bRow, bCol, a, aRow, aCol, out, outRow, outCol);
}

/** `a < b` is `b > a`. */
export function lessInt32(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  greaterInt32(rows, cols, b, bRow, bCol, a, aRow, aCol, out, outRow, outCol);
}
