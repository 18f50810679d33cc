// Matrix product by blocks that fit the caches: a block of B (depth × cols) is packed into panels and used
// for all rows of A; the micro-kernels, which `scripts/micro-kernel.mjs` generates, multiply pairs of rows by
// panels. Few rows go through B as it lies (gemv.ts), and k = 1 is an elementwise product.
//
// Every number of C is the sum, over blocks of DEPTH products, of sums that run through k in order from
// −0: its bits depend on k alone, not on m, n, strides, packing or its place in C.
//
// After K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication", 2008.
import { mul } from './binary';
import { ternary } from './elementwise';
import { multiplyByColumns, multiplyByRows } from './gemv';
import { HELD_BYTES, put, take, work } from './lanes';
import { multiply1, multiply2, multiplyRow } from './micro-kernel';
import { copy, fill } from './movement';
import { PANEL_COLS, packPanels, panelBytes } from './pack';

const DEPTH: i32 = 256;
const ROWS: i32 = 96;
const COLS: i32 = 512;

/** Up to how many rows of A are multiplied one by one: as many as that is faster for than packing B (measured). */
@inline
function fewRows(bRow: usize, bCol: usize): i32 {
  return bCol == 1 ? 5 : bRow == 1 ? 2 : 0;
}

const ROW_BYTES: i32 = COLS * 4;
const TILE_BYTES: i32 = 2 * PANEL_COLS * 4;
const A_BYTES: i32 = ROWS * DEPTH * 4;
const B_BYTES: i32 = COLS * DEPTH * 4;
/** Size of the work area; no other kernel needs as much. */
export const WORK_BYTES: i32 = HELD_BYTES + ROW_BYTES + TILE_BYTES + A_BYTES + B_BYTES;

/** Adds finished sums to a row of C, or puts them there. */
@inline
function moveRow(from: usize, cols: i32, c: usize, cCol: usize, add: bool): void {
  for (; cols > 0; cols -= 4) {
    const sums = v128.load(from);
    put(c, cCol, cols, add ? f32x4.add(take(c, cCol, cols), sums) : sums);
    from += 16;
    c += 4 * cCol;
  }
}

/** All tiles of a block: `rows` × `depth` of A, whose rows lie together, times `depth` × `cols` of packed B. */
function multiplyBlock(
  rows: i32, cols: i32, depth: i32, a: usize, aRow: usize, b: usize, panel: usize,
  c: usize, cRow: usize, cCol: usize, add: bool,
): void {
  const tile = work + HELD_BYTES;
  let j = 0;
  if (rows == 1 && cCol == 4) {
    // A single row, as in sampling and with a batch of one, takes two panels at a time.
    for (; j + 2 * PANEL_COLS <= cols; j += 2 * PANEL_COLS) {
      multiplyRow(depth, a, b, b + panel, c + (<usize>j << 2), add);
      b += 2 * panel;
    }
  }
  for (; j < cols; j += PANEL_COLS) {
    const width = min(PANEL_COLS, cols - j);
    const writesDirectly = cCol == 4 && (width & 3) == 0;
    let fromA = a;
    let to = c + <usize>j * cCol;
    for (let i = 0; i < rows; i += 2) {
      const pair = i + 1 < rows;
      const target = writesDirectly ? to : tile;
      const targetRow = writesDirectly ? cRow : <usize>PANEL_COLS << 2;
      if (pair) multiply2(depth, width, fromA, aRow, b, target, targetRow, writesDirectly && add);
      else multiply1(depth, width, fromA, aRow, b, target, targetRow, writesDirectly && add);
      if (!writesDirectly) {
        moveRow(tile, width, to, cCol, add);
        if (pair) moveRow(tile + targetRow, width, to + cRow, cCol, add);
      }
      fromA += 2 * aRow;
      to += 2 * cRow;
    }
    b += panel;
  }
}

/** The product by blocks; B is packed here, block by block, or was before (`isPacked`). */
function multiplyByBlocks(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize, isPacked: bool,
  c: usize, cRow: usize, cCol: usize, accumulate: bool,
): void {
  const rowsOfA = work + HELD_BYTES + TILE_BYTES;
  const packedB = rowsOfA + A_BYTES;
  for (let j = 0; j < n; j += COLS) {
    const cols = min(COLS, n - j);
    for (let p = 0; p < k; p += DEPTH) {
      const depth = min(DEPTH, k - p);
      const panels = isPacked ? b + (<usize>(j * k + p * PANEL_COLS) << 2) : packedB;
      const panel = panelBytes(isPacked ? k : depth);
      if (!isPacked) packPanels(depth, cols, b + <usize>p * bRow + <usize>j * bCol, bRow, bCol, panels);
      for (let i = 0; i < m; i += ROWS) {
        const rows = min(ROWS, m - i);
        let from = a + <usize>i * aRow + <usize>p * aCol;
        let fromRow = aRow;
        if (aCol != 4) {
          fromRow = <usize>depth << 2;
          copy(rows, depth, from >> 2, aRow >> 2, aCol >> 2, rowsOfA >> 2, depth, 1);
          from = rowsOfA;
        }
        const to = c + <usize>i * cRow + <usize>j * cCol;
        multiplyBlock(rows, cols, depth, from, fromRow, panels, panel, to, cRow, cCol, accumulate || p > 0);
      }
    }
  }
}

