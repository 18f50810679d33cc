/** Conformance of the linear recurrence: every entry against the one before it. */
import type { KernelTable } from '../kernels.js';
import type { ConformanceCase } from './case.js';
import { assertClose, assertExact } from './compare.js';
import { shapes, spread } from './samples.js';
import { type Grid, inputLayouts, type Layout, outputLayouts, Workspace } from './workspace.js';

const nth = (layouts: readonly Layout[], n: number): Layout => layouts[n % layouts.length] as Layout;

/** Throws unless each entry of the output follows from its neighbour there: a product and a sum, each rounded. */
function check({ dtype, linearRecurrence }: KernelTable, a: Grid, b: Grid, out: Grid, how: string): void {
  const { rows, cols } = out;
  const inputs = b.snapshot();
  linearRecurrence(rows, cols, ...a.at, ...b.at, ...out.at);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const where = `linearRecurrence, entry (${i}, ${j}) of ${rows} × ${cols} (${a.layout} and ${how} → ${out.layout})`;
      const input = (inputs[i] as number[])[j] as number;
      if (j === 0) {
        assertExact(where, dtype, out.get(i, j), input);
        continue;
      }
      const carried = a.get(i, j - 1) * out.get(i, j - 1);
      const scale = Math.max(Math.abs(carried), Math.abs(input));
      assertClose(where, dtype, out.get(i, j), carried + input, 1.5, scale);
    }
  }
  out.assertSurroundingsUntouched('linearRecurrence');
}

export function recurrenceCases(table: KernelTable): ConformanceCase[] {
  const { dtype } = table;
  return [
    {
      name: 'linearRecurrence',
      run() {
        const next = spread(10);
        // Sequences that grow and that fade, and between them some that are lost and some that are infinite.
        const factor = (): number => 1.5 * next();
        const starts = [0.5, Number.NaN, -0.25, Infinity];
        const input = (i: number, j: number): number => (j === 0 ? (starts[i % 4] as number) : next());
        for (const [shift, [rows, cols]] of shapes.entries()) {
          for (const [n, layout] of inputLayouts.entries()) {
            Workspace.use((workspace) => {
              const a = workspace.grid(dtype, rows, Math.max(cols - 1, 0), layout).fill(factor);
              for (const target of outputLayouts) {
                const b = workspace.grid(dtype, rows, cols, nth(inputLayouts, n + shift)).fill(input);
                check(table, a, b, workspace.grid(dtype, rows, cols, target), b.layout);
              }
              const both = workspace.grid(dtype, rows, cols, nth(outputLayouts, n)).fill(input);
              check(table, a, both, both, 'in place');
            });
          }
        }
      },
    },
  ];
}
