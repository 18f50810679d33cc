// The largest and smallest of each row, and where the largest stands. No order can change these results.
import { put, take } from './lanes';

class Larger {
  @inline start(): f32 { return -Infinity; }
  @inline of(a: v128, b: v128): v128 { return f32x4.max(a, b); }
}
class Smaller {
  @inline start(): f32 { return Infinity; }
  @inline of(a: v128, b: v128): v128 { return f32x4.min(a, b); }
}

/** The extremum. */
@inline
function extremumOfRow<Op>(cols: i32, from: usize, step: usize): f32 {
  const op = changetype<Op>(0);
  let first = f32x4.splat(op.start());
  let second = first;
  for (; cols >= 8; cols -= 8) {
    first = op.of(first, take(from, step, 4));
    second = op.of(second, take(from + 4 * step, step, 4));
    from += 8 * step;
  }
  // Beyond the end of the row, `take` repeats a number of the row, which changes nothing.
  for (; cols > 0; cols -= 4) {
    first = op.of(first, take(from, step, cols));
    from += 4 * step;
  }
  first = op.of(first, second);
  first = op.of(first, v128.shuffle<f32>(first, first, 2, 3, 0, 1));
  return f32x4.extract_lane(op.of(first, v128.shuffle<f32>(first, first, 1, 0, 3, 2)), 0);
}

@inline
function extrema<Op>(rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outStep: usize): void {
  const op = changetype<Op>(0);
  x <<= 2; xRow <<= 2; xCol <<= 2;
  out <<= 2; outStep <<= 2;
  if (xRow == 4 && xCol != 4) {
    // Four rows side by side, number by number.
    for (; rows > 0; rows -= 4) {
      let from = x;
      let found = f32x4.splat(op.start());
      for (let j = 0; j < cols; j++) {
        found = op.of(found, take(from, 4, rows));
        from += xCol;
      }
      put(out, outStep, rows, found);
      x += 16;
      out += 4 * outStep;
    }
    return;
  }
  for (; rows > 0; rows--) {
    store<f32>(out, extremumOfRow<Op>(cols, x, xCol));
    x += xRow;
    out += outStep;
  }
}

export function max(rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outStep: usize): void {
  extrema<Larger>(rows, cols, x, xRow, xCol, out, outStep);
}

export function min(rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outStep: usize): void {
  extrema<Smaller>(rows, cols, x, xRow, xCol, out, outStep);
}

/** The first place of the largest number, or of a NaN where there is one; 0 in an empty row. */
function indexOfLargest(cols: i32, from: usize, step: usize): i32 {
  const largest = extremumOfRow<Larger>(cols, from, step);
  for (let j = 0; j < cols; j++) {
    const value = load<f32>(from);
    if (value == largest || value != value) return j;
    from += step;
  }
  return 0;
}

export function argmax(rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outStep: usize): void {
  for (let i = 0; i < rows; i++) {
    store<i32>((out + <usize>i * outStep) << 2, indexOfLargest(cols, (x + <usize>i * xRow) << 2, xCol << 2));
  }
}
