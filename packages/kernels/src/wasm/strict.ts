/** The default set: the same bits on every machine. */
import type { KernelSet, KernelTable, UnaryKernel } from '../kernels.js';
import { allocatePersistent } from '../memory.js';
import { plain } from '../plain/table.js';
import { strictModule } from './generated/strict-module.js';
import { loadModule } from './load.js';

/** What `assembly/index.ts` exports. */
interface StrictModule {
  readonly tanh: UnaryKernel;
  /** The table's `gemm`, with the address of a work area behind the last argument. */
  readonly gemm: (...operands: [...Parameters<KernelTable['gemm']>, work: number]) => void;
  readonly gemmWorkBytes: { readonly value: number };
}

const wasm = loadModule(strictModule) as unknown as StrictModule;

/** Where panels are packed; taken from the kernel memory at the first product and kept. */
let work = 0;

/**
 * Numerics: products and sums in float32; a sum runs through k in order, in blocks of 256 whose sums
 * are added in order.
 */
const gemm: KernelTable['gemm'] = (m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate) => {
  if (work === 0) work = allocatePersistent(wasm.gemmWorkBytes.value);
  wasm.gemm(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate, work);
};

export const strict: KernelSet = { name: 'strict', float32: { ...plain, gemm, tanh: wasm.tanh } };
