/** A kernel table whose matrix products a library computes, in the memory of the others: nothing is copied to and fro. */
import type { KernelTable } from '@unroll/kernels';
import type { Library } from './library.js';

/** Constants of the C interface. */
const ROW_MAJOR = 101;
const AS_IT_IS = 111;
const TRANSPOSED = 112;

/** Below so many multiplications the call costs more than the product. */
const WORTH = 8_000;

/** How a matrix lies: whether its columns lie together instead of its rows, and how far they are from each other. */
interface Leading {
  readonly flag: number;
  readonly step: number;
}

/** How the library reads a `rows × cols` matrix, or undefined where it cannot: with strides in both directions, or of 0. */
function leading(rows: number, cols: number, row: number, col: number): Leading | undefined {
  if ((col === 1 || cols === 1) && (row >= cols || rows === 1)) return { flag: AS_IT_IS, step: Math.max(row, cols) };
  if ((row === 1 || rows === 1) && (col >= rows || cols === 1)) return { flag: TRANSPOSED, step: Math.max(col, rows) };
  return undefined;
}

/** `table` with its products by `library`. `base` is the address of position 0. */
export function blasTable(table: KernelTable, { gemm, gemv }: Library, base: number): KernelTable {
  const at = (position: number): number => base + 4 * position;

  const multiply: KernelTable['gemm'] = (m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate) => {
    if (m * n * k >= WORTH) {
      if (cCol !== 1 && cRow === 1) {
        // Rows of Cᵀ = Bᵀ·Aᵀ lie together.
        if (multiplyRows(n, m, k, b, bCol, bRow, a, aCol, aRow, c, cCol, accumulate)) return;
      } else if (cCol === 1 || n === 1) {
        if (multiplyRows(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, accumulate)) return;
      }
    }
    table.gemm(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate);
  };

  /** Into a C whose rows lie together. Returns whether the library can. */
  function multiplyRows(
    m: number,
    n: number,
    k: number,
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    bCol: number,
    c: number,
    cRow: number,
    beta: 0 | 1,
  ): boolean {
    const left = leading(m, k, aRow, aCol);
    const right = leading(k, n, bRow, bCol);
    if (left === undefined || right === undefined || (m > 1 && cRow < n)) return false;
    // Some libraries multiply the old numbers by 0, NaN too.
    if (beta === 0 && (m === 1 || n === 1)) table.fill(m, n, 0, c, cRow, 1);
    if (m === 1) {
      // y = Bᵀ·x
      const [rows, cols, flag] = right.flag === AS_IT_IS ? [k, n, TRANSPOSED] : [n, k, AS_IT_IS];
      gemv(ROW_MAJOR, flag, rows, cols, 1, at(b), right.step, at(a), k === 1 ? 1 : aCol, 1, at(c), 1);
    } else if (n === 1) {
      const [rows, cols] = left.flag === AS_IT_IS ? [m, k] : [k, m];
      gemv(ROW_MAJOR, left.flag, rows, cols, 1, at(a), left.step, at(b), k === 1 ? 1 : bRow, 1, at(c), cRow);
    } else {
      const { flag: flagA, step: stepA } = left;
      gemm(ROW_MAJOR, flagA, right.flag, m, n, k, 1, at(a), stepA, at(b), right.step, beta, at(c), cRow);
    }
    return true;
  }

  return {
    ...table,
    gemm: multiply,
    packedSize: () => 0, // the library has an order of its own, and brings B into it in each call
  };
}
