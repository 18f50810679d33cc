// Linear recurrences of first order. Each row is a sequence, and a step needs the one before it, so what runs side
// by side are rows. In either way through memory an entry is one `mulAdd`, which makes its bits the same.
import { ternary } from './elementwise';
import { mulAdd, put, take } from './lanes';
import { copy } from './movement';
import { MultiplyAdd } from './scaling';

export function linearRecurrence(
  rows: i32, cols: i32,
  a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  if (cols == 0) return;
  if (outRow == 1 && rows > 1) {
    // Where sequences lie beside each other, a step of all of them is a row that reads the row before it. `ternary`
    // takes rows in their order; it would turn a matrix of single columns round, and there are more.
    copy(rows, 1, b, bRow, bCol, out, outRow, outCol);
    ternary<MultiplyAdd>(
      cols - 1, rows,
      a, aCol, aRow, out, outCol, outRow, b + bCol, bCol, bRow, out + outCol, outCol, outRow,
    );
    return;
  }
  a <<= 2; aRow <<= 2; aCol <<= 2;
  b <<= 2; bRow <<= 2; bCol <<= 2;
  out <<= 2; outRow <<= 2; outCol <<= 2;
  for (; rows > 0; rows -= 4) {
    let fromA = a;
    let fromB = b;
    let to = out;
    let y = take(fromB, bRow, rows);
    put(to, outRow, rows, y);
    for (let j = 1; j < cols; j++) {
      fromB += bCol;
      to += outCol;
      y = mulAdd(take(fromA, aRow, rows), y, take(fromB, bRow, rows));
      put(to, outRow, rows, y);
      fromA += aCol;
    }
    a += 4 * aRow;
    b += 4 * bRow;
    out += 4 * outRow;
  }
}
