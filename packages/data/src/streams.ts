/** Text that streams in: ids and windows without ever holding all of it. */
import { checkOptions, checkSize, ValueError } from '@unroll/core';
import { type SequenceWindow, windowOf } from './bptt-windows.js';
import { type TextPieces, textOf } from './text-pieces.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * The ids of a text that arrives in pieces, some at a time. Bytes are read as UTF-8, and a character or a word that was
 * cut in two is put together; so a text of words without white space would be held as a whole.
 *
 * Errors: as the vocabulary's `encode`, with the place in the whole text; `ValueError` for bytes that are not UTF-8;
 * what the source throws. The source is closed when the reader stops early.
 *
 * @example
 * ```ts
 * import { CharVocabulary, encodeStream, WordVocabulary } from '@unroll/data';
 * async function* pieces() {
 *   yield 'hel';
 *   yield 'lo wor';
 *   yield 'ld';
 * }
 * const characters = await CharVocabulary.fromStream(pieces());
 * for await (const ids of encodeStream(characters, pieces())) characters.decode(ids); // 'hel', 'lo wor', 'ld'
 * const words = await WordVocabulary.fromStream(pieces());
 * for await (const ids of encodeStream(words, pieces())) words.decode(ids); // 'hello', 'world'
 * ```
 */
export async function* encodeStream(
  vocabulary: Vocabulary,
  pieces: TextPieces,
): AsyncGenerator<Int32Array, void, undefined> {
  const encoder = vocabulary.encoder();
  for await (const piece of textOf('encodeStream', pieces)) {
    const ids = encoder.push(piece);
    if (ids.length > 0) yield ids;
  }
  const rest = encoder.finish();
  if (rest.length > 0) yield rest;
}

/** Options of {@link streamWindows}. */
export interface StreamWindowsOptions {
  /** How many ids of each stream a window holds. */
  readonly steps: number;
}

/**
 * Windows for truncated backpropagation through time over texts that stream in side by side: row `b` of every window
 * comes from `sources[b]` and goes on where it ended in the window before. `y` is `x` one id later. The windows
 * end with the shortest source; what does not fill a window is dropped.
 *
 * Shapes: x and y int32 `[sources.length, steps]`.
 * Errors: as it is called, `ValueError` without sources and for options that are unknown or no sizes; as it is read,
 * `ValueError` when a source ends before the first window is full, and as {@link encodeStream}.
 *
 * @example
 * ```ts
 * import { CharVocabulary, streamWindows } from '@unroll/data';
 * async function* pieces() {
 *   yield 'the cat ';
 *   yield 'sat on the mat';
 * }
 * const vocabulary = await CharVocabulary.fromStream(pieces());
 * for await (const { x, y } of streamWindows(vocabulary, [pieces()], { steps: 7 })) {
 *   vocabulary.decode([...x.data]); // 'the cat', ' sat on', ' the ma'
 *   vocabulary.decode([...y.data]); // 'he cat ', 'sat on ', 'the mat'
 * }
 * ```
 */
export function streamWindows(
  vocabulary: Vocabulary,
  sources: readonly TextPieces[],
  options: StreamWindowsOptions,
): AsyncIterable<SequenceWindow> {
  checkOptions('streamWindows', options, ['steps']);
  const { steps } = options;
  checkSize('streamWindows', 'steps', steps);
  if (sources.length === 0) {
    throw new ValueError({
      op: 'streamWindows',
      what: 'there are no sources',
      rule: 'each source is one row of the windows',
      mend: 'Pass an array of at least one',
    });
  }
  return { [Symbol.asyncIterator]: () => readSideBySide(vocabulary, sources, steps) };
}

async function* readSideBySide(
  vocabulary: Vocabulary,
  sources: readonly TextPieces[],
  steps: number,
): AsyncGenerator<SequenceWindow, void, undefined> {
  const readers = sources.map((source) => new Reader(encodeStream(vocabulary, source)));
  try {
    for (let count = 0; ; count++) {
      const rows: Int32Array[] = [];
      for (const [b, reader] of readers.entries()) {
        const row = await reader.window(steps);
        if (row === null && count === 0) throw tooShort(b, reader.available, steps);
        if (row === null) return;
        rows.push(row);
      }
      yield windowOf(rows);
    }
  } finally {
    await closeAll(readers);
  }
}

/** Closes every source, also where closing another one fails; then says so. */
async function closeAll(readers: readonly Reader[]): Promise<void> {
  for (const end of await Promise.allSettled(readers.map((reader) => reader.close())))
    if (end.status === 'rejected') throw end.reason;
}

function tooShort(source: number, length: number, steps: number): ValueError {
  return new ValueError({
    op: 'streamWindows',
    what: `sources[${source}] is shorter than one window`,
    arrays: { [`sources[${source}]`]: { shape: [length] } },
    rule: `a window of steps ${steps} takes ${steps} + 1 = ${steps + 1} ids`,
    mend: 'Pass a longer text, or fewer steps',
  });
}

/** Ids that have arrived and were not handed out yet. */
class Reader {
  readonly #pieces: AsyncGenerator<Int32Array, void, undefined>;
  #ids: Int32Array = new Int32Array(0);

  constructor(pieces: AsyncGenerator<Int32Array, void, undefined>) {
    this.#pieces = pieces;
  }

  get available(): number {
    return this.#ids.length;
  }

  /** The next `steps` ids and the one after them, which stays; null when the source ends before that. */
  async window(steps: number): Promise<Int32Array | null> {
    const waiting = [this.#ids];
    let length = this.#ids.length;
    let ended = false;
    while (length <= steps && !ended) {
      const { done, value } = await this.#pieces.next();
      ended = done === true;
      if (value === undefined) continue;
      waiting.push(value);
      length += value.length;
    }
    this.#ids = joined(waiting, length);
    if (ended) return null;
    const window = this.#ids.slice(0, steps + 1);
    this.#ids = this.#ids.subarray(steps);
    return window;
  }

  /** Lets the source close its file. */
  async close(): Promise<void> {
    await this.#pieces.return();
  }
}

function joined(parts: readonly Int32Array[], length: number): Int32Array {
  if (parts.length === 1) return parts[0] as Int32Array;
  const all = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
