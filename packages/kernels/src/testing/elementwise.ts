/** Conformance of the loops that work on each entry for itself. */
import type { BinaryKernel, DataType, FloatType, KernelTable, UnaryKernel } from '../kernels.js';
import type { ConformanceCase } from './case.js';
import { assertClose, assertExact } from './compare.js';
import { shapes, specialValues, spread } from './samples.js';
import { type Grid, inputLayouts, type Layout, outputLayouts, Workspace } from './workspace.js';

/** How far a kernel may be from its function, in units in the last place; 0 demands the same bits. */
type Bound = number | Readonly<Record<FloatType, number>>;

export interface Definition<Arguments extends number[]> {
  readonly of: (...x: Arguments) => number;
  readonly bound: Bound;
  /** Inputs to try, made from a number between −1 and 1. */
  readonly input?: (unit: number) => number;
}

const wide = (unit: number): number => 10 * unit;
const positive = (unit: number): number => Math.exp(10 * unit);

/** `Math` is no exact reference: its own error, up to 2 units, is part of a float64 bound. */
const unaryDefinitions = {
  neg: { of: (x) => -x, bound: 0 },
  sqrt: { of: Math.sqrt, bound: 0, input: positive },
  square: { of: (x) => x * x, bound: 0 },
  abs: { of: Math.abs, bound: 0 },
  sign: { of: Math.sign, bound: 0 },
  relu: { of: (x) => Math.max(x, 0), bound: 0 },
  exp: { of: Math.exp, bound: { float32: 1, float64: 2 } },
  log: { of: Math.log, bound: { float32: 1, float64: 2 }, input: positive },
  log1p: { of: Math.log1p, bound: { float32: 1, float64: 2 }, input: positive },
  expm1: { of: Math.expm1, bound: { float32: 1.6, float64: 3 } },
  tanh: { of: Math.tanh, bound: { float32: 6, float64: 3 } },
  sigmoid: { of: (x) => 1 / (1 + Math.exp(-x)), bound: { float32: 2.4, float64: 4 } },
  softplus: {
    of: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    bound: { float32: 1.7, float64: 4 },
  },
} satisfies Record<string, Definition<[number]>>;

const binaryDefinitions = {
  add: { of: (a, b) => a + b, bound: 0 },
  sub: { of: (a, b) => a - b, bound: 0 },
  mul: { of: (a, b) => a * b, bound: 0 },
  div: { of: (a, b) => a / b, bound: 0 },
  maximum: { of: Math.max, bound: 0 },
  minimum: { of: Math.min, bound: 0 },
  // `Math.pow` makes 1^NaN and (±1)^±∞ NaN where IEEE 754 says 1.
  pow: {
    of: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
    bound: { float32: 0.51, float64: 2 },
    input: wide,
  },
} satisfies Record<string, Definition<[number, number]>>;

/** Comparisons, which index tensors have too. */
export const comparisonDefinitions: Record<'equal' | 'greater' | 'less', Definition<[number, number]>> = {
  // Few different inputs, so that some are equal.
  equal: { of: (a, b) => (a === b ? 1 : 0), bound: 0, input: (unit) => Math.round(2 * unit) },
  greater: { of: (a, b) => (a > b ? 1 : 0), bound: 0, input: (unit) => Math.round(2 * unit) },
  less: { of: (a, b) => (a < b ? 1 : 0), bound: 0, input: (unit) => Math.round(2 * unit) },
};

/** One of a list, going round. */
const nth = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

function assertEntries(
  name: string,
  dtype: DataType,
  bound: Bound,
  out: Grid,
  expected: number[][],
  how: string,
): void {
  for (let i = 0; i < out.rows; i++) {
    for (let j = 0; j < out.cols; j++) {
      const where = `${name}, ${out.rows} × ${out.cols}, ${how} → ${out.layout}, entry (${i}, ${j})`;
      const value = (expected[i] as number[])[j] as number;
      if (bound === 0 || dtype === 'int32') assertExact(where, dtype, out.get(i, j), value);
      else assertClose(where, dtype, out.get(i, j), value, typeof bound === 'number' ? bound : bound[dtype]);
    }
  }
  out.assertSurroundingsUntouched(name);
}

/** All shapes and layouts, in place, and the special values. */
export function unaryCase(
  name: string,
  dtype: DataType,
  kernel: UnaryKernel,
  definition: Definition<[number]>,
): ConformanceCase {
  const { of, bound, input = wide } = definition;

  const check = (x: Grid, out: Grid, how: string): void => {
    const expected = x.snapshot().map((row) => row.map((value) => of(value)));
    kernel(out.rows, out.cols, ...x.at, ...out.at);
    assertEntries(name, dtype, bound, out, expected, how);
  };

  return {
    name,
    run() {
      const next = spread(1);
      for (const [rows, cols] of shapes) {
        for (const [n, layout] of inputLayouts.entries()) {
          Workspace.use((workspace) => {
            const x = workspace.grid(dtype, rows, cols, layout).fill(() => input(next()));
            for (const target of outputLayouts) check(x, workspace.grid(dtype, rows, cols, target), layout.name);
            const both = workspace.grid(dtype, rows, cols, nth(outputLayouts, n)).fill(() => input(next()));
            check(both, both, 'in place');
          });
        }
      }
      if (dtype === 'int32') return;
      Workspace.use((workspace) => {
        const count = specialValues.length;
        const x = workspace.grid(dtype, 1, count).fill((_, j) => specialValues[j] as number);
        for (const target of outputLayouts) check(x, workspace.grid(dtype, 1, count, target), 'special values');
      });
    },
  };
}

