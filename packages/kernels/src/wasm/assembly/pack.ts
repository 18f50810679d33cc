// Packing: the micro-kernel reads its operands front to back, so a block of A or B is first copied
// into panels, each holding for k = 0, 1, … the two numbers of A's two rows (or the sixteen of B's
// sixteen columns) side by side. Panels at the edge are filled up with zeros. All strides are in bytes.

/** Rows of C that the micro-kernel computes at a time. */
export const PANEL_ROWS: i32 = 2;
/** Columns of C that the micro-kernel computes at a time. */
export const PANEL_COLS: i32 = 16;

/** Writes the transpose of a 4 × 4 block: row r of the result goes to `to + 64 * r`. */
@inline
function transpose4x4(from: usize, step: usize, to: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + step);
  const r2 = v128.load(from + 2 * step);
  const r3 = v128.load(from + 3 * step);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 64);
  v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 128);
  v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 192);
}

/** One panel of `width` ≤ 16 columns, element by element. */
function packColsSlowly(depth: i32, width: i32, b: usize, bRow: usize, bCol: usize, to: usize): void {
  for (let p = 0; p < depth; p++) {
    let from = b;
    for (let j = 0; j < PANEL_COLS; j++) {
      store<f32>(to, j < width ? load<f32>(from) : 0);
      if (j < width) from += bCol;
      to += 4;
    }
    b += bRow;
  }
}

/** One full panel of B whose rows lie together. */
function packRowMajor(depth: i32, b: usize, bRow: usize, to: usize): void {
  for (let p = 0; p < depth; p++) {
    v128.store(to, v128.load(b));
    v128.store(to, v128.load(b, 16), 16);
    v128.store(to, v128.load(b, 32), 32);
    v128.store(to, v128.load(b, 48), 48);
    b += bRow;
    to += 64;
  }
}

/** One full panel of B whose columns lie together (a transposed weight matrix). */
function packColMajor(depth: i32, b: usize, bCol: usize, to: usize): void {
  let p = 0;
  for (; p + 4 <= depth; p += 4) {
    transpose4x4(b, bCol, to);
    transpose4x4(b + 4 * bCol, bCol, to + 16);
    transpose4x4(b + 8 * bCol, bCol, to + 32);
    transpose4x4(b + 12 * bCol, bCol, to + 48);
    b += 16;
    to += 256;
  }
  packColsSlowly(depth - p, PANEL_COLS, b, 4, bCol, to);
}

/** Packs `depth` × `cols` of B. */
export function packB(depth: i32, cols: i32, b: usize, bRow: usize, bCol: usize, to: usize): void {
  for (let j = 0; j < cols; j += PANEL_COLS) {
    const width = min(PANEL_COLS, cols - j);
    if (width < PANEL_COLS) packColsSlowly(depth, width, b, bRow, bCol, to);
    else if (bCol == 4) packRowMajor(depth, b, bRow, to);
    else if (bRow == 4) packColMajor(depth, b, bCol, to);
    else packColsSlowly(depth, width, b, bRow, bCol, to);
    b += <usize>PANEL_COLS * bCol;
    to += <usize>depth * 64;
  }
}

/** Packs `rows` × `depth` of A. */
export function packA(rows: i32, depth: i32, a: usize, aRow: usize, aCol: usize, to: usize): void {
  for (let i = 0; i < rows; i += PANEL_ROWS) {
    const alone = i + 1 == rows;
    let from = a;
    for (let p = 0; p < depth; p++) {
      store<f32>(to, load<f32>(from));
      store<f32>(to, alone ? 0 : load<f32>(from + aRow), 4);
      from += aCol;
      to += 8;
    }
    a += <usize>PANEL_ROWS * aRow;
  }
}
