/**
 * A number has the same bits wherever it stands: in every layout, and whichever part of the work a call is
 * given. Threads, views and packed weights rely on it.
 */
import type { DataType, FloatType, KernelTable, ReduceKernel, UnaryKernel } from '../kernels.js';
import type { ConformanceCase } from './case.js';
import { assertExact } from './compare.js';
import { waysToMultiply } from './products.js';
import { shapes, spread } from './samples.js';
import { type Grid, type Layout, outputLayouts, Workspace } from './workspace.js';

/** Calls `check` with every layout of an input, and several of the output with each. */
function forAllLayouts(check: (layout: Layout, target: Layout) => void): void {
  for (const [n, layout] of outputLayouts.entries()) {
    for (const shift of [0, 1, 2]) check(layout, outputLayouts[(n + shift) % outputLayouts.length] as Layout);
  }
}

/** The place of the part of `grid` that begins at entry (i, j). */
function from({ at: [position, row, col] }: Grid, i: number, j: number): [position: number, row: number, col: number] {
  return [position + i * row + j * col, row, col];
}

function assertSame(name: string, how: string, dtype: DataType, actual: Grid, expected: Grid): void {
  for (let i = 0; i < expected.rows; i++) {
    for (let j = 0; j < expected.cols; j++) {
      const where = `${name}, entry (${i}, ${j}) of ${expected.rows} × ${expected.cols}, ${how}`;
      assertExact(where, dtype, actual.get(i, j), expected.get(i, j));
    }
  }
}

/** `splits` says between which entries a call may be cut in two. */
function unaryCase(name: string, dtype: FloatType, kernel: UnaryKernel, splits: 'rows' | 'columns'): ConformanceCase {
  return {
    name: `${name}, same bits`,
    run() {
      const next = spread(11);
      for (const [rows, cols] of shapes) {
        Workspace.use((workspace) => {
          const x = workspace.grid(dtype, rows, cols).fill(() => 3 + 2.9 * next());
          const expected = workspace.grid(dtype, rows, cols);
          kernel(rows, cols, ...x.at, ...expected.at);
          forAllLayouts((layout, target) => {
            const moved = workspace.grid(dtype, rows, cols, layout).fill((i, j) => x.get(i, j));
            const out = workspace.grid(dtype, rows, cols, target);
            kernel(rows, cols, ...moved.at, ...out.at);
            assertSame(name, `${layout.name} → ${target.name}`, dtype, out, expected);
          });
          const parts = workspace.grid(dtype, rows, cols);
          if (splits === 'columns') {
            const left = Math.floor(cols / 3);
            kernel(rows, left, ...x.at, ...parts.at);
            kernel(rows, cols - left, ...from(x, 0, left), ...from(parts, 0, left));
          } else {
            const top = Math.floor(rows / 2);
            kernel(top, cols, ...x.at, ...parts.at);
            kernel(rows - top, cols, ...from(x, top, 0), ...from(parts, top, 0));
          }
          assertSame(name, 'in two parts', dtype, parts, expected);
        });
      }
    },
  };
}

function reduceCase(name: string, dtype: FloatType, kernel: ReduceKernel): ConformanceCase {
  return {
    name: `${name}, same bits`,
    run() {
      const next = spread(12);
      // Rows enough for kernels that keep the partial results of a block of them.
      for (const [rows, cols] of [...shapes, [300, 21] as const, [4, 300] as const]) {
        Workspace.use((workspace) => {
          const x = workspace.grid(dtype, rows, cols).fill(next);
          const expected = workspace.grid(dtype, rows, 1);
          kernel(rows, cols, ...x.at, expected.at[0], 1);
          for (const layout of outputLayouts) {
            const moved = workspace.grid(dtype, rows, cols, layout).fill((i, j) => x.get(i, j));
            const out = workspace.grid(dtype, rows, 1);
            kernel(rows, cols, ...moved.at, out.at[0], 1);
            assertSame(name, layout.name, dtype, out, expected);
          }
        });
      }
    },
  };
}

