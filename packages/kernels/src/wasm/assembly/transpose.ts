// Turning what lies by columns into rows, in blocks of 4 × 4. All strides are in bytes.
import { put, take } from './lanes';

/** Writes the transpose of a 4 × 4 block. */
@inline
export function transpose4x4(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + fromRow);
  const r2 = v128.load(from + 2 * fromRow);
  const r3 = v128.load(from + 3 * fromRow);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + toRow, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * toRow, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * toRow, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** Copies rows × cols numbers of a matrix whose columns lie together into one whose rows do. */
export function copyTurned(rows: i32, cols: i32, x: usize, xCol: usize, out: usize, outRow: usize): void {
  for (; rows >= 4; rows -= 4) {
    let from = x;
    let to = out;
    let left = cols;
    for (; left >= 4; left -= 4) {
      transpose4x4(from, xCol, to, outRow);
      from += 4 * xCol;
      to += 16;
    }
    for (; left > 0; left--) {
      put(to, outRow, 4, v128.load(from));
      from += xCol;
      to += 4;
    }
    x += 16;
    out += 4 * outRow;
  }
  for (; rows > 0; rows--) {
    let from = x;
    let to = out;
    for (let left = cols; left > 0; left -= 4) {
      put(to, 4, left, take(from, xCol, left));
      from += 4 * xCol;
      to += 16;
    }
    x += 4;
    out += outRow;
  }
}
