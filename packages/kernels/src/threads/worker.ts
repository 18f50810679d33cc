/** What a worker of Node or of a page runs: it links the kernels with the memory of the main thread, and serves its queue. */
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

function serve({ module, memory, queue, workArea }: WorkerStart, main: MainThread): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  (exports.useWorkArea as Kernel)(workArea);
  const kernels = kernelNames.map((name) => exports[name] as Kernel);
  main.postMessage('ready');
  new Queue(memory.buffer, queue, kernels).serve();
}

if (workerThreads?.parentPort) {
  serve(workerThreads.workerData as WorkerStart, workerThreads.parentPort);
} else {
  const page = globalThis as unknown as PageWorker;
  page.onmessage = ({ data }) => serve(data as WorkerStart, page);
}
