// Rows by index: gathering copies them, scattering adds them in order.
import { put, take } from './lanes';

export function gatherRows(
  count: i32, width: i32, table: usize, tableRow: usize, tableCol: usize, ids: usize,
  out: usize, outRow: usize, outCol: usize,
): void {
  for (let i = 0; i < count; i++) {
    let from = (table + <usize>load<i32>((ids + <usize>i) << 2) * tableRow) << 2;
    let to = (out + <usize>i * outRow) << 2;
    for (let left = width; left > 0; left -= 4) {
      put(to, outCol << 2, left, take(from, tableCol << 2, left));
      from += tableCol << 4;
      to += outCol << 4;
    }
  }
}

export function scatterAddRows(
  count: i32, width: i32, x: usize, xRow: usize, xCol: usize, ids: usize,
  out: usize, outRow: usize, outCol: usize,
): void {
  for (let i = 0; i < count; i++) {
    let from = (x + <usize>i * xRow) << 2;
    let to = (out + <usize>load<i32>((ids + <usize>i) << 2) * outRow) << 2;
    for (let left = width; left > 0; left -= 4) {
      put(to, outCol << 2, left, f32x4.add(take(to, outCol << 2, left), take(from, xCol << 2, left)));
      from += xCol << 4;
      to += outCol << 4;
    }
  }
}
