/** Matrix product, and the gathering and scattering of rows. */
import type { KernelTable } from '../kernels.js';
import { views } from '../memory.js';

/**
 * `C (+)= A·B`, row of C by row of C: four rows of B at a time are multiplied by their four numbers of
 * A and added into the row of C, which stays in the nearest cache.
 *
 * Numerics: each sum of four products is taken in float64 and rounded when it is added to C, in the order of k.
 */
const gemm: KernelTable['gemm'] = (m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate) => {
  const data = views.float32;
  for (let i = 0; i < m; i++) {
    const target = c + i * cRow;
    if (accumulate === 0) for (let j = 0; j < n; j++) data[target + j * cCol] = 0;
    let left = a + i * aRow;
    let p = 0;
    for (; p + 4 <= k; p += 4) {
      const a0 = data[left] as number;
      const a1 = data[left + aCol] as number;
      const a2 = data[left + 2 * aCol] as number;
      const a3 = data[left + 3 * aCol] as number;
      let right = b + p * bRow;
      let to = target;
      for (let j = 0; j < n; j++) {
        const products =
          a0 * (data[right] as number) +
          a1 * (data[right + bRow] as number) +
          a2 * (data[right + 2 * bRow] as number) +
          a3 * (data[right + 3 * bRow] as number);
        data[to] = (data[to] as number) + products;
        right += bCol;
        to += cCol;
      }
      left += 4 * aCol;
    }
    for (; p < k; p++) {
      const value = data[left] as number;
      let right = b + p * bRow;
      let to = target;
      for (let j = 0; j < n; j++) {
        data[to] = (data[to] as number) + value * (data[right] as number);
        right += bCol;
        to += cCol;
      }
      left += aCol;
    }
  }
};

const pack: KernelTable['pack'] = (n, k, b, bRow, bCol, panel) => {
  const data = views.float32;
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < n; j++) data[panel + p * n + j] = data[b + p * bRow + j * bCol] as number;
  }
};

const gatherRows: KernelTable['gatherRows'] = (count, width, table, tableRow, tableCol, ids, out, outRow, outCol) => {
  const data = views.float32;
  const indices = views.int32;
  for (let i = 0; i < count; i++) {
    let from = table + (indices[ids + i] as number) * tableRow;
    let to = out + i * outRow;
    for (let j = 0; j < width; j++) {
      data[to] = data[from] as number;
      from += tableCol;
      to += outCol;
    }
  }
};

const scatterAddRows: KernelTable['scatterAddRows'] = (count, width, x, xRow, xCol, ids, out, outRow, outCol) => {
  const data = views.float32;
  const indices = views.int32;
  for (let i = 0; i < count; i++) {
    let from = x + i * xRow;
    let to = out + (indices[ids + i] as number) * outRow;
    for (let j = 0; j < width; j++) {
      data[to] = (data[to] as number) + (data[from] as number);
      from += xCol;
      to += outCol;
    }
  }
};

export const products: Pick<
  KernelTable,
  'gemm' | 'packedSize' | 'pack' | 'gemmPacked' | 'gatherRows' | 'scatterAddRows'
> = {
  gemm,
  packedSize: (n, k) => n * k,
  pack,
  gemmPacked: (m, n, k, a, aRow, aCol, panel, c, cRow, cCol, accumulate) =>
    gemm(m, n, k, a, aRow, aCol, panel, n, 1, c, cRow, cCol, accumulate),
  gatherRows,
  scatterAddRows,
};