/** All shapes, all pairs of input layouts, in place on either side, and all pairs of special values. */
export function binaryCase(
  name: string,
  dtype: DataType,
  kernel: BinaryKernel,
  definition: Definition<[number, number]>,
): ConformanceCase {
  const { of, bound, input = wide } = definition;

  const check = (a: Grid, b: Grid, out: Grid, how: string): void => {
    const right = b.snapshot();
    const expected = a
      .snapshot()
      .map((row, i) => row.map((value, j) => of(value, (right[i] as number[])[j] as number)));
    kernel(out.rows, out.cols, ...a.at, ...b.at, ...out.at);
    assertEntries(name, dtype, bound, out, expected, how);
  };

  return {
    name,
    run() {
      const next = spread(2);
      for (const [shift, [rows, cols]] of shapes.entries()) {
        for (const [n, left] of inputLayouts.entries()) {
          // Over the shapes, every layout meets every other.
          const right = nth(inputLayouts, n + shift);
          const target = nth(outputLayouts, n + shift);
          Workspace.use((workspace) => {
            const make = (layout: Layout): Grid => workspace.grid(dtype, rows, cols, layout).fill(() => input(next()));
            const how = `${left.name} and ${right.name}`;
            check(make(left), make(right), workspace.grid(dtype, rows, cols, target), how);
            const first = make(target);
            check(first, make(right), first, `in place and ${right.name}`);
            const second = make(target);
            check(make(left), second, second, `${left.name} and in place`);
          });
        }
      }
      if (dtype === 'int32') return;
      Workspace.use((workspace) => {
        const count = specialValues.length;
        const a = workspace.grid(dtype, count, count).fill((i) => specialValues[i] as number);
        const b = workspace.grid(dtype, count, count).fill((_, j) => specialValues[j] as number);
        check(a, b, workspace.grid(dtype, count, count), 'special values');
      });
    },
  };
}

/** `where`, on conditions of 0, −0, NaN and others. */
function whereCase(dtype: FloatType, table: KernelTable): ConformanceCase {
  const conditions = [0, 1, -0, 2, Number.NaN];
  return {
    name: 'where',
    run() {
      const next = spread(3);
      for (const [rows, cols] of shapes) {
        for (const [n, layout] of inputLayouts.entries()) {
          Workspace.use((workspace) => {
            const condition = workspace.grid(dtype, rows, cols, layout).fill((i, j) => nth(conditions, i + j));
            const a = workspace.grid(dtype, rows, cols, nth(inputLayouts, n + 1)).fill(next);
            // Never taken where `a` is: it must not poison the result.
            const b = workspace.grid(dtype, rows, cols, nth(outputLayouts, n + 2)).fill(() => Number.NaN);
            const out = workspace.grid(dtype, rows, cols, nth(outputLayouts, n));
            const left = a.snapshot();
            const expected = condition
              .snapshot()
              .map((row, i) => row.map((test, j) => (test !== 0 ? ((left[i] as number[])[j] as number) : Number.NaN)));
            table.where(rows, cols, ...condition.at, ...a.at, ...b.at, ...out.at);
            assertEntries('where', dtype, 0, out, expected, layout.name);
          });
        }
      }
    },
  };
}

/** A kernel that adds to its output, or replaces it, from two inputs. */
interface Combination {
  readonly kernel: BinaryKernel;
  /** What is added, or written. */
  readonly of: (a: number, b: number) => number;
  readonly adds: boolean;
  /** Units in the last place of the result, or of the larger of what is added and what it is added to. */
  readonly bound: number;
}

