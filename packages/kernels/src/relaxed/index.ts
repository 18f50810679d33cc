/**
 * The WebAssembly kernels in a second build that may fuse `a · b + c` into one rounding. An entry point of its own,
 * so that its module reaches only those who import it. Importing it is safe in every engine; choosing it is not.
 *
 * @example
 * ```ts
 * import { useKernels } from '@unroll/kernels';
 * import { relaxed, relaxedIsSupported } from '@unroll/kernels/relaxed';
 * if (relaxedIsSupported) useKernels(relaxed); // else the strict kernels stay
 * ```
 *
 * @packageDocumentation
 */
import type { KernelSet, KernelTable } from '../kernels.js';
import { relaxedModule } from '../wasm/generated/relaxed-module.js';
import { loadModule, moduleBytes } from '../wasm/load.js';

const bytes = moduleBytes(relaxedModule);

/** Whether this engine has WebAssembly's relaxed SIMD, and so can run {@link relaxed}. */
export const relaxedIsSupported: boolean = WebAssembly.validate(bytes);

/** Stands in where the engine cannot run the build: its table is an error. */
const unsupported: KernelSet = {
  name: 'relaxed',
  get float32(): KernelTable {
    throw new Error(
      'relaxed kernels: this engine has no relaxed SIMD in WebAssembly, which they are compiled for. ' +
        'Node 21, Chrome and Edge 114 and Firefox 146 have it, and Node 20 does with --experimental-wasm-relaxed-simd; Safari has not. ' +
        'Choose them only where `relaxedIsSupported` is true: without a choice everything runs on the strict kernels.',
    );
  },
};

/**
 * The same loops as the strict kernels, with fused multiply-adds where the machine has them. Choose it where the same
 * seed need not give the same bits on another machine, and time goes into `exp`, `log`, `tanh`, `sigmoid` and their kin;
 * matrix products gain little or nothing.
 *
 * Errors: `useKernels` refuses it where {@link relaxedIsSupported} is false.
 *
 * Numerics: the largest errors are no larger than the strict kernels' (measured). The order of summation is theirs too,
 * and on one machine a number has the same bits in every layout; between machines bits differ, because `a · b + c` is
 * rounded once or twice as the machine likes. Small differences grow over training steps, so a run can be repeated on
 * like machines only, and a checksum of its results means nothing on others.
 */
export const relaxed: KernelSet = relaxedIsSupported
  ? { name: 'relaxed', float32: loadModule(bytes).float32 }
  : unsupported;
