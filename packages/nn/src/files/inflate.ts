/** Deflated bytes as they were, by means of the runtime: each has them, and a library would be more to download. */
import { joinBytes, unreadable } from './bytes.js';

/** What is used of the Compression Standard, which no library of ECMAScript declares. */
interface Inflater {
  readonly writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } };
  readonly readable: { getReader(): Reader };
}
interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}
type Runtime = typeof globalThis & { readonly DecompressionStream?: new (format: 'deflate-raw') => Inflater };

/**
 * The `size` bytes that were deflated. Memory is taken for those that come, not for those that are promised.
 *
 * Errors: `ValueError` for bytes that are not deflated, for more or fewer of them, and where the runtime cannot inflate.
 */
export async function inflate(op: string, name: string, packed: Uint8Array, size: number): Promise<Uint8Array> {
  const { DecompressionStream } = globalThis as Runtime;
  if (DecompressionStream === undefined) {
    const mend = 'Save it with np.savez, which does not deflate';
    throw unreadable(op, `'${name}' is deflated`, 'this runtime has no DecompressionStream', mend);
  }
  const { readable, writable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  const written = writer.write(new Uint8Array(packed)).then(() => writer.close());
  written.catch(() => {}); // reading then fails too, and that is waited for
  const parts = await readUpTo(readable.getReader(), size).catch((cause: unknown) => {
    throw unreadable(op, `the bytes of '${name}' cannot be inflated`, undefined, undefined, { cause });
  });
  const bytes = joinBytes(parts);
  if (bytes.length === size) return bytes;
  const found = bytes.length > size ? 'more' : `${bytes.length}`;
  throw unreadable(op, `'${name}' inflates to ${found} bytes`, `the directory says that they are ${size}`);
}

/** All bytes of a stream, or a few more than `size`. */
async function readUpTo(reader: Reader, size: number): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length <= size) {
    const { value } = await reader.read();
    if (value === undefined) return parts;
    parts.push(value);
    length += value.length;
  }
  await reader.cancel();
  return parts;
}
