// One row of C at a time, y = a·B, for products whose A has so few rows that packing B would cost more than
// it saves. Every sum runs through k in order from −0, as in the micro-kernels. Strides are in bytes; y has
// room for whole vectors.
import { mulAdd, take } from './lanes';

/** The next vector of y for four rows of B. */
@inline
function addFourRows(
  y: v128, a0: v128, a1: v128, a2: v128, a3: v128, b0: v128, b1: v128, b2: v128, b3: v128,
): v128 {
  return mulAdd(a3, b3, mulAdd(a2, b2, mulAdd(a1, b1, mulAdd(a0, b0, y))));
}

/** B's rows lie together: they stream through, four at a time, while y stays in the nearest cache. */
export function multiplyByRows(depth: i32, cols: i32, a: usize, aCol: usize, b: usize, bRow: usize, y: usize): void {
  const vectorsEnd = y + (<usize>(cols & ~3) << 2);
  const rest = cols & 3;
  for (let to = y; to < y + (<usize>cols << 2); to += 16) v128.store(to, f32x4.splat(-0.0));
  for (; depth >= 4; depth -= 4) {
    const a0 = v128.load32_splat(a);
    const a1 = v128.load32_splat(a + aCol);
    const a2 = v128.load32_splat(a + 2 * aCol);
    const a3 = v128.load32_splat(a + 3 * aCol);
    let b0 = b;
    let b1 = b + bRow;
    let b2 = b1 + bRow;
    let b3 = b2 + bRow;
    let to = y;
    for (; to < vectorsEnd; to += 16) {
      const sum = addFourRows(
        v128.load(to), a0, a1, a2, a3, v128.load(b0), v128.load(b1), v128.load(b2), v128.load(b3),
      );
      v128.store(to, sum);
      b0 += 16;
      b1 += 16;
      b2 += 16;
      b3 += 16;
    }
    if (rest > 0) {
      const sum = addFourRows(
        v128.load(to), a0, a1, a2, a3, take(b0, 4, rest), take(b1, 4, rest), take(b2, 4, rest), take(b3, 4, rest),
      );
      v128.store(to, sum);
    }
    a += 4 * aCol;
    b += 4 * bRow;
  }
  for (; depth > 0; depth--) {
    const a0 = v128.load32_splat(a);
    let from = b;
    let to = y;
    for (let left = cols; left > 0; left -= 4) {
      v128.store(to, mulAdd(a0, take(from, 4, left), v128.load(to)));
      from += 16;
      to += 16;
    }
    a += aCol;
    b += bRow;
  }
}

/** y after four rows of B whose columns lie together: four columns from `b` on, transposed. */
@inline
function addFourColumns(y: v128, a: usize, aCol: usize, b: usize, bCol: usize): v128 {
  const c0 = v128.load(b);
  const c1 = v128.load(b + bCol);
  const c2 = v128.load(b + 2 * bCol);
  const c3 = v128.load(b + 3 * bCol);
  const low01 = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7);
  return addFourRows(
    y,
    v128.load32_splat(a), v128.load32_splat(a + aCol), v128.load32_splat(a + 2 * aCol), v128.load32_splat(a + 3 * aCol),
    v128.shuffle<f32>(low01, low23, 0, 1, 4, 5),
    v128.shuffle<f32>(low01, low23, 2, 3, 6, 7),
    v128.shuffle<f32>(high01, high23, 0, 1, 4, 5),
    v128.shuffle<f32>(high01, high23, 2, 3, 6, 7),
  );
}

/** y after `depth` rows of B for four columns, or the first `cols`. */
function addColumns(y: v128, depth: i32, cols: i32, a: usize, aCol: usize, b: usize, bCol: usize): v128 {
  if (cols >= 4) {
    for (; depth >= 4; depth -= 4) {
      y = addFourColumns(y, a, aCol, b, bCol);
      a += 4 * aCol;
      b += 16;
    }
  }
  for (; depth > 0; depth--) {
    y = mulAdd(v128.load32_splat(a), take(b, bCol, cols), y);
    a += aCol;
    b += 4;
  }
  return y;
}

/** B's columns lie together (B is a transposed weight matrix): sixteen sums at a time run down their columns. */
export function multiplyByColumns(
  depth: i32, cols: i32, a: usize, aCol: usize, b: usize, bCol: usize, y: usize,
): void {
  for (; cols >= 16; cols -= 16) {
    let y0 = f32x4.splat(-0.0);
    let y1 = y0;
    let y2 = y0;
    let y3 = y0;
    let fromA = a;
    let from = b;
    let left = depth;
    for (; left >= 4; left -= 4) {
      y0 = addFourColumns(y0, fromA, aCol, from, bCol);
      y1 = addFourColumns(y1, fromA, aCol, from + 4 * bCol, bCol);
      y2 = addFourColumns(y2, fromA, aCol, from + 8 * bCol, bCol);
      y3 = addFourColumns(y3, fromA, aCol, from + 12 * bCol, bCol);
      fromA += 4 * aCol;
      from += 16;
    }
    v128.store(y, addColumns(y0, left, 4, fromA, aCol, from, bCol));
    v128.store(y, addColumns(y1, left, 4, fromA, aCol, from + 4 * bCol, bCol), 16);
    v128.store(y, addColumns(y2, left, 4, fromA, aCol, from + 8 * bCol, bCol), 32);
    v128.store(y, addColumns(y3, left, 4, fromA, aCol, from + 12 * bCol, bCol), 48);
    y += 64;
    b += 16 * bCol;
  }
  for (; cols > 0; cols -= 4) {
    v128.store(y, addColumns(f32x4.splat(-0.0), depth, cols, a, aCol, b, bCol));
    y += 16;
    b += 4 * bCol;
  }
}
