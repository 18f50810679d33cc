/**
 * Writes the innermost loop of the matrix product as AssemblyScript. It is generated because every
 * accumulator must be a local variable of its own for the engine to keep it in a register.
 *
 * @param {number} rows of C that the kernel computes
 * @param {number} vectors of four columns that it computes
 */
export function microKernel(rows, vectors) {
  const each = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');
  const tile = (line) => each(rows, (i) => each(vectors, (j) => line(i, j)));

  /** One step of k: `C[i, j] += A[i] * B[j]`, the panels read `step` steps further on. */
  const multiplyAdd = (step) => `
    ${each(vectors, (j) => `b${j} = v128.load(b, ${(step * vectors + j) * 16});`)}
    ${each(
      rows,
      (i) => `a0 = v128.load32_splat(a, ${(step * rows + i) * 4});
    ${each(vectors, (j) => `c${i}_${j} = f32x4.add(c${i}_${j}, f32x4.mul(a0, b${j}));`)}`,
    )}`;

  const store = (value) =>
    each(rows, (i) => `${each(vectors, (j) => `v128.store(c, ${value(i, j)}, ${j * 16});`)}\nc += cRow;`);

  // k is unrolled by two. The exit between the two steps also ends a basic block: without it the engine
  // moves all loads of both steps to the top and spills the accumulators.
  return `
/** C (+)= A·B for one panel of packed A and one of packed B, k > 0 steps deep; \`cRow\` in bytes. */
@inline
export function micro${rows}x${4 * vectors}(k: i32, a: usize, b: usize, c: usize, cRow: usize, add: bool): void {
  ${tile((i, j) => `let c${i}_${j} = f32x4.splat(0);`)}
  ${each(vectors, (j) => `let b${j}: v128;`)}
  let a0: v128;
  while (true) {
    ${multiplyAdd(0)}
    if (k == 1) break;
    ${multiplyAdd(1)}
    k -= 2;
    if (k == 0) break;
    a += ${2 * rows * 4};
    b += ${2 * vectors * 16};
  }
  if (add) {
    ${store((i, j) => `f32x4.add(v128.load(c, ${j * 16}), c${i}_${j})`)}
  } else {
    ${store((i, j) => `c${i}_${j}`)}
  }
}
`;
}
