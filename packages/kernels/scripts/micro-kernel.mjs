/**
 * Writes the innermost loops of the matrix product as AssemblyScript. They are generated because every
 * accumulator must be a local variable of its own for the engine to keep it in a register.
 */

/** Rows of C that a kernel computes at most, and vectors of four columns in a panel of B. */
const ROWS = 2;
const VECTORS = 4;

/** All kernels: full tiles, and the smaller ones at the right and lower edges. */
export function microKernels() {
  const shapes = Array.from({ length: ROWS * VECTORS }, (_, i) => [1 + Math.floor(i / VECTORS), 1 + (i % VECTORS)]);
  return [
    "import { mulAdd } from './lanes';",
    ...shapes.map(([rows, vectors]) => microKernel(rows, vectors)),
    ...Array.from({ length: ROWS }, (_, i) => choice(i + 1)),
    twoPanels(),
  ].join('\n');
}

const each = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** One kernel: `rows` rows of A times `vectors` vectors of a panel. */
function microKernel(rows, vectors) {
  const tile = (line) => each(rows, (i) => each(vectors, (j) => line(i, j)));

  /** One step of k: `C[i, j] += A[i] * B[j]`, `ahead` steps further on. */
  const step = (ahead) => `
    ${each(vectors, (j) => `b${j} = v128.load(b, ${(ahead * VECTORS + j) * 16});`)}
    ${each(
      rows,
      (i) => `x = v128.load32_splat(a${i}, ${ahead * 4});
    ${each(vectors, (j) => `c${i}_${j} = mulAdd(x, b${j}, c${i}_${j});`)}`,
    )}`;

  const store = (value) =>
    each(rows, (i) => `${each(vectors, (j) => `v128.store(c, ${value(i, j)}, ${j * 16});`)}\nc += cRow;`);

  // Sums begin at −0, which leaves the first product as it is. k is unrolled by two. The exit between the
  // two steps also ends a basic block: without it the engine moves all loads of both steps to the top and
  // spills the accumulators.
  return `
function micro${rows}x${4 * vectors}(k: i32, a: usize, aRow: usize, b: usize, c: usize, cRow: usize, add: bool): void {
  ${tile((i, j) => `let c${i}_${j} = f32x4.splat(-0.0);`)}
  ${each(vectors, (j) => `let b${j}: v128;`)}
  let x: v128;
  ${each(rows, (i) => `let a${i} = a + ${i} * aRow;`)}
  while (true) {
    ${step(0)}
    if (k == 1) break;
    ${step(1)}
    k -= 2;
    if (k == 0) break;
    ${each(rows, (i) => `a${i} += 8;`)}
    b += ${2 * VECTORS * 16};
  }
  if (add) {
    ${store((i, j) => `f32x4.add(v128.load(c, ${j * 16}), c${i}_${j})`)}
  } else {
    ${store((i, j) => `c${i}_${j}`)}
  }
}
`;
}

/** One row of A times two panels at once: the four sums of one panel are too few to keep the adders busy. */
function twoPanels() {
  const accumulators = 2 * VECTORS;
  const half = (panel, first, ahead) =>
    each(VECTORS, (j) => {
      const sum = `c${first + j}`;
      return `${sum} = mulAdd(x, v128.load(${panel}, ${(ahead * VECTORS + j) * 16}), ${sum});`;
    });
  // There is always a next panel: the exit between the halves ends a basic block, as the one between steps does.
  const step = (ahead) => `
    x = v128.load32_splat(a, ${ahead * 4});
    ${half('b', 0, ahead)}
    if (bNext == 0) break;
    ${half('bNext', VECTORS, ahead)}`;
  const store = (value) => each(accumulators, (j) => `v128.store(c, ${value(j)}, ${j * 16});`);
  return `
/** C (+)= A·B for one row of A and the ${8 * VECTORS} columns of two panels of B, at \`b\` and \`bNext\`; k > 0. */
export function multiplyRow(k: i32, a: usize, b: usize, bNext: usize, c: usize, add: bool): void {
  ${each(accumulators, (j) => `let c${j} = f32x4.splat(-0.0);`)}
  let x: v128;
  while (true) {
    ${step(0)}
    if (k == 1) break;
    ${step(1)}
    k -= 2;
    if (k == 0) break;
    a += 8;
    b += ${2 * VECTORS * 16};
    bNext += ${2 * VECTORS * 16};
  }
  if (add) {
    ${store((j) => `f32x4.add(v128.load(c, ${j * 16}), c${j})`)}
  } else {
    ${store((j) => `c${j}`)}
  }
}
`;
}

/** A function that picks the kernel for some width. */
function choice(rows) {
  const call = (vectors) => `micro${rows}x${4 * vectors}(k, a, aRow, b, c, cRow, add);`;
  return `
/**
 * C (+)= A·B for ${rows} row(s) of A and the first \`width\` ≤ ${4 * VECTORS} columns of a panel of B, rounded up to vectors.
 * k > 0; rows of A lie together, \`aRow\` and \`cRow\` are in bytes.
 */
export function multiply${rows}(
  k: i32, width: i32, a: usize, aRow: usize, b: usize, c: usize, cRow: usize, add: bool,
): void {
  ${each(VECTORS - 1, (i) => `${i > 0 ? 'else ' : ''}if (width > ${4 * (VECTORS - 1 - i)}) ${call(VECTORS - i)}`)}
  else ${call(1)}
}
`;
}
