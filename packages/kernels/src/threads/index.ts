/**
 * Several threads for the kernels: large products, loops and updates are divided among them. An entry point of its
 * own, so that it reaches only those who import it.
 *
 * @example
 * ```ts
 * import { useThreads } from '@unroll/kernels/threads';
 * await useThreads(2); // from here on; the numbers stay the same, bit for bit
 * ```
 *
 * @packageDocumentation
 */
import { activeKernels, useKernels } from '../active.js';
import type { KernelSet } from '../kernels.js';
import { memoryIsShared } from '../memory.js';
import { moduleOf } from '../wasm/load.js';
import { Crew } from './crew.js';
import { kernelNames } from './plans.js';
import { parallelism } from './platform.js';
import type { Kernel } from './queue.js';
import { threadedTable } from './threaded.js';

/** The set with threads that is there, the one that it divides, and who works for it. */
let present: { readonly set: KernelSet; readonly base: KernelSet; readonly crew: Crew } | undefined;

/**
 * Divides large calls of the active kernels among threads: the one that calls this, and workers on the same kernel
 * memory. 1 sends the workers home. Small calls, which waking a worker would cost more than, stay where they are.
 *
 * Workers sleep when there is nothing to do, and do not keep a program from ending.
 *
 * Units: `count` is a number of threads, by default as many as the machine runs at once.
 * Errors: refuses a count that is no whole number of at least 1; kernels that are not the strict or the relaxed ones, alone or
 * with a layer (`KernelSet.layer`) over them; and a page whose memory cannot be shared. Where a worker is lost, the next call of a kernel throws.
 * Numerics: the same bits as one thread, since a number's order of summation depends on shapes alone. A library of
 * `@unroll/blas` may sum the parts of a product in another order than the whole.
 */
export async function useThreads(count: number = parallelism()): Promise<void> {
  if (!Number.isInteger(count) || count < 1 || count > 64) {
    throw new Error(`useThreads: count is ${count}. It must be a whole number from 1 to 64.`);
  }
  const active = activeKernels();
  const base = active === present?.set ? present.base : active;
  const module = moduleOf((base.layer?.over ?? base).float32);
  if (module === undefined) {
    throw new Error(
      `useThreads: the kernels "${base.name}" cannot be divided; only those of WebAssembly can, alone or with a layer ` +
        'over them. Call it before useKernels chooses others.',
    );
  }
  if (!memoryIsShared) {
    throw new Error(
      'useThreads: kernel memory is not shared, since this page is not isolated from other origins. Serve it with ' +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
    );
  }
  await replaceCrew(count, base, module);
}

async function replaceCrew(count: number, base: KernelSet, module: WebAssembly.Module): Promise<void> {
  const before = present;
  if (count === 1) {
    present = undefined;
    useKernels(base);
  } else {
    const { layer, ...rest } = base;
    const kernels = kernelNames.map((name) => base.float32[name] as Kernel);
    const crew = await Crew.gather(count, { module, layer, kernels });
    const float32 = threadedTable(base.float32, crew);
    const set = { ...rest, name: `${base.name}, ${count} threads`, float32, threads: count };
    present = { set, base, crew };
    useKernels(set);
  }
  await before?.crew.dismiss();
}
