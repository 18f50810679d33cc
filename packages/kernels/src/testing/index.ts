/**
 * What every kernel table must do, as cases for any test runner: for a table of one's own, written for
 * another device or another accuracy.
 *
 * @example
 * ```ts
 * import { conformanceCases } from '@unroll/kernels/testing';
 * import { reference } from '@unroll/kernels/reference';
 * for (const { name, run } of conformanceCases(reference.float32)) {
 *   run(); // throws an Error that names the kernel, the shape, the layout and both numbers
 *   console.log(name, 'conforms');
 * }
 * ```
 *
 * @packageDocumentation
 */
import type { KernelTable } from '../kernels.js';
import type { ConformanceCase } from './case.js';
import { elementwiseCases } from './elementwise.js';
import { movementCases } from './movement.js';
import { productCases } from './products.js';
import { recurrenceCases } from './recurrence.js';
import { reductionCases } from './reductions.js';
import { sameBitsCases } from './same-bits.js';
import { updateCases } from './updates.js';

export type { ConformanceCase } from './case.js';
export { movementCases } from './movement.js';

/**
 * One case a kernel (more for the update rules): odd sizes, sizes of 0, row-strided, transposed, backward and
 * repeating layouts, outputs in place, special values, and numbers around the output that must stay. Then those
 * that must give a number the same bits in every layout and in every part of a call.
 */
export function conformanceCases(table: KernelTable): readonly ConformanceCase[] {
  return [
    ...movementCases(table, table.dtype),
    ...elementwiseCases(table),
    ...reductionCases(table),
    ...recurrenceCases(table),
    ...productCases(table),
    ...updateCases(table),
    ...sameBitsCases(table),
  ];
}