function recurrenceCase({ dtype, linearRecurrence }: KernelTable): ConformanceCase {
  return {
    name: 'linearRecurrence, same bits',
    run() {
      const next = spread(14);
      for (const [rows, cols] of shapes) {
        Workspace.use((workspace) => {
          const a = workspace.grid(dtype, rows, Math.max(cols - 1, 0)).fill(() => 1.5 * next());
          const b = workspace.grid(dtype, rows, cols).fill(next);
          const expected = workspace.grid(dtype, rows, cols);
          linearRecurrence(rows, cols, ...a.at, ...b.at, ...expected.at);
          forAllLayouts((layout, target) => {
            const factors = workspace.grid(dtype, rows, a.cols, target).fill((i, j) => a.get(i, j));
            const inputs = workspace.grid(dtype, rows, cols, layout).fill((i, j) => b.get(i, j));
            const out = workspace.grid(dtype, rows, cols, target);
            linearRecurrence(rows, cols, ...factors.at, ...inputs.at, ...out.at);
            assertSame('linearRecurrence', `${layout.name} → ${target.name}`, dtype, out, expected);
          });
          const top = Math.floor(rows / 2);
          const parts = workspace.grid(dtype, rows, cols);
          linearRecurrence(top, cols, ...a.at, ...b.at, ...parts.at);
          linearRecurrence(rows - top, cols, ...from(a, top, 0), ...from(b, top, 0), ...from(parts, top, 0));
          assertSame('linearRecurrence', 'in two parts', dtype, parts, expected);
        });
      }
    },
  };
}

/** Around the sizes at which products take another way, and beyond every block. */
const products: readonly (readonly [m: number, n: number, k: number])[] = [
  [1, 1, 300],
  [1, 37, 5],
  [2, 18, 300],
  [3, 16, 17],
  [8, 5, 9],
  [9, 3, 40],
  [5, 9, 1],
  [33, 21, 2],
  [2, 530, 7],
  [100, 17, 260],
];

function gemmCase(table: KernelTable): ConformanceCase {
  const { dtype, gemm } = table;
  const ways = waysToMultiply(table);
  return {
    name: 'gemm, same bits',
    run() {
      const next = spread(13);
      for (const [m, n, k] of products) {
        Workspace.use((workspace) => {
          const a = workspace.grid(dtype, m, k).fill(next);
          const b = workspace.grid(dtype, k, n).fill(next);
          const before = workspace.grid(dtype, m, n).fill(next);
          const expected = workspace.grid(dtype, m, n).fill((i, j) => before.get(i, j));
          gemm(m, n, k, ...a.at, ...b.at, ...expected.at, 1);
          for (const [how, multiply] of ways) {
            forAllLayouts((layout, target) => {
              const left = workspace.grid(dtype, m, k, layout).fill((i, j) => a.get(i, j));
              const right = workspace.grid(dtype, k, n, target).fill((i, j) => b.get(i, j));
              const c = workspace.grid(dtype, m, n, target).fill((i, j) => before.get(i, j));
              multiply(m, n, k, ...left.at, ...right.at, ...c.at, 1);
              assertSame('gemm', `${how}, ${layout.name} · ${target.name}`, dtype, c, expected);
            });
            const [top, side] = [Math.floor(m / 2), Math.floor(n / 3)];
            const byRows = workspace.grid(dtype, m, n).fill((i, j) => before.get(i, j));
            multiply(top, n, k, ...a.at, ...b.at, ...byRows.at, 1);
            multiply(m - top, n, k, ...from(a, top, 0), ...b.at, ...from(byRows, top, 0), 1);
            assertSame('gemm', `${how}, in two parts of the rows`, dtype, byRows, expected);
            const byCols = workspace.grid(dtype, m, n).fill((i, j) => before.get(i, j));
            multiply(m, side, k, ...a.at, ...b.at, ...byCols.at, 1);
            multiply(m, n - side, k, ...a.at, ...from(b, 0, side), ...from(byCols, 0, side), 1);
            assertSame('gemm', `${how}, in two parts of the columns`, dtype, byCols, expected);
          }
        });
      }
    },
  };
}

export function sameBitsCases(table: KernelTable): ConformanceCase[] {
  const { dtype } = table;
  const entrywise = ['exp', 'log', 'log1p', 'expm1', 'tanh', 'sigmoid', 'softplus'] as const;
  return [
    ...entrywise.map((name) => unaryCase(name, dtype, table[name], 'columns')),
    ...(['softmax', 'logSoftmax'] as const).map((name) => unaryCase(name, dtype, table[name], 'rows')),
    ...(['sum', 'logsumexp'] as const).map((name) => reduceCase(name, dtype, table[name])),
    recurrenceCase(table),
    gemmCase(table),
  ];
}
