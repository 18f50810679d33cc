/**
 * The one `WebAssembly.Memory` of this realm, and the only file that touches it. It is cut into
 * blocks; a block is either **persistent** (a parameter, its gradient, an optimizer's state: freed by
 * its owner) or a chunk of an **arena** (what one recording computes: emptied in one go).
 */
import { KernelMemoryError, type MemoryReport } from './memory-error.js';

const PAGE = 65_536;
/** Every block begins at a multiple of this: a cache line, and enough for any SIMD load. */
const ALIGNMENT = 64;
/** The start of the memory belongs to no block: here the kernels of this thread pack panels and keep partial sums. */
export const workArea: { readonly address: number; readonly bytes: number } = {
  address: ALIGNMENT,
  bytes: 10 * PAGE - ALIGNMENT,
};
const FIRST_ADDRESS: number = workArea.address + workArea.bytes;
const INITIAL_PAGES = 32;
/** 4 GiB of address space, which costs nothing until it is used; smaller where the engine refuses. */
const MAXIMUM_PAGES = [65_536, 32_768, 16_384, 4_096];
const SMALLEST_CHUNK = 256 * 1024;

/** Typed windows over the whole memory. Read them afresh in every call: growth replaces them. */
export const views: { float32: Float32Array; float64: Float64Array; int32: Int32Array } = {
  float32: new Float32Array(0),
  float64: new Float64Array(0),
  int32: new Int32Array(0),
};

/** A `WebAssembly.Memory`, described so that users need no declarations of WebAssembly. */
export interface GrowableMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** Grows by `delta` pages of 64 KiB. */
  grow(delta: number): number;
}

function reserve(): GrowableMemory {
  let refusal: unknown;
  for (const shared of typeof SharedArrayBuffer === 'undefined' ? [false] : [true, false]) {
    for (const maximum of MAXIMUM_PAGES) {
      try {
        return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared });
      } catch (error) {
        refusal = error;
      }
    }
  }
  throw new Error('memory: this engine refuses to reserve even 256 MiB of WebAssembly memory.', { cause: refusal });
}

/** For the kernels' own modules, which import it. */
export const wasmMemory: GrowableMemory = reserve();
/** Whether the memory may be seen by several threads; decides how modules that import it are compiled. */
export const memoryIsShared: boolean =
  typeof SharedArrayBuffer !== 'undefined' && wasmMemory.buffer instanceof SharedArrayBuffer;

function refreshViews(): void {
  const { buffer } = wasmMemory;
  views.float32 = new Float32Array(buffer);
  views.float64 = new Float64Array(buffer);
  views.int32 = new Int32Array(buffer);
}
refreshViews();

interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** Free blocks by address; neighbours are merged, so the list stays short. */
let free: Block[] = [{ address: FIRST_ADDRESS, bytes: INITIAL_PAGES * PAGE - FIRST_ADDRESS }];
let persistentBytes = 0;
const persistentBlocks = new Map<number, number>();
let arenaBytes = 0;
let arenaCount = 0;

const align = (bytes: number): number => Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);

/** Takes `bytes` from the beginning of a free block. Returns where. */
function cut(i: number, bytes: number): number {
  const block = free[i] as Block;
  if (block.bytes === bytes) free.splice(i, 1);
  else free[i] = { address: block.address + bytes, bytes: block.bytes - bytes };
  return block.address;
}

/** Takes the first free block that is large enough; grows the memory where there is none. */
function take(bytes: number): number {
  const i = free.findIndex((block) => block.bytes >= bytes);
  if (i >= 0) return cut(i, bytes);
  grow(bytes);
  return take(bytes);
}

/** Takes up to `bytes` of what is free, lowest first, since that has been used before; nothing grows. */
function takeInPieces(bytes: number, least: number): Block[] {
  const pieces: Block[] = [];
  let left = bytes;
  for (let i = 0; i < free.length && left >= least; ) {
    const size = Math.min((free[i] as Block).bytes, left);
    if (size < least) i += 1;
    else {
      pieces.push({ address: cut(i, size), bytes: size });
      left -= size;
    }
  }
  return pieces;
}

function give(address: number, bytes: number): void {
  let i = 0;
  while (i < free.length && (free[i] as Block).address < address) i++;
  free.splice(i, 0, { address, bytes });
  const merged: Block[] = [];
  for (const block of free) {
    const last = merged[merged.length - 1];
    if (last !== undefined && last.address + last.bytes === block.address) {
      merged[merged.length - 1] = { address: last.address, bytes: last.bytes + block.bytes };
    } else merged.push(block);
  }
  free = merged;
}

/** Doubles the memory, or adds just what is needed where doubling is refused. */
function grow(bytes: number): void {
  const before = wasmMemory.buffer.byteLength;
  const last = free[free.length - 1];
  const tail = last !== undefined && last.address + last.bytes === before ? last.bytes : 0;
  const needed = Math.ceil((bytes - tail) / PAGE);
  for (const pages of [Math.max(needed, before / PAGE), needed]) {
    try {
      wasmMemory.grow(pages);
    } catch {
      continue;
    }
    refreshViews();
    give(before, pages * PAGE);
    return;
  }
  throw new KernelMemoryError(bytes, memoryReport());
}

