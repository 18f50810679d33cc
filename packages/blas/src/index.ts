/**
 * Matrix products by the BLAS library of the machine, on the kernel memory itself.
 *
 * @example
 * ```ts
 * import { useBlas } from '@unroll/blas';
 * const { message } = useBlas({ threads: 1 });
 * console.log(message); // which library computes from here on, or why none does
 * ```
 *
 * @packageDocumentation
 */
import { platform } from 'node:process';
import { activeKernels, useKernels, views } from '@unroll/kernels';
import koffi from 'koffi';
import type { Settings } from './in-worker.js';
import { candidates, type Library, loadLibrary } from './library.js';
import { blasTable } from './table.js';

/** How a worker gets the same kernels. */
const MODULE = new URL('./in-worker.js', import.meta.url).href;

/** How {@link useBlas} chooses. */
export interface BlasOptions {
  /** A file, or a name that the system's loader finds; by default the first that is there of MKL, OpenBLAS, BLIS and Accelerate. */
  readonly library?: string;
  /** By default what the library decides, which environment variables such as `OPENBLAS_NUM_THREADS` may say. */
  readonly threads?: number;
}

/** What {@link useBlas} has found. */
export interface BlasReport {
  /** The file that was loaded; null where there is none, and all kernels stay what they were. */
  readonly library: string | null;
  /** Threads that the library uses; null where it does not say. */
  readonly threads: number | null;
  /** The same in a sentence. */
  readonly message: string;
}

const HOW_TO_INSTALL = 'On Debian: apt-get install libopenblas0-pthread.';

/**
 * Lets a BLAS library compute the matrix products of the active float32 kernels from here on; all else stays with them.
 * It works on the kernel memory itself, so that nothing is copied. Small products, and those whose matrices the
 * library cannot read (with strides in both directions, or repeated), stay too.
 *
 * By itself the library uses threads of its own. `useThreads` of `@unroll/kernels/threads`, called after this, divides
 * products as it divides everything: each thread asks the library for its part, and the library takes one thread for it. It keeps
 * to one after `useThreads(1)`, until it is given others here.
 *
 * Without a library everything stays as it is, and the message says what to install. `useKernels` with the set from
 * before undoes it.
 *
 * Units: `threads` is a whole number of at least 1.
 * Errors: `Error` where `useThreads` was called before, for a library that was named and cannot be loaded or has no
 * `cblas_sgemm`, for threads out of range, and for threads where the library takes no number.
 * Numerics: sums have the library's order, which may change with the machine, the number of threads and the shape. Bits
 * differ from those of the kernels in the last places, and grow apart in training.
 */
export function useBlas({ library, threads }: BlasOptions = {}): BlasReport {
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
    throw new Error(`useBlas: threads is ${threads}. It must be a whole number of at least 1.`);
  }
  const active = activeKernels();
  if (active.threads !== undefined) {
    throw new Error(
      `useBlas: the kernels are divided among ${active.threads} threads already, of which the workers would go on without ` +
        'the library. Call useBlas first, and useThreads then.',
    );
  }
  const files = library === undefined ? candidates(platform) : [library];
  const found = firstOf(files, library !== undefined);
  if (found === undefined) {
    const message = `No BLAS library was found (${files.join(', ')}), so the kernels stay ${activeKernels().name}. ${HOW_TO_INSTALL}`;
    return { library: null, threads: null, message };
  }
  if (threads !== undefined) {
    if (found.setThreads === undefined) {
      throw new Error(`useBlas: ${found.name} takes no number of threads. Leave threads out.`);
    }
    found.setThreads(threads);
  }
  const over = active.layer?.module === MODULE ? active.layer.over : active;
  const settings: Settings = { file: found.file, base: Number(koffi.address(views.float32)) };
  const float32 = blasTable(over.float32, found, settings.base);
  useKernels({ ...over, name: `${over.name}, ${found.name}`, float32, layer: { over, module: MODULE, settings } });
  const count = found.threads() ?? null;
  const strength = count === null ? '' : `, ${count} ${count === 1 ? 'thread' : 'threads'}`;
  return { library: found.file, threads: count, message: `${found.name} (${found.file})${strength}` };
}

/** Errors: where a file was asked for and cannot be loaded. */
function firstOf(files: readonly string[], isAsked: boolean): Library | undefined {
  for (const file of files) {
    try {
      return loadLibrary(file);
    } catch (cause) {
      if (isAsked) {
        throw new Error(`useBlas: ${file} cannot be loaded, or has no cblas_sgemm. ${HOW_TO_INSTALL}`, { cause });
      }
    }
  }
  return undefined;
}