/** Kernels whose output is an input too, and those that may be asked to add. */
function combinationCase(name: string, dtype: FloatType, { kernel, of, adds, bound }: Combination): ConformanceCase {
  return {
    name,
    run() {
      const next = spread(4);
      for (const [rows, cols] of shapes) {
        for (const [n, layout] of inputLayouts.entries()) {
          for (const target of outputLayouts) {
            Workspace.use((workspace) => {
              // Among them ±1, where the gradients of tanh and the sigmoid end.
              const a = workspace.grid(dtype, rows, cols, layout).fill((i, j) => (i + j === 3 ? -1 : next()));
              const b = workspace.grid(dtype, rows, cols, nth(inputLayouts, n + cols)).fill(next);
              // Where nothing is added, nothing of the old output may come through.
              const out = workspace.grid(dtype, rows, cols, target).fill(adds ? next : () => Number.NaN);
              const before = out.snapshot();
              kernel(rows, cols, ...a.at, ...b.at, ...out.at);
              for (let i = 0; i < rows; i++) {
                for (let j = 0; j < cols; j++) {
                  const where = `${name}, ${rows} × ${cols}, ${a.layout} and ${b.layout} → ${target.name}, entry (${i}, ${j})`;
                  const change = of(a.get(i, j), b.get(i, j));
                  if (!adds) {
                    assertClose(where, dtype, out.get(i, j), change, bound);
                    continue;
                  }
                  const old = (before[i] as number[])[j] as number;
                  const scale = Math.max(Math.abs(old), Math.abs(change));
                  assertClose(where, dtype, out.get(i, j), old + change, bound, scale);
                }
              }
              out.assertSurroundingsUntouched(name);
            });
          }
        }
      }
    },
  };
}

function combinationCases(table: KernelTable): ConformanceCase[] {
  const { dtype } = table;
  const withoutB =
    (kernel: UnaryKernel): BinaryKernel =>
    (rows, cols, a, aRow, aCol, _b, _bRow, _bCol, ...out) =>
      kernel(rows, cols, a, aRow, aCol, ...out);
  const addScaled: UnaryKernel = (rows, cols, ...places) => table.addScaled(rows, cols, -1.375, ...places);
  const gradients: [name: 'tanhGradient' | 'sigmoidGradient', of: Combination['of']][] = [
    ['tanhGradient', (y, g) => g * (1 - y) * (1 + y)],
    ['sigmoidGradient', (y, g) => g * y * (1 - y)],
  ];
  return [
    combinationCase('accumulate', dtype, { kernel: withoutB(table.accumulate), of: (a) => a, adds: true, bound: 1 }),
    combinationCase('addScaled', dtype, { kernel: withoutB(addScaled), of: (a) => -1.375 * a, adds: true, bound: 1.5 }),
    combinationCase('multiplyAdd', dtype, { kernel: table.multiplyAdd, of: (a, b) => a * b, adds: true, bound: 1.5 }),
    ...gradients.flatMap(([name, of]) => [
      combinationCase(name, dtype, {
        kernel: (...places) => table[name](...places, 0),
        of,
        adds: false,
        bound: { float32: 2, float64: 4 }[dtype],
      }),
      combinationCase(`${name}, accumulate`, dtype, {
        kernel: (...places) => table[name](...places, 1),
        of,
        adds: true,
        bound: 3,
      }),
      silentCase(name, table),
    ]),
  ];
}

/** Where nothing arrives nothing is passed on, not even by a slope that is NaN. */
function silentCase(name: 'tanhGradient' | 'sigmoidGradient', table: KernelTable): ConformanceCase {
  return {
    name: `${name}, 0 · NaN`,
    run() {
      Workspace.use((workspace) => {
        const slopes = [Number.NaN, Number.POSITIVE_INFINITY, Number.NaN, 0.5, Number.NaN];
        const arriving = [0, -0, 1, 0, 0];
        const y = workspace.grid(table.dtype, 1, 5).fill((_, j) => slopes[j] as number);
        const g = workspace.grid(table.dtype, 1, 5).fill((_, j) => arriving[j] as number);
        const out = workspace.grid(table.dtype, 1, 5).fill(() => 7);
        for (const accumulate of [0, 1] as const) {
          table[name](1, 5, ...y.at, ...g.at, ...out.at, accumulate);
          for (let j = 0; j < 5; j++) {
            assertExact(
              `${name}, entry ${j}`,
              table.dtype,
              out.get(0, j),
              j === 2 ? Number.NaN : (arriving[j] as number),
            );
          }
        }
      });
    },
  };
}

export function elementwiseCases(table: KernelTable): ConformanceCase[] {
  const { dtype } = table;
  // Factors and limits that float32 represents, so that a table may round them first.
  const scaled: UnaryKernel = (rows, cols, ...places) => table.scale(rows, cols, -1.375, ...places);
  const clamped: UnaryKernel = (rows, cols, ...places) => table.clamp(rows, cols, -2.5, 1.25, ...places);
  return [
    ...Object.entries(unaryDefinitions).map(([name, definition]) =>
      unaryCase(name, dtype, table[name as keyof typeof unaryDefinitions], definition),
    ),
    unaryCase('scale', dtype, scaled, { of: (x) => -1.375 * x, bound: 0 }),
    unaryCase('clamp', dtype, clamped, { of: (x) => Math.min(Math.max(x, -2.5), 1.25), bound: 0 }),
    ...Object.entries(binaryDefinitions).map(([name, definition]) =>
      binaryCase(name, dtype, table[name as keyof typeof binaryDefinitions], definition),
    ),
    whereCase(dtype, table),
    ...combinationCases(table),
  ];
}
