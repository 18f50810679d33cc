/** Conformance of the loops over rows. */
import type { KernelTable, ReduceKernel, UnaryKernel } from '../kernels.js';
import type { ConformanceCase } from './case.js';
import { assertClose, assertExact } from './compare.js';
import { shapes, specialValues, spread } from './samples.js';
import { inputLayouts, type Layout, outputLayouts, Workspace } from './workspace.js';

type Row = readonly number[];

const sumOf = (row: Row): number => row.reduce((total, x) => total + x, 0);
const maxOf = (row: Row): number => Math.max(...row);
const distance = (x: number, m: number): number => (x === m ? 0 : x - m);
const exponentials = (row: Row): number[] => row.map((x) => Math.exp(distance(x, maxOf(row))));
const logTotal = (row: Row): number => Math.log(sumOf(exponentials(row)));
const argmaxOf = (row: Row): number => {
  const firstNaN = row.findIndex(Number.isNaN);
  return firstNaN >= 0 ? firstNaN : Math.max(row.indexOf(maxOf(row)), 0);
};

/** Rows that end badly, beside those of random numbers. */
const specialRows: readonly Row[] = [
  specialValues,
  [Number.NaN, 1, 2],
  [1, Number.NaN, 2, Number.NaN],
  [-Infinity, -Infinity],
  [Infinity, 1, -Infinity],
  [1, -Infinity],
  [1000, 999, -1000],
  [3, 5, 5, 1],
];

/** Calls `check` with random rows in all shapes and layouts, then with the special rows. */
function forAllRows(check: (rows: readonly Row[], cols: number, layout: Layout, turn: number) => void): void {
  const next = spread(5);
  let turn = 0;
  for (const [rows, cols] of shapes) {
    for (const layout of inputLayouts) {
      turn += 1;
      check(
        Array.from({ length: rows }, () => Array.from({ length: cols }, () => 5 * next())),
        cols,
        layout,
        turn,
      );
    }
  }
  for (const row of specialRows) for (const layout of outputLayouts) check([row], row.length, layout, turn);
}

interface Reduction {
  readonly of: (row: Row) => number;
  /** Error allowed, and the size of the terms whose unit in the last place it counts. */
  readonly bound: (row: Row) => number;
  readonly scale: (row: Row) => number;
}

function reduceCase(name: string, table: KernelTable, kernel: ReduceKernel, reduction: Reduction): ConformanceCase {
  const { dtype } = table;
  const outType = name === 'argmax' ? 'int32' : dtype;
  return {
    name,
    run() {
      forAllRows((rows, cols, layout, turn) =>
        Workspace.use((workspace) => {
          const x = workspace.grid(dtype, rows.length, cols, layout).fill((i, j) => (rows[i] as Row)[j] as number);
          const out = workspace.grid(outType, rows.length, 1, outputLayouts[turn % outputLayouts.length] as Layout);
          const [position, step] = out.at;
          kernel(rows.length, cols, ...x.at, position, step);
          for (const [i, row] of x.snapshot().entries()) {
            const where = `${name}, row ${i} of ${rows.length} × ${cols} (${layout.name})`;
            const expected = reduction.of(row);
            if (reduction.bound(row) === 0) assertExact(where, outType, out.get(i, 0), expected);
            else assertClose(where, dtype, out.get(i, 0), expected, reduction.bound(row), reduction.scale(row));
          }
          out.assertSurroundingsUntouched(name);
        }),
      );
    },
  };
}

interface Normalisation {
  readonly of: (row: Row) => Row;
  readonly bound: (row: Row, x: number) => number;
  readonly scale: (row: Row, x: number, expected: number) => number;
}

function normaliseCase(
  name: string,
  table: KernelTable,
  kernel: UnaryKernel,
  normalisation: Normalisation,
): ConformanceCase {
  const { dtype } = table;
  return {
    name,
    run() {
      forAllRows((rows, cols, layout, turn) =>
        Workspace.use((workspace) => {
          const target = outputLayouts[turn % outputLayouts.length] as Layout;
          const entry = (i: number, j: number): number => (rows[i] as Row)[j] as number;
          const x = workspace.grid(dtype, rows.length, cols, layout).fill(entry);
          const inputs = x.snapshot();
          const out = workspace.grid(dtype, rows.length, cols, target);
          kernel(rows.length, cols, ...x.at, ...out.at);
          const inPlace = workspace.grid(dtype, rows.length, cols, target).fill((i, j) => x.get(i, j));
          kernel(rows.length, cols, ...inPlace.at, ...inPlace.at);
          for (const [i, row] of inputs.entries()) {
            const shares = normalisation.of(row);
            for (const [j, value] of row.entries()) {
              const where = `${name}, entry (${i}, ${j}) of ${rows.length} × ${cols} (${layout.name} → ${target.name})`;
              const expected = shares[j] as number;
              const bound = normalisation.bound(row, value);
              const scale = normalisation.scale(row, value, expected);
              assertClose(where, dtype, out.get(i, j), expected, bound, scale);
              assertExact(`${where}, in place`, dtype, inPlace.get(i, j), out.get(i, j));
            }
          }
          out.assertSurroundingsUntouched(name);
        }),
      );
    },
  };
}

