/** Conformance of the matrix product and of access to rows. */
import type { KernelTable } from '../kernels.js';
import type { ConformanceCase } from './case.js';
import { assertClose, assertExact, roundTo } from './compare.js';
import { sizes, spread } from './samples.js';
import { inputLayouts, type Layout, outputLayouts, Workspace } from './workspace.js';

/** How a product is asked for. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Layout;
  readonly b: Layout;
  readonly c: Layout;
  readonly accumulate: 0 | 1;
}

type GemmName = 'gemm' | 'gemmPacked';
/** `gemm`, or the same through a packed B: a kernel with the arguments of `gemm`. */
export type Multiply = KernelTable['gemm'];

/** `gemm`, and by its name the way through `pack`, if the table packs anything. */
export function waysToMultiply(table: KernelTable): readonly (readonly [name: GemmName, multiply: Multiply])[] {
  const plain = ['gemm', table.gemm] as const;
  return table.packedSize(8, 8) === 0 ? [plain] : [plain, ['gemmPacked', packedProduct(table)]];
}

/** Packs B, checks that it stays inside of its panel, and multiplies. */
export function packedProduct(table: KernelTable): Multiply {
  return (m, n, k, a, aRow, aCol, b, bRow, bCol, ...rest) =>
    Workspace.use((workspace) => {
      const panel = workspace.grid(table.dtype, 1, table.packedSize(n, k));
      table.pack(n, k, b, bRow, bCol, panel.at[0]);
      panel.assertSurroundingsUntouched('pack');
      table.gemmPacked(m, n, k, a, aRow, aCol, panel.at[0], ...rest);
    });
}

/**
 * Throws unless `gemm` agrees with a triple loop in float64. Each of the k products and additions may
 * round by half a unit of `Σ |aᵢₚ bₚⱼ|`.
 */
export function checkProduct(
  table: KernelTable,
  product: Product,
  seed: number,
  multiply: Multiply = table.gemm,
): void {
  const { m, n, k, accumulate } = product;
  const next = spread(seed);
  Workspace.use((workspace) => {
    const a = workspace.grid(table.dtype, m, k, product.a).fill(next);
    const b = workspace.grid(table.dtype, k, n, product.b).fill(next);
    // Without accumulation nothing of the old C may come through, not even a NaN.
    const c = workspace.grid(table.dtype, m, n, product.c).fill(accumulate === 1 ? next : () => Number.NaN);
    const before = c.snapshot();
    multiply(m, n, k, ...a.at, ...b.at, ...c.at, accumulate);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = accumulate === 1 ? ((before[i] as number[])[j] as number) : 0;
        let size = Math.abs(total);
        for (let p = 0; p < k; p++) {
          total += a.get(i, p) * b.get(p, j);
          size += Math.abs(a.get(i, p) * b.get(p, j));
        }
        const where = `gemm, C(${i}, ${j}) of ${m} × ${k} (${a.layout}) · ${k} × ${n} (${b.layout}) → ${c.layout}, accumulate ${accumulate}`;
        assertClose(where, table.dtype, c.get(i, j), total, k + 1, size);
      }
    }
    c.assertSurroundingsUntouched('gemm');
  });
}

function gemmCase(name: GemmName, table: KernelTable, multiply: Multiply): ConformanceCase {
  // All sizes of C with a few depths, then sizes beyond any block of a cache.
  const few = [0, 1, 3, 16, 17];
  return {
    name,
    run() {
      let turn = 0;
      const check = (m: number, n: number, k: number): void => {
        turn += 1;
        const pick = (layouts: readonly Layout[], stride: number): Layout =>
          layouts[Math.floor(turn / stride) % layouts.length] as Layout;
        const layouts = { a: pick(inputLayouts, 1), b: pick(inputLayouts, 8), c: pick(outputLayouts, 1) };
        checkProduct(table, { m, n, k, ...layouts, accumulate: turn % 2 === 0 ? 1 : 0 }, turn, multiply);
      };
      for (const m of sizes) for (const n of sizes) for (const k of few) check(m, n, k);
      for (const [m, n, k] of [
        [1, 75, 300],
        [1, 64, 7],
        [3, 530, 20],
        [110, 7, 40],
        [5, 6, 600],
        [100, 520, 260],
      ] as const) {
        check(m, n, k);
      }
    },
  };
}

/** Ids that repeat, and leave some rows out. */
const idOf = (i: number, tableRows: number): number => (i * 3 + (i % 2)) % tableRows;
const TABLE_ROWS = 7;

/** Calls `check` for all sizes, with a layout for the table, one for the rows, and ids in kernel memory. */
function forAllRowAccess(
  check: (workspace: Workspace, count: number, width: number, many: Layout, few: Layout, ids: number) => void,
): void {
  let turn = 0;
  for (const count of sizes) {
    for (const width of sizes) {
      for (const layout of outputLayouts) {
        turn += 1;
        Workspace.use((workspace) => {
          const ids = workspace.grid('int32', 1, count).fill((_, j) => idOf(j, TABLE_ROWS));
          check(workspace, count, width, layout, outputLayouts[turn % outputLayouts.length] as Layout, ids.at[0]);
        });
      }
    }
  }
}

function gatherCase(table: KernelTable): ConformanceCase {
  const { dtype } = table;
  return {
    name: 'gatherRows',
    run() {
      const next = spread(6);
      forAllRowAccess((workspace, count, width, layout, target, ids) => {
        const source = workspace.grid(dtype, TABLE_ROWS, width, layout).fill(next);
        const out = workspace.grid(dtype, count, width, target);
        table.gatherRows(count, width, ...source.at, ids, ...out.at);
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < width; j++) {
            const where = `gatherRows, entry (${i}, ${j}) of ${count} × ${width} (${layout.name} → ${target.name})`;
            assertExact(where, dtype, out.get(i, j), source.get(idOf(i, TABLE_ROWS), j));
          }
        }
        out.assertSurroundingsUntouched('gatherRows');
      });
    },
  };
}

function scatterCase(table: KernelTable): ConformanceCase {
  const { dtype } = table;
  return {
    name: 'scatterAddRows',
    run() {
      const next = spread(7);
      forAllRowAccess((workspace, count, width, target, layout, ids) => {
        const x = workspace.grid(dtype, count, width, layout).fill(next);
        const out = workspace.grid(dtype, TABLE_ROWS, width, target).fill(next);
        const expected = out.snapshot();
        // Row after row, each addition rounded: the order is part of the contract.
        for (let i = 0; i < count; i++) {
          const row = expected[idOf(i, TABLE_ROWS)] as number[];
          for (let j = 0; j < width; j++) row[j] = roundTo(dtype, (row[j] as number) + x.get(i, j));
        }
        table.scatterAddRows(count, width, ...x.at, ids, ...out.at);
        for (const [i, row] of expected.entries()) {
          for (const [j, value] of row.entries()) {
            const where = `scatterAddRows, entry (${i}, ${j}) from ${count} × ${width} (${layout.name} → ${target.name})`;
            assertExact(where, dtype, out.get(i, j), value);
          }
        }
        out.assertSurroundingsUntouched('scatterAddRows');
      });
    },
  };
}

export function productCases(table: KernelTable): ConformanceCase[] {
  return [
    ...waysToMultiply(table).map(([name, multiply]) => gemmCase(name, table, multiply)),
    gatherCase(table),
    scatterCase(table),
  ];
}
