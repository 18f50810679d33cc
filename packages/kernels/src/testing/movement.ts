/** Conformance of the loops that every element type has. */
import type { DataType, MovementTable, UnaryKernel } from '../kernels.js';
import type { ConformanceCase } from './case.js';
import { binaryCase, comparisonDefinitions, unaryCase } from './elementwise.js';

/** Checks of a table's copying, filling and comparing; `dtype` is the element type that it works on. */
export function movementCases(table: MovementTable, dtype: DataType): readonly ConformanceCase[] {
  // `fill` as a function of an input that it does not look at.
  const filled: UnaryKernel = (rows, cols, _x, _xRow, _xCol, ...out) => table.fill(rows, cols, -7, ...out);
  return [
    unaryCase('copy', dtype, table.copy, { of: (x) => x, bound: 0 }),
    unaryCase('fill', dtype, filled, { of: () => -7, bound: 0 }),
    ...(['equal', 'greater', 'less'] as const).map((name) =>
      binaryCase(name, dtype, table[name], comparisonDefinitions[name]),
    ),
  ];
}
