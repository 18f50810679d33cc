// Packing: the micro-kernels read B front to back, so a block of it is first copied into panels, each
// holding for k = 0, 1, … its sixteen columns side by side. A panel at the edge is filled up with zeros.
// They read A row by row, so an A that lies by columns is copied into rows. All strides are in bytes.

/** Columns of a panel. */
export const PANEL_COLS: i32 = 16;

/** Writes the transpose of a 4 × 4 block. */
@inline
function transpose4x4(from: usize, fromRow: usize, to: usize, toRow: usize): void {
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

/** One full panel of B whose rows lie together. */
function packRowMajor(depth: i32, b: usize, bRow: usize, to: usize): void {
  for (let p = 0; p < depth; p++) {
    packRow(b, to);
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
  for (let j = 0; j < cols; j += PANEL_COLS) {
    const width = min(PANEL_COLS, cols - j);
    if (width == PANEL_COLS && bCol == 4) packRowMajor(depth, b, bRow, to);
    else if (width == PANEL_COLS && bRow == 4) packColMajor(depth, b, bCol, to);
    else packSlowly(depth, width, b, bRow, bCol, to);
    b += <usize>PANEL_COLS * bCol;
    to += <usize>depth * 64;
  }
}

/** Copies `rows` × `depth` of A so that its rows, `toRow` apart, lie together. */
export function copyRows(rows: i32, depth: i32, a: usize, aRow: usize, aCol: usize, to: usize, toRow: usize): void {
  let i = 0;
  if (aRow == 4) {
    for (; i + 4 <= rows; i += 4) {
      let from = a;
      let p = 0;
      for (; p + 4 <= depth; p += 4) {
        transpose4x4(from, aCol, to + (<usize>p << 2), toRow);
        from += 4 * aCol;
      }
      for (; p < depth; p++) {
        const column = v128.load(from);
        const at = to + (<usize>p << 2);
        v128.store_lane<f32>(at, column, 0);
        v128.store_lane<f32>(at + toRow, column, 1);
        v128.store_lane<f32>(at + 2 * toRow, column, 2);
        v128.store_lane<f32>(at + 3 * toRow, column, 3);
        from += aCol;
      }
      a += 16;
      to += 4 * toRow;
    }
  }
  for (; i < rows; i++) {
    let from = a;
    let at = to;
    for (let p = 0; p < depth; p++) {
      store<f32>(at, load<f32>(from));
      from += aCol;
      at += 4;
    }
    a += aRow;
    to += toRow;
  }
}
