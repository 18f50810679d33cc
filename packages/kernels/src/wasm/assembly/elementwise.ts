// The loops of all kernels that compute each entry for itself. `Op` is a class without fields whose method
// `of` computes four entries; it is a type parameter, so every kernel is compiled with its own formula inside.
//
// Where the output's rows lie together and each input's do too, or repeat one number, a row runs two vectors
// at a time; what remains, and every other layout, goes four numbers at a time through `take` and `put`.
import { put, repeated, take } from './lanes';

/** A column is a row, and a transposed matrix a matrix, when rows and columns change names. */
@inline
function isColumnMajor(cols: i32, outRow: usize, outCol: usize): bool {
  return outRow == 1 && (outCol != 1 || cols == 1);
}

/** Whether a loop over vectors can read an input with this stride in bytes. */
@inline
function isStreamable(step: usize): bool {
  return step == 4 || step == 0;
}

/** `out[i, j] = Op(x[i, j])`; positions and strides in elements. */
@inline
export function unary<Op>(
  rows: i32, cols: i32,
  x: usize, xRow: usize, xCol: usize,
  out: usize, outRow: usize, outCol: usize,
): void {
  const op = changetype<Op>(0);
  if (isColumnMajor(cols, outRow, outCol)) {
    let swap: usize = rows; rows = cols; cols = <i32>swap;
    swap = xRow; xRow = xCol; xCol = swap;
    swap = outRow; outRow = outCol; outCol = swap;
  }
  x <<= 2; xRow <<= 2; xCol <<= 2;
  out <<= 2; outRow <<= 2; outCol <<= 2;
  const streams = outCol == 4 && isStreamable(xCol);
  for (let i = 0; i < rows; i++) {
    let left = cols;
    let from = x;
    let to = out;
    if (streams && left >= 8) {
      if (xCol == 0) from = repeated(from, 0);
      for (; left >= 8; left -= 8) {
        const first = op.of(v128.load(from));
        const second = op.of(v128.load(from, 16));
        v128.store(to, first);
        v128.store(to, second, 16);
        from += 8 * xCol;
        to += 32;
      }
    }
    for (; left > 0; left -= 4) {
      put(to, outCol, left, op.of(take(from, xCol, left)));
      from += 4 * xCol;
      to += 4 * outCol;
    }
    x += xRow;
    out += outRow;
  }
}

/** `out[i, j] = Op(a[i, j], b[i, j])`. */
@inline
export function binary<Op>(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize,
  b: usize, bRow: usize, bCol: usize,
  out: usize, outRow: usize, outCol: usize,
): void {
  const op = changetype<Op>(0);
  if (isColumnMajor(cols, outRow, outCol)) {
    let swap: usize = rows; rows = cols; cols = <i32>swap;
    swap = aRow; aRow = aCol; aCol = swap;
    swap = bRow; bRow = bCol; bCol = swap;
    swap = outRow; outRow = outCol; outCol = swap;
  }
  a <<= 2; aRow <<= 2; aCol <<= 2;
  b <<= 2; bRow <<= 2; bCol <<= 2;
  out <<= 2; outRow <<= 2; outCol <<= 2;
  const streams = outCol == 4 && isStreamable(aCol) && isStreamable(bCol);
  for (let i = 0; i < rows; i++) {
    let left = cols;
    let fromA = a;
    let fromB = b;
    let to = out;
    if (streams && left >= 8) {
      if (aCol == 0) fromA = repeated(fromA, 0);
      if (bCol == 0) fromB = repeated(fromB, 1);
      for (; left >= 8; left -= 8) {
        const first = op.of(v128.load(fromA), v128.load(fromB));
        const second = op.of(v128.load(fromA, 16), v128.load(fromB, 16));
        v128.store(to, first);
        v128.store(to, second, 16);
        fromA += 8 * aCol;
        fromB += 8 * bCol;
        to += 32;
      }
    }
    for (; left > 0; left -= 4) {
      put(to, outCol, left, op.of(take(fromA, aCol, left), take(fromB, bCol, left)));
      fromA += 4 * aCol;
      fromB += 4 * bCol;
      to += 4 * outCol;
    }
    a += aRow;
    b += bRow;
    out += outRow;
  }
}

/** `out[i, j] = Op(a[i, j], b[i, j], c[i, j])`. */
@inline
export function ternary<Op>(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize,
  b: usize, bRow: usize, bCol: usize,
  c: usize, cRow: usize, cCol: usize,
  out: usize, outRow: usize, outCol: usize,
): void {
  const op = changetype<Op>(0);
  if (isColumnMajor(cols, outRow, outCol)) {
    let swap: usize = rows; rows = cols; cols = <i32>swap;
    swap = aRow; aRow = aCol; aCol = swap;
    swap = bRow; bRow = bCol; bCol = swap;
    swap = cRow; cRow = cCol; cCol = swap;
    swap = outRow; outRow = outCol; outCol = swap;
  }
  a <<= 2; aRow <<= 2; aCol <<= 2;
  b <<= 2; bRow <<= 2; bCol <<= 2;
  c <<= 2; cRow <<= 2; cCol <<= 2;
  out <<= 2; outRow <<= 2; outCol <<= 2;
  const streams = outCol == 4 && isStreamable(aCol) && isStreamable(bCol) && isStreamable(cCol);
  for (let i = 0; i < rows; i++) {
    let left = cols;
    let fromA = a;
    let fromB = b;
    let fromC = c;
    let to = out;
    if (streams && left >= 8) {
      if (aCol == 0) fromA = repeated(fromA, 0);
      if (bCol == 0) fromB = repeated(fromB, 1);
      if (cCol == 0) fromC = repeated(fromC, 2);
      for (; left >= 8; left -= 8) {
        const first = op.of(v128.load(fromA), v128.load(fromB), v128.load(fromC));
        const second = op.of(v128.load(fromA, 16), v128.load(fromB, 16), v128.load(fromC, 16));
        v128.store(to, first);
        v128.store(to, second, 16);
        fromA += 8 * aCol;
        fromB += 8 * bCol;
        fromC += 8 * cCol;
        to += 32;
      }
    }
    for (; left > 0; left -= 4) {
      put(to, outCol, left, op.of(take(fromA, aCol, left), take(fromB, bCol, left), take(fromC, cCol, left)));
      fromA += 4 * aCol;
      fromB += 4 * bCol;
      fromC += 4 * cCol;
      to += 4 * outCol;
    }
    a += aRow;
    b += bRow;
    c += cRow;
    out += outRow;
  }
}