/** Memory for numbers that outlive recordings, filled with zeros. Returns a byte address. */
export function allocatePersistent(bytes: number): number {
  const size = align(bytes);
  const address = take(size);
  persistentBlocks.set(address, size);
  persistentBytes += size;
  views.int32.fill(0, address / 4, (address + size) / 4);
  return address;
}

/** Gives back what {@link allocatePersistent} returned. */
export function freePersistent(address: number): void {
  const size = persistentBlocks.get(address);
  if (size === undefined) throw new Error(`freePersistent: no persistent block begins at ${address}.`);
  persistentBlocks.delete(address);
  persistentBytes -= size;
  give(address, size);
}

/**
 * Memory that is handed out in order and emptied all at once. {@link Arena.epoch} changes with every
 * emptying, so whoever remembers the epoch of its numbers knows whether they are still there.
 */
export class Arena {
  /** Unique over all arenas. */
  epoch: number = Arena.#nextEpoch();
  #chunks: Block[] = [];
  /** The chunk in use, and how much of it is taken. */
  #chunk = 0;
  #used = 0;
  /** Blocks that were taken back, by size. */
  readonly #recycled = new Map<number, number[]>();

  static #epochs = 0;
  static #nextEpoch(): number {
    Arena.#epochs += 1;
    return Arena.#epochs;
  }

  /** A byte address with room for `bytes`; what stands there is arbitrary. */
  allocate(bytes: number): number {
    const size = align(bytes);
    const recycled = this.#recycled.size > 0 ? this.#recycled.get(size)?.pop() : undefined;
    if (recycled !== undefined) return recycled;
    while (this.#chunk < this.#chunks.length) {
      const chunk = this.#chunks[this.#chunk] as Block;
      if (this.#used + size <= chunk.bytes) {
        const address = chunk.address + this.#used;
        this.#used += size;
        return address;
      }
      this.#chunk += 1;
      this.#used = 0;
    }
    const chunk = this.#addLargeChunk(size);
    this.#used = size;
    return chunk.address;
  }

  /** Doubles the arena, or adds just `size` where there is no room for that. */
  #addLargeChunk(size: number): Block {
    return this.#tryAddChunk(Math.max(size, SMALLEST_CHUNK, this.bytes)) ?? this.#addChunk(size);
  }

  /** Bytes that this arena keeps reserved, used or not. */
  get bytes(): number {
    return this.#chunks.reduce((total, chunk) => total + chunk.bytes, 0);
  }

  /** Takes back one block of `bytes` before the rest, for the next request of the same size. */
  recycle(address: number, bytes: number): void {
    const size = align(bytes);
    const blocks = this.#recycled.get(size);
    if (blocks === undefined) this.#recycled.set(size, [address]);
    else blocks.push(address);
  }

  /** Forgets all numbers. Chunks that are neighbours become one, so that a steady loop uses few. */
  reset(): void {
    this.epoch = Arena.#nextEpoch();
    this.#recycled.clear();
    if (this.#chunks.length > 1) {
      const total = this.bytes;
      this.#freeChunks();
      // One chunk of the total would lie elsewhere where blocks of others are between: twice the resident memory.
      for (const piece of takeInPieces(total, SMALLEST_CHUNK)) this.#own(piece);
    }
    this.#chunk = 0;
    this.#used = 0;
  }

  /** Gives all memory back; the arena can still be used, and then begins small again. */
  release(): void {
    this.epoch = Arena.#nextEpoch();
    this.#recycled.clear();
    this.#freeChunks();
    this.#chunk = 0;
    this.#used = 0;
  }

  /** A chunk, or nothing where the memory has no room for one so large. */
  #tryAddChunk(bytes: number): Block | undefined {
    try {
      return this.#addChunk(bytes);
    } catch (error) {
      if (error instanceof KernelMemoryError) return undefined;
      throw error;
    }
  }

  #addChunk(bytes: number): Block {
    return this.#own({ address: take(align(bytes)), bytes: align(bytes) });
  }

  #own(chunk: Block): Block {
    if (this.#chunks.length === 0) arenaCount += 1;
    this.#chunks.push(chunk);
    arenaBytes += chunk.bytes;
    return chunk;
  }

  #freeChunks(): void {
    for (const chunk of this.#chunks) give(chunk.address, chunk.bytes);
    if (this.#chunks.length > 0) arenaCount -= 1;
    arenaBytes -= this.bytes;
    this.#chunks = [];
  }
}

/** Reads the books of the kernel memory. */
export function memoryReport(): MemoryReport {
  return {
    total: wasmMemory.buffer.byteLength,
    persistent: persistentBytes,
    persistentBlocks: persistentBlocks.size,
    arenas: arenaBytes,
    arenaCount,
    free: free.reduce((total, block) => total + block.bytes, 0),
  };
}
