// Kernels that add into their output, and those that take a plain number beside an array: the number is put
// into memory and read as an array that repeats it.
import { add, mul } from './binary';
import { ternary } from './elementwise';
import { held, mulAdd } from './lanes';

export class MultiplyAdd {
  @inline of(a: v128, b: v128, c: v128): v128 { return mulAdd(a, b, c); }
}
class Clamp {
  @inline of(x: v128, low: v128, high: v128): v128 { return f32x4.min(f32x4.max(x, low), high); }
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
