/** The loops that every element type needs: copying, filling and comparing. */
import type { BinaryKernel, MovementTable, UnaryKernel } from '../kernels.js';
import { views } from '../memory.js';

/**
 * `out = x` for elements of four bytes. They travel as integers, because a NaN may lose its bits on
 * the way through a float register; that also makes it one loop for float32 and int32.
 */
const copy: UnaryKernel = (rows, cols, x, xRow, xCol, out, outRow, outCol) => {
  const data = views.int32;
  const contiguous = xCol === 1 && outCol === 1;
  for (let i = 0; i < rows; i++) {
    let from = x + i * xRow;
    let to = out + i * outRow;
    if (contiguous && cols > 16) {
      data.copyWithin(to, from, from + cols);
      continue;
    }
    for (let j = 0; j < cols; j++) {
      data[to] = data[from] as number;
      from += xCol;
      to += outCol;
    }
  }
};

/** The movement loops over the view that `view` returns (a float32 or an int32 one). */
export function movementOf(view: () => Float32Array | Int32Array): MovementTable {
  const fill: MovementTable['fill'] = (rows, cols, value, out, outRow, outCol) => {
    const data = view();
    for (let i = 0; i < rows; i++) {
      let to = out + i * outRow;
      if (outCol === 1) {
        data.fill(value, to, to + cols);
        continue;
      }
      for (let j = 0; j < cols; j++) {
        data[to] = value;
        to += outCol;
      }
    }
  };

  const equal: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
    const data = view();
    for (let i = 0; i < rows; i++) {
      let left = a + i * aRow;
      let right = b + i * bRow;
      let to = out + i * outRow;
      for (let j = 0; j < cols; j++) {
        data[to] = data[left] === data[right] ? 1 : 0;
        left += aCol;
        right += bCol;
        to += outCol;
      }
    }
  };

  const greater: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
    const data = view();
    for (let i = 0; i < rows; i++) {
      let left = a + i * aRow;
      let right = b + i * bRow;
      let to = out + i * outRow;
      for (let j = 0; j < cols; j++) {
        data[to] = (data[left] as number) > (data[right] as number) ? 1 : 0;
        left += aCol;
        right += bCol;
        to += outCol;
      }
    }
  };

  /** `a < b` is `b > a`. */
  const less: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) =>
    greater(rows, cols, b, bRow, bCol, a, aRow, aCol, out, outRow, outCol);

  return { copy, fill, equal, greater, less };
}

/** The loops that index tensors need. */
export const movementTable: MovementTable = movementOf(() => views.int32);