/** The class of row `i`. */
const classOf = (i: number, cols: number): number => (i * 5 + 2) % cols;

function crossEntropyCase(table: KernelTable): ConformanceCase {
  const { dtype } = table;
  return {
    name: 'crossEntropy',
    run() {
      forAllRows((rows, cols, layout, turn) =>
        Workspace.use((workspace) => {
          if (cols === 0) return;
          const x = workspace.grid(dtype, rows.length, cols, layout).fill((i, j) => (rows[i] as Row)[j] as number);
          const ids = workspace.grid('int32', 1, rows.length).fill((_, i) => classOf(i, cols));
          const out = workspace.grid(dtype, rows.length, 1, outputLayouts[turn % outputLayouts.length] as Layout);
          const [position, step] = out.at;
          table.crossEntropy(rows.length, cols, ...x.at, ids.at[0], position, step);
          for (const [i, row] of x.snapshot().entries()) {
            const where = `crossEntropy, row ${i} of ${rows.length} × ${cols} (${layout.name})`;
            const away = distance(row[classOf(i, cols)] as number, maxOf(row));
            const expected = logTotal(row) - away;
            const scale = Math.max(Math.abs(away), logTotal(row), 1);
            assertClose(where, dtype, out.get(i, 0), expected, 4 + row.length / 2, scale);
          }
          out.assertSurroundingsUntouched('crossEntropy');
        }),
      );
    },
  };
}

function crossEntropyGradientCase(table: KernelTable, accumulate: 0 | 1): ConformanceCase {
  const { dtype } = table;
  const name = `crossEntropyGradient${accumulate === 1 ? ', accumulate' : ''}`;
  return {
    name,
    run() {
      const next = spread(9);
      forAllRows((rows, cols, layout, turn) =>
        Workspace.use((workspace) => {
          if (cols === 0) return;
          const x = workspace.grid(dtype, rows.length, cols, layout).fill((i, j) => (rows[i] as Row)[j] as number);
          const ids = workspace.grid('int32', 1, rows.length).fill((_, i) => classOf(i, cols));
          const g = workspace
            .grid(dtype, rows.length, 1, inputLayouts[turn % inputLayouts.length] as Layout)
            .fill(next);
          const target = outputLayouts[turn % outputLayouts.length] as Layout;
          const out = workspace.grid(dtype, rows.length, cols, target).fill(accumulate === 1 ? next : () => Number.NaN);
          const before = out.snapshot();
          const [position, step] = g.at;
          table.crossEntropyGradient(rows.length, cols, ...x.at, ids.at[0], position, step, ...out.at, accumulate);
          for (const [i, row] of x.snapshot().entries()) {
            const weights = exponentials(row);
            for (const [j, weight] of weights.entries()) {
              const where = `${name}, entry (${i}, ${j}) of ${rows.length} × ${cols} (${layout.name} → ${target.name})`;
              const gradient = g.get(i, 0);
              const hit = j === classOf(i, cols) ? 1 : 0;
              const share = weight / sumOf(weights);
              const old = accumulate === 1 ? ((before[i] as number[])[j] as number) : 0;
              const scale = Math.max(Math.abs(old), Math.abs(gradient) * Math.max(share, hit));
              const expected = old + gradient * (share - hit);
              assertClose(where, dtype, out.get(i, j), expected, 4 + row.length / 2, scale);
            }
          }
          out.assertSurroundingsUntouched(name);
        }),
      );
    },
  };
}

const exact = { bound: () => 0, scale: () => 0 };

export function reductionCases(table: KernelTable): ConformanceCase[] {
  const sizeOf = (row: Row): number => sumOf(row.map(Math.abs));
  return [
    // Each of the additions may round by half a unit of the largest partial sum.
    reduceCase('sum', table, table.sum, { of: sumOf, bound: (row) => Math.max(row.length / 2, 1), scale: sizeOf }),
    reduceCase('max', table, table.max, { of: maxOf, ...exact }),
    reduceCase('min', table, table.min, { of: (row) => Math.min(...row), ...exact }),
    reduceCase('argmax', table, table.argmax, { of: argmaxOf, ...exact }),
    reduceCase('logsumexp', table, table.logsumexp, {
      of: (row) => (maxOf(row) === -Infinity ? -Infinity : maxOf(row) + logTotal(row)),
      bound: (row) => 4 + row.length / 2,
      scale: (row) => Math.max(Math.abs(maxOf(row)), 1),
    }),
    normaliseCase('softmax', table, table.softmax, {
      of: (row) => exponentials(row).map((weight) => weight / sumOf(exponentials(row))),
      bound: (row) => 4 + row.length / 2,
      scale: (_row, _x, expected) => expected,
    }),
    normaliseCase('logSoftmax', table, table.logSoftmax, {
      of: (row) => row.map((x) => distance(x, maxOf(row)) - logTotal(row)),
      bound: (row) => 4 + row.length / 2,
      scale: (row, x) => Math.max(Math.abs(distance(x, maxOf(row))), logTotal(row), 1),
    }),
    crossEntropyCase(table),
    crossEntropyGradientCase(table, 0),
    crossEntropyGradientCase(table, 1),
  ];
}
