/** The main thread and its workers. */
import type { KernelLayer } from '../kernels.js';
import { allocatePersistent, freePersistent, wasmMemory, workArea } from '../memory.js';
import { type Call, type Kernel, QUEUE_BYTES, Queue } from './queue.js';
import { startWorker } from './start-worker.js';

/** How long one chunk may take, in milliseconds: it is a small part of a second at most. */
const PATIENCE = 20_000;

/** What all threads compute with. */
export interface Tools {
  /** In the workers' order, as the main thread calls them. */
  readonly kernels: readonly Kernel[];
  /** Of which they are exports, with a layer over them or without. */
  readonly module: WebAssembly.Module;
  readonly layer?: KernelLayer | undefined;
}

export class Crew {
  /** With the main thread. */
  readonly threads: number;
  readonly #kernels: readonly Kernel[];
  readonly #queue: Queue;
  readonly #blocks: readonly number[];
  #endings: readonly (() => Promise<void>)[] = [];
  #failure: unknown;
  #isDismissed = false;

  private constructor(threads: number, kernels: readonly Kernel[]) {
    this.threads = threads;
    this.#kernels = kernels;
    const sizes = [QUEUE_BYTES, ...Array.from({ length: threads - 1 }, () => workArea.bytes)];
    this.#blocks = sizes.map(allocatePersistent);
    this.#queue = new Queue(wasmMemory.buffer, this.#blocks[0] as number, kernels);
  }

  /** Resolves when all workers serve. */
  static async gather(threads: number, { kernels, module, layer }: Tools, worker?: string): Promise<Crew> {
    const crew = new Crew(threads, kernels);
    const [queue, ...workAreas] = crew.#blocks as [number, ...number[]];
    const onEnd = (cause: unknown): void => {
      if (!crew.#isDismissed) crew.#failure ??= cause;
    };
    const sent = layer && { module: layer.module, settings: layer.settings };
    const starts = workAreas.map((workArea) =>
      startWorker({ module, layer: sent, memory: wasmMemory, queue, workArea }, onEnd, worker),
    );
    const settled = await Promise.allSettled(starts);
    crew.#endings = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const refused = settled.find((result) => result.status === 'rejected');
    if (refused !== undefined) {
      await crew.dismiss();
      throw new Error('useThreads: a worker could not be started. Its reason is the cause of this error.', {
        cause: refused.reason,
      });
    }
    return crew;
  }

  /** Whether workers would have to be woken, which takes time. */
  get isAsleep(): boolean {
    return this.#queue.hasSleepers;
  }

  /** Divides a call among all threads, and returns when it is finished. */
  run(call: Call): void {
    if (this.#failure !== undefined) throw lost(this.#failure);
    const chunks = this.#queue.publish(call);
    this.#queue.help();
    if (!this.#queue.join(chunks, PATIENCE)) {
      this.#failure = new Error(`a chunk has taken more than ${PATIENCE / 1000} s`);
      throw lost(this.#failure);
    }
    const { failed } = this.#queue;
    if (failed === undefined) return;
    this.#kernels[call.kernel]?.(...failed); // fails here too, and says why
    throw new Error('kernels: a worker thread failed in a chunk that the main thread could compute.');
  }

  /** Sends the workers home, and gives their memory back. What still runs on this crew does all work by itself. */
  async dismiss(): Promise<void> {
    this.#isDismissed = true;
    this.#queue.stop();
    await Promise.all(this.#endings.map((end) => end()));
    for (const block of this.#blocks) freePersistent(block);
  }
}

function lost(cause: unknown): Error {
  return new Error(
    'kernels: a worker thread is lost, and part of a result with it. Go on from a checkpoint in a new process, or with await useThreads(1).',
    { cause },
  );
}
