/**
 * What a worker of Node or of a page runs: it links the kernels with the memory of the main thread, puts the layer over them
 * if there is one, and serves its queue.
 */
import type { KernelTable } from '../kernels.js';
import { kernelNames } from './plans.js';
import { workerThreads } from './platform.js';
import { type Kernel, Queue } from './queue.js';
import type { WorkerStart } from './start-worker.js';

/** The main thread, as a worker sees it. */
interface MainThread {
  postMessage(message: unknown): void;
}

/** The global object of a page's worker. */
interface PageWorker extends MainThread {
  onmessage: (event: { readonly data: unknown }) => void;
}

/** What the module of a layer exports. */
interface LayerModule {
  replaceKernels(table: KernelTable, settings: unknown): KernelTable;
}

async function serve({ module, layer, memory, queue, workArea }: WorkerStart, main: MainThread): Promise<void> {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  (exports.useWorkArea as Kernel)(workArea);
  let table = { dtype: 'float32', ...exports } as unknown as KernelTable;
  if (layer !== undefined) {
    // Bundlers cannot know which module that is.
    const { replaceKernels } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ layer.module)) as LayerModule;
    table = replaceKernels(table, layer.settings);
  }
  const kernels = kernelNames.map((name) => table[name] as Kernel);
  main.postMessage('ready');
  new Queue(memory.buffer, queue, kernels).serve();
}

if (workerThreads?.parentPort) {
  void serve(workerThreads.workerData as WorkerStart, workerThreads.parentPort);
} else {
  const page = globalThis as unknown as PageWorker;
  page.onmessage = ({ data }) => void serve(data as WorkerStart, page);
}
