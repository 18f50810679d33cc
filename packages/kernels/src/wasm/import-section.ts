/**
 * Changes one bit of a compiled module: whether the memory that it imports is shared. Engines refuse
 * to link a module that says otherwise than the memory, and one build should serve both.
 *
 * @source WebAssembly core specification, §5.5.5 "Import Section"; threads proposal, "Limits"
 */
const IMPORT_SECTION = 2;
const HEADER_BYTES = 8;
/** Kinds of imports. */
const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;
/** Bits of the flags that begin the limits of a memory or table. */
const HAS_MAXIMUM = 1;
const SHARED = 2;

/** Reads bytes and LEB128 numbers in order. */
class Reader {
  position = HEADER_BYTES;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.position >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.position];
    if (value === undefined) throw new Error('import section: the module ends too early.');
    this.position += 1;
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  skipName(): void {
    const length = this.unsigned();
    this.position += length;
  }

  skipLimits(): void {
    const flags = this.byte();
    this.unsigned();
    if ((flags & HAS_MAXIMUM) !== 0) this.unsigned();
  }
}

/** Where the flags of the imported memory stand. */
function memoryFlagsPosition(bytes: Uint8Array): number {
  const reader = new Reader(bytes);
  while (!reader.atEnd) {
    const id = reader.byte();
    const size = reader.unsigned();
    if (id !== IMPORT_SECTION) {
      reader.position += size;
      continue;
    }
    for (let left = reader.unsigned(); left > 0; left--) {
      reader.skipName();
      reader.skipName();
      const kind = reader.byte();
      if (kind === MEMORY) return reader.position;
      if (kind === FUNCTION) reader.unsigned();
      else if (kind === TABLE) {
        reader.byte();
        reader.skipLimits();
      } else if (kind === GLOBAL) {
        reader.byte();
        reader.byte();
      } else throw new Error(`import section: unknown kind of import ${kind}.`);
    }
  }
  throw new Error('import section: the module imports no memory.');
}

/** The module with its imported memory declared shared or not; the bytes given stay as they are. */
export function withMemorySharing(bytes: Uint8Array, shared: boolean): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  const position = memoryFlagsPosition(copy);
  const flags = copy[position] as number;
  copy[position] = shared ? flags | SHARED : flags & ~SHARED;
  return copy;
}
