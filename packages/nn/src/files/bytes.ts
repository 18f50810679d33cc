/** What every reader of files begins with: that it was given bytes, text in them, and how it refuses them. */
import { DataTypeError, ValueError } from '@unroll/core';

/** What is used of the Encoding Standard: every runtime has it, but no library of ECMAScript declares it. */
type Runtime = typeof globalThis & {
  readonly TextDecoder: new (
    encoding: 'utf-8',
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
};

/** Refuses what is no `Uint8Array`. Errors: `DataTypeError`. */
export function checkBytes(op: string, bytes: unknown): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) return;
  const buffer = bytes instanceof ArrayBuffer;
  throw new DataTypeError({
    op,
    what: `the bytes are ${buffer ? 'an ArrayBuffer' : `of type ${bytes === null ? 'null' : typeof bytes}`}`,
    rule: 'bytes come in a Uint8Array',
    mend: buffer ? 'Pass new Uint8Array(buffer)' : 'Pass the whole file, as readFile reads it',
  });
}

/** For bytes that are not what the format says. */
export function unreadable(
  op: string,
  what: string,
  rule = '',
  mend = 'Check that the file is the right one, and whole',
  options: ErrorOptions = {},
): ValueError {
  return new ValueError({ op, what, rule, mend }, options);
}

/** Strict: a byte order mark stays in the text. Errors: `TypeError` for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  const own = new Uint8Array(bytes); // browsers do not decode shared memory
  return new (globalThis as Runtime).TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(own);
}

export function encodeUtf8(text: string): Uint8Array {
  return new (globalThis as Runtime).TextEncoder().encode(text);
}

/** ASCII, or Latin-1, in which each byte is a character. */
export function decodeLatin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** All of them, one behind the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
