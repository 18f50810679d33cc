/** Text from wherever it streams in. */
import { ValueError } from '@unroll/core';

/** A text that streams in as strings or as its UTF-8 bytes, cut anywhere: a file, or the body of a response. */
export type TextPieces = AsyncIterable<string | Uint8Array>;

/** What is used of the Encoding Standard's decoder: every runtime has it, but no library of ECMAScript declares it. */
interface Decoder {
  decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string;
}
type Runtime = typeof globalThis & {
  readonly TextDecoder: new (encoding: 'utf-8', options: { readonly fatal: boolean }) => Decoder;
};

/**
 * The pieces as strings. Characters whose bytes were cut apart are put together, and a byte order mark is left out.
 *
 * Errors: `ValueError` for bytes that are not UTF-8, and for pieces that are neither bytes nor strings.
 */
export async function* textOf(op: string, pieces: TextPieces): AsyncGenerator<string, void, undefined> {
  const bytes = new ByteReader(op);
  let count = 0;
  for await (const piece of pieces) {
    if (typeof piece === 'string') bytes.finish(count);
    yield typeof piece === 'string' ? piece : bytes.push(piece, count);
    count += 1;
  }
  bytes.finish(count);
}

/** Bytes to text. Strict: a file in another encoding would otherwise be read without a word, full of U+FFFD. */
class ByteReader {
  readonly #op: string;
  #decoder: Decoder | undefined; // made for bytes only

  constructor(op: string) {
    this.#op = op;
  }

  /** The whole characters that the bytes of piece `count` complete. */
  push(piece: Uint8Array, count: number): string {
    if (!ArrayBuffer.isView(piece)) throw notText(this.#op, piece, count);
    this.#decoder ??= new (globalThis as Runtime).TextDecoder('utf-8', { fatal: true });
    try {
      return this.#decoder.decode(piece, { stream: true });
    } catch (cause) {
      throw notUtf8(this.#op, `piece ${count} is not UTF-8`, cause);
    }
  }

  /** To be called where no bytes follow the first `count` pieces: none may be left over. */
  finish(count: number): void {
    try {
      this.#decoder?.decode();
    } catch (cause) {
      throw notUtf8(this.#op, `the bytes end inside of a character, after piece ${count - 1}`, cause);
    }
  }
}

function notUtf8(op: string, what: string, cause: unknown): ValueError {
  const mend = 'Decode another encoding where the text is read, and pass strings';
  return new ValueError({ op, what, rule: 'bytes are read as UTF-8', mend }, { cause });
}

function notText(op: string, piece: unknown, count: number): ValueError {
  return new ValueError({
    op,
    what: `piece ${count} is ${piece === null ? 'null' : `of type ${typeof piece}`}`,
    rule: 'a text arrives as strings, or as bytes in a Uint8Array',
    mend: 'Convert the pieces',
  });
}
