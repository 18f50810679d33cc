// Rows by index: gathering copies them, scattering adds them in order.
import { add } from './binary';
import { copy } from './movement';

export function gatherRows(
  count: i32, width: i32, table: usize, tableRow: usize, tableCol: usize, ids: usize,
  out: usize, outRow: usize, outCol: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const from = table + <usize>load<i32>((ids + i) << 2) * tableRow;
    copy(1, width, from, 0, tableCol, out + i * outRow, 0, outCol);
  }
}

export function scatterAddRows(
  count: i32, width: i32, x: usize, xRow: usize, xCol: usize, ids: usize,
  out: usize, outRow: usize, outCol: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const to = out + <usize>load<i32>((ids + i) << 2) * outRow;
    add(1, width, to, 0, outCol, x + i * xRow, 0, xCol, to, 0, outCol);
  }
}