/** The product row by row, for a B whose rows or columns lie together. */
function multiplyFewRows(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, bCol: usize,
  c: usize, cRow: usize, cCol: usize, accumulate: bool,
): void {
  const y = work + HELD_BYTES;
  for (let j = 0; j < n; j += COLS) {
    const cols = min(COLS, n - j);
    for (let p = 0; p < k; p += DEPTH) {
      const depth = min(DEPTH, k - p);
      const block = b + <usize>p * bRow + <usize>j * bCol;
      for (let i = 0; i < m; i++) {
        const row = a + <usize>i * aRow + <usize>p * aCol;
        if (bCol == 4) multiplyByRows(depth, cols, row, aCol, block, bRow, y);
        else multiplyByColumns(depth, cols, row, aCol, block, bCol, y);
        moveRow(y, cols, c + <usize>i * cRow + <usize>j * cCol, cCol, accumulate || p > 0);
      }
    }
  }
}

class AddProduct {
  @inline of(a: v128, b: v128, c: v128): v128 { return f32x4.add(c, f32x4.mul(a, b)); }
}

/** C (+)= a·bᵀ: an elementwise product of a column that is repeated and a row that is repeated. */
function outer(
  m: i32, n: i32, a: usize, aRow: usize, b: usize, bCol: usize, c: usize, cRow: usize, cCol: usize, accumulate: bool,
): void {
  if (accumulate) ternary<AddProduct>(m, n, a, aRow, 0, b, 0, bCol, c, cRow, cCol, c, cRow, cCol);
  else mul(m, n, a, aRow, 0, b, 0, bCol, c, cRow, cCol);
}

export function gemm(
  m: i32, n: i32, k: i32,
  a: usize, aRow: usize, aCol: usize,
  b: usize, bRow: usize, bCol: usize,
  c: usize, cRow: usize, cCol: usize,
  accumulate: i32,
): void {
  // Cᵀ = Bᵀ·Aᵀ gives the same sums: as it has fewer rows, or as C's rows lie together then.
  let hasFewRows = m <= fewRows(bRow, bCol);
  const hasFewCols = n <= fewRows(aCol, aRow);
  if (hasFewRows == hasFewCols ? cCol != 1 && cRow == 1 : hasFewCols) {
    hasFewRows = hasFewCols;
    let swap: usize = m; m = n; n = <i32>swap;
    swap = a; a = b; b = swap;
    swap = aRow; aRow = bCol; bCol = swap;
    swap = aCol; aCol = bRow; bRow = swap;
    swap = cRow; cRow = cCol; cCol = swap;
  }
  if (k == 0 && accumulate == 0) fill(m, n, 0, c, cRow, cCol);
  if (k == 1) outer(m, n, a, aRow, b, bCol, c, cRow, cCol, accumulate != 0);
  if (k <= 1) return;
  a <<= 2; aRow <<= 2; aCol <<= 2;
  b <<= 2; bRow <<= 2; bCol <<= 2;
  c <<= 2; cRow <<= 2; cCol <<= 2;
  if (hasFewRows) {
    multiplyFewRows(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate != 0);
  } else {
    multiplyByBlocks(m, n, k, a, aRow, aCol, b, bRow, bCol, false, c, cRow, cCol, accumulate != 0);
  }
}

/** With the columns of the last panel that are filled up. */
export function packedSize(n: i32, k: i32): i32 {
  return ((n + PANEL_COLS - 1) & ~(PANEL_COLS - 1)) * k;
}

/** Panel after panel, each for all of k: what some columns are packed to does not depend on how many there are. */
export function pack(n: i32, k: i32, b: usize, bRow: usize, bCol: usize, panel: usize): void {
  packPanels(k, n, b << 2, bRow << 2, bCol << 2, panel << 2);
}

export function gemmPacked(
  m: i32, n: i32, k: i32,
  a: usize, aRow: usize, aCol: usize,
  panel: usize,
  c: usize, cRow: usize, cCol: usize,
  accumulate: i32,
): void {
  if (k == 0 && accumulate == 0) fill(m, n, 0, c, cRow, cCol);
  multiplyByBlocks(
    m, n, k, a << 2, aRow << 2, aCol << 2, panel << 2, 0, 0, true, c << 2, cRow << 2, cCol << 2, accumulate != 0,
  );
}
