// Matrix product by blocks that fit the caches: a block of B (depth × cols) is packed once and used for
// all rows of A; panels of both go through the micro-kernel, which `scripts/micro-kernel.mjs` generates.
//
// Every number of C is the sum, over blocks of DEPTH products, of sums that run through k in order:
// its bits depend on k alone, not on m, n, strides or its place in C.
//
// After K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication", 2008.
import { micro2x16 } from './micro-kernel';
import { PANEL_COLS, PANEL_ROWS, packA, packB } from './pack';

const DEPTH: i32 = 256;
const ROWS: i32 = 96;
const COLS: i32 = 512;

const TILE_BYTES: i32 = PANEL_ROWS * PANEL_COLS * 4;
const PACKED_A_BYTES: i32 = ROWS * DEPTH * 4;
const PACKED_B_BYTES: i32 = COLS * DEPTH * 4;
export const GEMM_WORK_BYTES: i32 = TILE_BYTES + PACKED_A_BYTES + PACKED_B_BYTES;

/** Adds a finished tile to C, or puts it there, where the micro-kernel could not write it directly. */
function moveTile(tile: usize, rows: i32, cols: i32, c: usize, cRow: usize, cCol: usize, add: bool): void {
  for (let i = 0; i < rows; i++) {
    let from = tile + (<usize>(i * PANEL_COLS) << 2);
    let to = c + <usize>i * cRow;
    for (let j = 0; j < cols; j++) {
      const value = load<f32>(from);
      store<f32>(to, add ? load<f32>(to) + value : value);
      from += 4;
      to += cCol;
    }
  }
}

/** All tiles of one packed block of A (`rows` × `depth`) times one of B (`depth` × `cols`). */
function multiplyBlock(
  rows: i32, cols: i32, depth: i32, packedA: usize, packedB: usize, tile: usize,
  c: usize, cRow: usize, cCol: usize, add: bool,
): void {
  for (let j = 0; j < cols; j += PANEL_COLS) {
    const width = min(PANEL_COLS, cols - j);
    const b = packedB + (<usize>(j * depth) << 2);
    for (let i = 0; i < rows; i += PANEL_ROWS) {
      const height = min(PANEL_ROWS, rows - i);
      const a = packedA + (<usize>(i * depth) << 2);
      const to = c + <usize>i * cRow + <usize>j * cCol;
      if (width == PANEL_COLS && height == PANEL_ROWS && cCol == 4) {
        micro2x16(depth, a, b, to, cRow, add);
      } else {
        micro2x16(depth, a, b, tile, <usize>PANEL_COLS << 2, false);
        moveTile(tile, height, width, to, cRow, cCol, add);
      }
    }
  }
}

function clear(m: i32, n: i32, c: usize, cRow: usize, cCol: usize): void {
  for (let i = 0; i < m; i++) {
    let to = c + <usize>i * cRow;
    for (let j = 0; j < n; j++) {
      store<f32>(to, 0);
      to += cCol;
    }
  }
}

/** The table's `gemm`; positions and strides in elements, `work` the address of GEMM_WORK_BYTES free bytes. */
export function gemm(
  m: i32, n: i32, k: i32,
  a: usize, aRow: usize, aCol: usize,
  b: usize, bRow: usize, bCol: usize,
  c: usize, cRow: usize, cCol: usize,
  accumulate: i32, work: usize,
): void {
  // Cᵀ = Bᵀ·Aᵀ gives the same sums, and rows that lie together are written by the vector.
  if (cCol != 1 && cRow == 1) {
    gemm(n, m, k, b, bCol, bRow, a, aCol, aRow, c, cCol, cRow, accumulate, work);
    return;
  }
  a <<= 2; aRow <<= 2; aCol <<= 2;
  b <<= 2; bRow <<= 2; bCol <<= 2;
  c <<= 2; cRow <<= 2; cCol <<= 2;
  if (k == 0 && accumulate == 0) clear(m, n, c, cRow, cCol);
  const tile = work;
  const packedA = tile + TILE_BYTES;
  const packedB = packedA + PACKED_A_BYTES;
  for (let j = 0; j < n; j += COLS) {
    const cols = min(COLS, n - j);
    for (let p = 0; p < k; p += DEPTH) {
      const depth = min(DEPTH, k - p);
      const add = accumulate != 0 || p > 0;
      packB(depth, cols, b + <usize>p * bRow + <usize>j * bCol, bRow, bCol, packedB);
      for (let i = 0; i < m; i += ROWS) {
        const rows = min(ROWS, m - i);
        packA(rows, depth, a + <usize>i * aRow + <usize>p * aCol, aRow, aCol, packedA);
        multiplyBlock(rows, cols, depth, packedA, packedB, tile, c + <usize>i * cRow + <usize>j * cCol, cRow, cCol, add);
      }
    }
  }
}
