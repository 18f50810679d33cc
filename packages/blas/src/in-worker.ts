/** What a worker of `@unroll/kernels/threads` imports, so that it computes products as the main thread does. */
import type { KernelTable } from '@unroll/kernels';
import { loadLibrary } from './library.js';
import { blasTable } from './table.js';

/** What the main thread has chosen. */
export interface Settings {
  readonly file: string;
  /** Address of the kernel memory, which is the same in all threads and never moves. */
  readonly base: number;
}

/** Products by the library, which works in the thread that calls it: the threads are those of the kernels. */
export function replaceKernels(table: KernelTable, { file, base }: Settings): KernelTable {
  const library = loadLibrary(file);
  library.setThreads?.(1);
  return blasTable(table, library, base);
}
