/** Starts a worker, in Node or from a page. */
import type { KernelLayer } from '../kernels.js';
import type { GrowableMemory } from '../memory.js';
import { type WorkerFile, workerThreads } from './platform.js';

/** A worker of a page, as far as it is needed. */
interface PageWorker {
  addEventListener(
    event: 'message' | 'error',
    listener: (event: { readonly data: unknown; readonly message: string }) => void,
  ): void;
  postMessage(message: unknown): void;
  terminate(): void;
}

// Globals of pages and of Node. Bundlers know `new Worker(new URL(…, import.meta.url))`, written like this, and bring its file.
declare const URL: new (url: string, base: string) => WorkerFile;
declare const Worker: new (file: WorkerFile, options: { type: 'module' }) => PageWorker;

/** What a worker is handed. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly layer: Omit<KernelLayer, 'over'> | undefined;
  readonly memory: GrowableMemory;
  /** Addresses in bytes: of the queue, and of memory in which the worker's kernels may write between calls. */
  readonly queue: number;
  readonly workArea: number;
}

/** Ends a worker; afterwards it touches no memory. */
export type EndWorker = () => Promise<void>;

/**
 * Resolves when the worker serves; any message of it says so. `onEnd` hears when it fails, or ends by itself. `file` is
 * for tests in Node, of workers that fail.
 */
export function startWorker(start: WorkerStart, onEnd: (cause: unknown) => void, file?: string): Promise<EndWorker> {
  return new Promise((resolve, reject) => {
    const end = (cause: unknown): void => {
      reject(cause);
      onEnd(cause);
    };
    if (workerThreads !== undefined) {
      const worker = new workerThreads.Worker(file ?? new URL('./worker.js', import.meta.url), { workerData: start });
      worker.on('error', end);
      worker.on('exit', (code) => end(new Error(`it exited with code ${code}`)));
      worker.on('message', () => {
        worker.unref(); // a program ends when its own work is done
        resolve(async () => {
          await worker.terminate();
        });
      });
    } else {
      const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
      worker.addEventListener('error', ({ message }) => end(new Error(message)));
      worker.addEventListener('message', () => resolve(async () => worker.terminate()));
      worker.postMessage(start);
    }
  });
}
