/**
 * The loops that Unroll runs on, and the memory that they run in. Users of the framework meet this
 * package in three places only: {@link useKernels}, `@unroll/kernels/reference` and `@unroll/kernels/relaxed`.
 *
 * @packageDocumentation
 * @mergeModuleWith <project>
 */

export { activeKernels, float64Kernels, useFloat64, useKernels } from './active.js';
export * as elementary from './elementary.js';
export type {
  BinaryKernel,
  DataType,
  FloatType,
  GradientKernel,
  KernelLayer,
  KernelSet,
  KernelTable,
  MovementTable,
  ReduceKernel,
  UnaryKernel,
} from './kernels.js';
export { Arena, allocatePersistent, freePersistent, memoryReport, views } from './memory.js';
export { KernelMemoryError, type MemoryReport } from './memory-error.js';
export { movementTable } from './wasm/strict.js';
