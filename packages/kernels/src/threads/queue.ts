/**
 * The queue that threads take work from: one call of a kernel, cut into chunks. It lies in kernel memory, and the main
 * thread and its workers run the same code on it.
 *
 * The **ticket** says how many chunks are left, and in its upper bits which call they belong to. Who lowers it has a
 * chunk. A thread reads the call before it does so; if the main thread has published another one meanwhile, the ticket
 * has changed too, and what was read is forgotten.
 */

/** Words of 32 bits; those that several threads write have cache lines of their own. */
const TICKET = 0;
const KERNEL = 16;
const ARGUMENTS = 17;
const EXTENT_AT = 18;
const EXTENT = 19;
const CHUNKS = 20;
const FINISHED = 32;
/** A chunk that failed, counted from 1. */
const FAILED = 33;
/** 1 while the main thread sleeps until chunks of others are finished. */
const AWAITED = 34;
const SLEEPERS = 48;
const STOPPED = 49;
/** Numbers of 64 bits: the arguments, and how far each moves from chunk to chunk. */
const NUMBERS = 32;
const MOST_ARGUMENTS = 16;
const MOVES = NUMBERS + MOST_ARGUMENTS;

/** Size of a queue. */
export const QUEUE_BYTES: number = 8 * (MOVES + MOST_ARGUMENTS);
/** Into how many chunks a call may be cut; it is also the part of a ticket that counts them. */
export const MOST_CHUNKS = 255;

/**
 * How often a thread looks for something to do before it sleeps: some half a millisecond, so that it is still awake when
 * JavaScript comes back with the next call. Longer, it takes the core from whoever else wants it.
 */
const LOOKS = 100_000;

/** A kernel as the queue calls it. */
export type Kernel = (...args: number[]) => void;

/** A call, cut along one of its arguments. */
export interface Call {
  /** Place among the kernels, whose order is the same in every thread. */
  readonly kernel: number;
  readonly args: readonly number[];
  /** Which argument counts what is divided. */
  readonly extentAt: number;
  /** Of that, how much a chunk takes; the last one may have less. */
  readonly extent: number;
  /** How far each argument moves from chunk to chunk. */
  readonly moves: readonly number[];
}

export class Queue {
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #kernels: readonly Kernel[];
  readonly #args: number[] = [];

  constructor(buffer: ArrayBufferLike, address: number, kernels: readonly Kernel[]) {
    this.#words = new Int32Array(buffer, address, QUEUE_BYTES / 4);
    this.#numbers = new Float64Array(buffer, address, QUEUE_BYTES / 8);
    this.#kernels = kernels;
  }

  /** Whether a worker would have to be woken. */
  get hasSleepers(): boolean {
    return (this.#words[SLEEPERS] as number) > 0;
  }

  /** Makes a call the current one, and wakes who sleeps. The one before must be finished. Returns its number of chunks. */
  publish({ kernel, args, extentAt, extent, moves }: Call): number {
    const [words, numbers] = [this.#words, this.#numbers];
    const chunks = Math.ceil((args[extentAt] as number) / extent);
    words[KERNEL] = kernel;
    words[ARGUMENTS] = args.length;
    words[EXTENT_AT] = extentAt;
    words[EXTENT] = extent;
    words[CHUNKS] = chunks;
    for (let i = 0; i < args.length; i++) {
      numbers[NUMBERS + i] = args[i] as number;
      numbers[MOVES + i] = moves[i] as number;
    }
    words[FAILED] = 0;
    words[FINISHED] = 0;
    this.#nextTicket(chunks);
    return chunks;
  }

  /** Sends all workers home. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
    this.#nextTicket(0);
  }

  #nextTicket(chunks: number): void {
    const words = this.#words;
    const last = words[TICKET] as number;
    Atomics.store(words, TICKET, (last + MOST_CHUNKS + 1) | chunks); // begins anew after 16 million calls
    if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, TICKET);
  }

  /** Works as long as there are chunks. */
  help(): void {
    const words = this.#words;
    for (;;) {
      const ticket = Atomics.load(words, TICKET);
      const left = ticket & MOST_CHUNKS;
      if (left === 0) return;
      const chunk = (words[CHUNKS] as number) - left;
      const kernel = this.#kernels[words[KERNEL] as number] as Kernel;
      this.#readArguments(chunk);
      if (Atomics.compareExchange(words, TICKET, ticket, ticket - 1) !== ticket) continue;
      try {
        kernel(...this.#args);
      } catch {
        Atomics.store(words, FAILED, chunk + 1);
      }
      Atomics.add(words, FINISHED, 1);
      if (Atomics.load(words, AWAITED) === 1) Atomics.notify(words, FINISHED);
    }
  }

  #readArguments(chunk: number): void {
    const [args, words, numbers] = [this.#args, this.#words, this.#numbers];
    args.length = words[ARGUMENTS] as number;
    for (let i = 0; i < args.length; i++) {
      args[i] = (numbers[NUMBERS + i] as number) + chunk * (numbers[MOVES + i] as number);
    }
    const [at, extent] = [words[EXTENT_AT] as number, words[EXTENT] as number];
    args[at] = Math.min(extent, (numbers[NUMBERS + at] as number) - chunk * extent);
  }

  /** The life of a worker: works, looks around for a while, sleeps, until it is sent home. */
  serve(): void {
    const words = this.#words;
    while (Atomics.load(words, STOPPED) === 0) {
      this.help();
      const ticket = this.#lookAround();
      if ((ticket & MOST_CHUNKS) > 0) continue;
      Atomics.add(words, SLEEPERS, 1);
      Atomics.wait(words, TICKET, ticket);
      Atomics.sub(words, SLEEPERS, 1);
    }
  }

  #lookAround(): number {
    const words = this.#words;
    for (let looks = 1; ; looks++) {
      const ticket = Atomics.load(words, TICKET);
      if ((ticket & MOST_CHUNKS) > 0 || looks === LOOKS) return ticket;
    }
  }

  /**
   * Waits until all chunks of the call are finished, at most `milliseconds` for each of them. Returns whether they are.
   * The main thread of a page may not sleep, and looks all the time.
   */
  join(chunks: number, milliseconds: number): boolean {
    const words = this.#words;
    for (let looks = 0; looks < LOOKS; looks++) {
      if (Atomics.load(words, FINISHED) === chunks) return true;
    }
    Atomics.store(words, AWAITED, 1);
    try {
      for (;;) {
        const finished = Atomics.load(words, FINISHED);
        if (finished === chunks) return true;
        if (waitForChange(words, FINISHED, finished, milliseconds) === 'timed-out') return false;
      }
    } finally {
      Atomics.store(words, AWAITED, 0);
    }
  }

  /** The first argument list that failed, if any did. */
  get failed(): readonly number[] | undefined {
    const chunk = (this.#words[FAILED] as number) - 1;
    if (chunk < 0) return undefined;
    this.#readArguments(chunk);
    return this.#args;
  }
}

function waitForChange(
  words: Int32Array,
  at: number,
  value: number,
  milliseconds: number,
): 'ok' | 'not-equal' | 'timed-out' {
  if (maySleep(words)) return Atomics.wait(words, at, value, milliseconds);
  const end = Date.now() + milliseconds;
  while (Date.now() < end) if (Atomics.load(words, at) !== value) return 'ok';
  return 'timed-out';
}

/** The main thread of a page throws. */
function maySleep(words: Int32Array): boolean {
  try {
    Atomics.wait(words, AWAITED, 0, 0);
    return true;
  } catch {
    return false;
  }
}
