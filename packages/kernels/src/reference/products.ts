/** Matrix product and row access, as triple and double loops. */
import ops from 'ndarray-ops';
import type { KernelTable } from '../kernels.js';
import { indices, type Operands } from './matrix.js';

type Products = Pick<KernelTable, 'gemm' | 'packedSize' | 'pack' | 'gemmPacked' | 'gatherRows' | 'scatterAddRows'>;

export function products({ matrix }: Operands): Products {
  const gemm: KernelTable['gemm'] = (m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate) => {
    const left = matrix(m, k, a, aRow, aCol);
    const right = matrix(k, n, b, bRow, bCol);
    const target = matrix(m, n, c, cRow, cCol);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = accumulate === 1 ? target.get(i, j) : 0;
        for (let p = 0; p < k; p++) total += left.get(i, p) * right.get(p, j);
        target.set(i, j, total);
      }
    }
  };

  return {
    gemm,

    // A packed matrix is the matrix, row after row.
    packedSize: (n, k) => n * k,
    pack: (n, k, b, bRow, bCol, panel) => ops.assign(matrix(k, n, panel, n, 1), matrix(k, n, b, bRow, bCol)),
    gemmPacked: (m, n, k, a, aRow, aCol, panel, c, cRow, cCol, accumulate) =>
      gemm(m, n, k, a, aRow, aCol, panel, n, 1, c, cRow, cCol, accumulate),

    gatherRows: (count, width, table, tableRow, tableCol, ids, out, outRow, outCol) => {
      const id = indices(count, ids, 1);
      const target = matrix(count, width, out, outRow, outCol);
      for (let i = 0; i < count; i++) {
        const source = matrix(1, width, table + id.get(i) * tableRow, tableRow, tableCol);
        for (let j = 0; j < width; j++) target.set(i, j, source.get(0, j));
      }
    },

    scatterAddRows: (count, width, x, xRow, xCol, ids, out, outRow, outCol) => {
      const id = indices(count, ids, 1);
      const source = matrix(count, width, x, xRow, xCol);
      for (let i = 0; i < count; i++) {
        const target = matrix(1, width, out + id.get(i) * outRow, outRow, outCol);
        for (let j = 0; j < width; j++) target.set(0, j, target.get(0, j) + source.get(i, j));
      }
    },
  };
}
