// Packing: the micro-kernels read B front to back, so a block of it is first copied into panels, each
// holding for k = 0, 1, … its sixteen columns side by side. A panel at the edge is filled up with zeros.
// All strides are in bytes.
import { transpose4x4 } from './transpose';

/** Columns of a panel. */
export const PANEL_COLS: i32 = 16;

/** From one panel to the next. */
@inline
export function panelBytes(depth: i32): usize {
  return <usize>(depth * PANEL_COLS) << 2;
}

/** One panel of `width` ≤ 16 columns in any layout. */
function packSlowly(depth: i32, width: i32, b: usize, bRow: usize, bCol: usize, to: usize): void {
  for (let p = 0; p < depth; p++) {
    memory.fill(to, 0, 64);
    let from = b;
    for (let j = 0; j < width; j++) {
      store<f32>(to + (<usize>j << 2), load<f32>(from));
      from += bCol;
    }
    b += bRow;
    to += 64;
  }
}

/** One row of a panel from numbers that lie together. */
@inline
function packRow(b: usize, to: usize): void {
  v128.store(to, v128.load(b));
  v128.store(to, v128.load(b, 16), 16);
  v128.store(to, v128.load(b, 32), 32);
  v128.store(to, v128.load(b, 48), 48);
}

/** Full panels of B whose rows lie together: `panels` of them side by side, so that a row is read on for a while. */
@inline
function packRowMajor(panels: usize, depth: i32, b: usize, bRow: usize, to: usize): void {
  const panel = panelBytes(depth);
  for (let p = 0; p < depth; p++) {
    for (let i: usize = 0; i < panels; i++) packRow(b + i * 64, to + i * panel);
    b += bRow;
    to += 64;
  }
}

/** One full panel of B whose columns lie together (a transposed weight matrix). */
function packColMajor(depth: i32, b: usize, bCol: usize, to: usize): void {
  let p = 0;
  for (; p + 4 <= depth; p += 4) {
    for (let j: usize = 0; j < 4; j++) transpose4x4(b + 4 * j * bCol, bCol, to + 16 * j, 64);
    b += 16;
    to += 256;
  }
  packSlowly(depth - p, PANEL_COLS, b, 4, bCol, to);
}

/** Packs `depth` × `cols` of B. */
export function packPanels(depth: i32, cols: i32, b: usize, bRow: usize, bCol: usize, to: usize): void {
  const panel = panelBytes(depth);
  if (bCol == 4) {
    for (; cols >= 4 * PANEL_COLS; cols -= 4 * PANEL_COLS) {
      packRowMajor(4, depth, b, bRow, to);
      b += 256;
      to += 4 * panel;
    }
  }
  for (; cols > 0; cols -= PANEL_COLS) {
    if (cols < PANEL_COLS) packSlowly(depth, cols, b, bRow, bCol, to);
    else if (bCol == 4) packRowMajor(1, depth, b, bRow, to);
    else if (bRow == 4) packColMajor(depth, b, bCol, to);
    else packSlowly(depth, PANEL_COLS, b, bRow, bCol, to);
    b += <usize>PANEL_COLS * bCol;
    to += panel;
  }
}
