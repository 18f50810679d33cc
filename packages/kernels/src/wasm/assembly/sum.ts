// Sums of rows. Number j of a row goes into the partial sum j mod 8, and the eight are added in a fixed
// order (`totalOf`): in every layout, so a sum has the same bits whether its numbers lie together or apart.
import { HELD_BYTES, keep, put, take, work } from './lanes';

/** Outputs whose partial sums stay in the nearest cache. */
const BLOCK: i32 = 256;
const BLOCK_BYTES: usize = <usize>BLOCK << 2;

/** The eight partial sums 0 … 3 and 4 … 7 as one number: ((0+4) + (2+6)) + ((1+5) + (3+7)). */
@inline
export function totalOf(low: v128, high: v128): f32 {
  const four = f32x4.add(low, high);
  const two = f32x4.add(four, v128.shuffle<f32>(four, four, 2, 3, 0, 1));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}

function sumOfRow(cols: i32, from: usize, step: usize): f32 {
  let low = f32x4.splat(0);
  let high = low;
  for (; cols >= 8; cols -= 8) {
    low = f32x4.add(low, take(from, step, 4));
    high = f32x4.add(high, take(from + 4 * step, step, 4));
    from += 8 * step;
  }
  const zeros = f32x4.splat(0);
  if (cols > 0) low = f32x4.add(low, keep(take(from, step, cols), cols, zeros));
  if (cols > 4) high = f32x4.add(high, keep(take(from + 4 * step, step, cols - 4), cols - 4, zeros));
  return totalOf(low, high);
}

/**
 * The sums of up to BLOCK rows whose first numbers lie together (sums over the columns of a matrix): goes
 * through memory as it lies, and keeps the partial sums of all rows at once.
 */
function sumOfBlock(rows: i32, cols: i32, x: usize, xCol: usize, out: usize, outStep: usize): void {
  const partials = work + HELD_BYTES;
  memory.fill(partials, 0, 8 * BLOCK_BYTES);
  for (let j = 0; j < cols; j++) {
    let from = x;
    let partial = partials + <usize>(j & 7) * BLOCK_BYTES;
    for (let left = rows; left > 0; left -= 4) {
      v128.store(partial, f32x4.add(v128.load(partial), take(from, 4, left)));
      from += 16;
      partial += 16;
    }
    x += xCol;
  }
  let partial = partials;
  for (let left = rows; left > 0; left -= 4) {
    put(out, outStep, left, totalsOf(partial));
    partial += 16;
    out += 4 * outStep;
  }
}

/** `totalOf` for four rows. */
@inline
function totalsOf(partial: usize): v128 {
  return f32x4.add(
    f32x4.add(pairOf(partial), pairOf(partial + 2 * BLOCK_BYTES)),
    f32x4.add(pairOf(partial + BLOCK_BYTES), pairOf(partial + 3 * BLOCK_BYTES)),
  );
}

/** A partial sum and the one four further on. */
@inline
function pairOf(partial: usize): v128 {
  return f32x4.add(v128.load(partial), v128.load(partial + 4 * BLOCK_BYTES));
}

export function sum(rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outStep: usize): void {
  x <<= 2; xRow <<= 2; xCol <<= 2;
  out <<= 2; outStep <<= 2;
  if (xRow == 4 && xCol != 4 && rows >= 4) {
    for (let i = 0; i < rows; i += BLOCK) {
      const start = <usize>i;
      sumOfBlock(min(BLOCK, rows - i), cols, x + start * xRow, xCol, out + start * outStep, outStep);
    }
    return;
  }
  for (let i = 0; i < rows; i++) {
    store<f32>(out, sumOfRow(cols, x, xCol));
    x += xRow;
    out += outStep;
  }
}
