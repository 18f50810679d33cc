/** Which tables the framework runs on at the moment. */
import type { KernelSet, KernelTable } from './kernels.js';
import { strict } from './wasm/strict.js';

let active: KernelSet = strict;
let float64: KernelTable | undefined;

/**
 * Chooses the tables that every later operation runs on. The strict WebAssembly kernels are the default.
 *
 * Errors: refuses a set that this engine cannot run, or whose float32 table is for float64; the choice then stays what it was.
 *
 * @example
 * ```ts
 * import { useKernels } from '@unroll/kernels';
 * import { reference } from '@unroll/kernels/reference';
 * useKernels(reference); // the whole framework on plain ndarray loops
 * ```
 */
export function useKernels(set: KernelSet): void {
  // Asking for the table is what makes a set complain that cannot run here.
  const { dtype } = set.float32;
  if (dtype !== 'float32') throw new Error(`useKernels: the float32 table of the set "${set.name}" is for ${dtype}.`);
  active = set;
}

/** The set chosen last. */
export function activeKernels(): KernelSet {
  return active;
}

/** Makes `table` the engine of float64 tensors wherever the chosen set brings none; `@unroll/kernels/reference` calls it. */
export function useFloat64(table: KernelTable): void {
  float64 = table;
}

/** The engine of float64 tensors, if there is one. */
export function float64Kernels(): KernelTable | undefined {
  return active.float64 ?? float64;
}
