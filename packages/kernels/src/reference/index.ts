/**
 * The same loops over `ndarray` and `ndarray-ops`, written to be read: the oracle that faster tables are
 * tested against, and the engine of every float64 tensor. Importing it is what makes float64 available.
 *
 * @example
 * ```ts
 * import { useKernels } from '@unroll/kernels';
 * import { reference } from '@unroll/kernels/reference';
 * useKernels(reference); // the whole framework on plain ndarray loops
 * ```
 *
 * @packageDocumentation
 */
import './code-from-strings.js';

import { useFloat64 } from '../active.js';
import type { FloatType, KernelSet, KernelTable } from '../kernels.js';
import { elementwise } from './elementwise.js';
import { operandsOf } from './matrix.js';
import { products } from './products.js';
import { reductions } from './reductions.js';
import { updates } from './updates.js';

function tableOf(dtype: FloatType): KernelTable {
  const operands = operandsOf(dtype);
  return { dtype, ...elementwise(operands), ...reductions(operands), ...products(operands), ...updates(operands) };
}

const float64: KernelTable = tableOf('float64');

/** The reference tables. */
export const reference: KernelSet & { readonly float64: KernelTable } = {
  name: 'reference',
  float32: tableOf('float32'),
  float64,
};

useFloat64(float64);
