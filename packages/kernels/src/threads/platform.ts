/**
 * What Node and pages have for threads, as far as it is needed here. Node's modules are asked for at run time, so that a
 * bundle for pages names none.
 */

/** A `URL`. */
export interface WorkerFile {
  readonly href: string;
}

/** A worker of Node. */
interface NodeWorker {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

/** `node:worker_threads`. */
interface WorkerThreads {
  readonly Worker: new (file: WorkerFile | string, options: { workerData: unknown }) => NodeWorker;
  readonly parentPort: { postMessage(message: unknown): void } | null;
  readonly workerData: unknown;
}

/** What the global object of Node, of a page or of its worker may have. */
interface Globals {
  readonly process?: { getBuiltinModule?(name: string): unknown };
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const { process, navigator } = globalThis as Globals;
const builtin = (name: string): unknown => process?.getBuiltinModule?.(name);

/** Node's threads; undefined in a browser. */
export const workerThreads: WorkerThreads | undefined = builtin('node:worker_threads') as WorkerThreads | undefined;

/** How many threads this machine runs at once. */
export function parallelism(): number {
  const os = builtin('node:os') as { availableParallelism(): number } | undefined;
  return os?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
}
