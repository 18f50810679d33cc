/**
 * The part of the WebAssembly interface that the kernels use. TypeScript declares it in its `dom` library
 * only, which would let `window` and `fetch` slip into a package that must run everywhere.
 */
declare namespace WebAssembly {
  interface MemoryDescriptor {
    initial: number;
    maximum?: number;
    shared?: boolean;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
    /** Grows by `delta` pages of 64 KiB and returns the number of pages before. */
    grow(delta: number): number;
  }
  class Module {
    constructor(bytes: ArrayBufferLike | ArrayBufferView);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  function validate(bytes: ArrayBufferLike | ArrayBufferView): boolean;
}
