import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CharVocabulary, encodeStream, type SequenceWindow, streamWindows, WordVocabulary } from './index.js';

async function* stream<T>(pieces: Iterable<T>): AsyncGenerator<T> {
  yield* pieces;
}

const cut = (text: string, length: number): string[] => text.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? [];

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Parts of `length` bytes, whatever they cut apart. */
function cutBytes(bytes: Uint8Array, length: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / length);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * length, (i + 1) * length));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const texts = fc.string({ unit: fc.constantFrom('a', 'b', '€', '😀', '🎉'), minLength: 1, maxLength: 60 });

test('the ids of a stream are those of the whole text, wherever it was cut', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 5 }), async (text, length) => {
      const vocabulary = new CharVocabulary(text);
      for (const pieces of [cut(text, length), cutBytes(bytesOf(text), length), ['', text, '']]) {
        const ids = await collect(encodeStream(vocabulary, stream<string | Uint8Array>(pieces)));
        expect(ids.flatMap((part) => [...part])).toEqual([...vocabulary.encode(text)]);
        expect(ids.every((part) => part.length > 0)).toBe(true);
        const fromStream = await CharVocabulary.fromStream(stream<string | Uint8Array>(pieces));
        expect(fromStream.toJSON()).toEqual(vocabulary.toJSON());
      }
    }),
  );
});

test('so are the ids of words', async () => {
  const sentences = fc.string({ unit: fc.constantFrom('a', "'", ',', ' ', '\n', '\u2003', 'é', '😀'), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(sentences, fc.integer({ min: 1, max: 5 }), async (text, length) => {
      const vocabulary = new WordVocabulary(`word ${text}`);
      for (const pieces of [cut(text, length), cutBytes(bytesOf(text), length)]) {
        const ids = await collect(encodeStream(vocabulary, stream<string | Uint8Array>(pieces)));
        expect(ids.flatMap((part) => [...part])).toEqual([...vocabulary.encode(text)]);
      }
    }),
  );
});

test('a vocabulary of one’s own can be streamed', async () => {
  const parity = {
    size: 2,
    encode: (text: string) => Int32Array.from(text, (character) => character.charCodeAt(0) % 2),
    decode: () => '',
    encoder: () => ({ push: parity.encode, finish: () => new Int32Array(0) }),
  };
  const [window] = await collect(streamWindows(parity, [stream(['ab', 'cde'])], { steps: 4 }));
  expect([window?.x.toArray(), window?.y.toArray()]).toEqual([[[1, 0, 1, 0]], [[0, 1, 0, 1]]]);
});

test('bytes are UTF-8, of which a byte order mark is no part', async () => {
  const read = (...pieces: (string | Uint8Array)[]) => CharVocabulary.fromStream(stream(pieces));
  expect((await read(Uint8Array.of(0xef, 0xbb), Uint8Array.of(0xbf, 0x61))).characters).toEqual(['a']);
  expect((await read(bytesOf('é'), 'b', bytesOf('é'))).characters).toEqual(['b', 'é']);
  await expect(read(bytesOf('a'), Uint8Array.of(0xe9, 0x61))).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromStream: piece 1 is not UTF-8; bytes are read as UTF-8. Decode another encoding where the text is read, and pass strings.]`,
  );
  await expect(read(bytesOf('é').subarray(0, 1))).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromStream: the bytes end inside of a character, after piece 0; bytes are read as UTF-8. Decode another encoding where the text is read, and pass strings.]`,
  );
  const [head, tail] = cutBytes(bytesOf('é'), 1);
  await expect(read(head ?? '', 'a', tail ?? '')).rejects.toThrow('the bytes end inside of a character, after piece 0');
  const numbers = stream<unknown>([7]) as AsyncGenerator<string>;
  await expect(CharVocabulary.fromStream(numbers)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ValueError: CharVocabulary.fromStream: piece 0 is of type number; a text arrives as strings, or as bytes in a Uint8Array. Convert the pieces.]`,
  );
});

test('half a character at the end of a stream is a character of its own', async () => {
  const text = 'a\ud83d';
  const vocabulary = new CharVocabulary([text]);
  const ids = await collect(encodeStream(vocabulary, stream(['a', '\ud83d'])));
  expect(vocabulary.decode(ids.flatMap((part) => [...part]))).toBe(text);
});

test('an unknown character is named with its position in the whole text', async () => {
  const vocabulary = new CharVocabulary('a😀');
  const reading = collect(encodeStream(vocabulary, stream(['aa', '\ud83d', '\ude00', 'aé'])));
  await expect(reading).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ValueError: encode: the vocabulary lacks the character "é" (U+00E9) at position 5 of the text; it has 2 characters. Build it from all texts, or pass { unknown: 'skip' } or a character to take its place.]`,
  );
});

test('an unknown word is named with its place in the whole text', async () => {
  const vocabulary = new WordVocabulary('a b', { unknown: 'error' });
  const reading = collect(encodeStream(vocabulary, stream(['a b', ' a', ' x', 'y b'])));
  await expect(reading).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ValueError: encode: the vocabulary lacks the word "xy", words[3] of the text; it has 5 words. Build it from all texts, or with another unknown than 'error'.]`,
  );
});

test('windows over streams rebuild each text as far as the shortest fills them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(texts, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 9 }),
      async (all, steps, length) => {
        const vocabulary = new CharVocabulary(all);
        const ids = all.map((text) => [...vocabulary.encode(text)]);
        const count = Math.min(...ids.map((text) => Math.floor((text.length - 1) / steps)));
        fc.pre(count > 0);
        const windows = await collect(
          streamWindows(
            vocabulary,
            all.map((text) => stream(cut(text, length))),
            { steps },
          ),
        );
        expect(windows.length).toBe(count);
        const row = (t: SequenceWindow['x'], b: number): number[] => (t.toArray() as number[][])[b] ?? [];
        ids.forEach((text, b) => {
          expect(windows.flatMap(({ x }) => row(x, b))).toEqual(text.slice(0, count * steps));
          expect(windows.flatMap(({ y }) => row(y, b))).toEqual(text.slice(1, count * steps + 1));
        });
      },
    ),
  );
});

test('sources are closed when the reader stops early', async () => {
  const closed: string[] = [];
  async function* endless(name: string): AsyncGenerator<string> {
    try {
      for (;;) yield 'ab';
    } finally {
      closed.push(name);
    }
  }
  const windows = streamWindows(new CharVocabulary('ab'), [endless('first'), endless('second')], { steps: 3 });
  for await (const { x } of windows) {
    expect(x.toArray()).toEqual([
      [0, 1, 0],
      [0, 1, 0],
    ]);
    break;
  }
  expect(closed).toEqual(['first', 'second']);
});

test('encoding stops with the reader, and closes its source', async () => {
  const events: string[] = [];
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) {
        events.push('read');
        yield 'ab ';
      }
    } finally {
      events.push('closed');
    }
  }
  for (const vocabulary of [new CharVocabulary('ab '), new WordVocabulary('ab')]) {
    for await (const ids of encodeStream(vocabulary, endless())) {
      expect(ids.length).toBeGreaterThan(0);
      break;
    }
    const strict = new CharVocabulary('a');
    await expect(collect(encodeStream(strict, endless()))).rejects.toThrow('lacks the character "b"');
  }
  expect(events).toEqual(['read', 'closed', 'read', 'closed', 'read', 'closed', 'read', 'closed']);
});

test('what a source throws arrives as it is, and the other sources are closed', async () => {
  const broken = new Error('the disk is gone');
  const closed: string[] = [];
  async function* breaking(): AsyncGenerator<string> {
    yield 'abab';
    throw broken;
  }
  async function* endless(name: string): AsyncGenerator<string> {
    try {
      for (;;) yield 'ab';
    } finally {
      closed.push(name);
    }
  }
  const vocabulary = new CharVocabulary('ab');
  await expect(collect(encodeStream(vocabulary, breaking()))).rejects.toBe(broken);
  await expect(CharVocabulary.fromStream(breaking())).rejects.toBe(broken);
  await expect(WordVocabulary.fromStream(breaking())).rejects.toBe(broken);
  const sources = [endless('first'), breaking(), endless('third')];
  await expect(collect(streamWindows(vocabulary, sources, { steps: 2 }))).rejects.toBe(broken);
  expect(closed).toEqual(['first', 'third']);
});

test('a source that fails to close does not keep the others open', async () => {
  const closed: string[] = [];
  async function* endless(name: string): AsyncGenerator<string> {
    try {
      for (;;) yield 'ab';
    } finally {
      closed.push(name);
      if (name === 'first') await Promise.reject(new Error('cannot close'));
    }
  }
  const windows = streamWindows(new CharVocabulary('ab'), [endless('first'), endless('second')], { steps: 3 });
  const readOne = async (): Promise<void> => {
    for await (const _ of windows) break;
  };
  await expect(readOne()).rejects.toThrow('cannot close');
  expect(closed).toEqual(['first', 'second']);
});

test('bad input is refused', async () => {
  const vocabulary = new CharVocabulary('abc');
  expect(() => streamWindows(vocabulary, [], { steps: 3 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: streamWindows: there are no sources; each source is one row of the windows. Pass an array of at least one.]`,
  );
  expect(() => streamWindows(vocabulary, [stream(['a'])], { steps: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: streamWindows: steps is 0; it must be a whole number of at least 1. Correct steps.]`,
  );
  const misspelt = { steps: 3, batch: 2 };
  expect(() => streamWindows(vocabulary, [stream(['a'])], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: streamWindows: unknown option 'batch'; the options are steps. Correct the name, or leave it out.]`,
  );
  const short = collect(streamWindows(vocabulary, [stream(['abca']), stream(['ab', 'c'])], { steps: 3 }));
  await expect(short).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ValueError: streamWindows: sources[1] is shorter than one window. sources[1] is [3]; a window of steps 3 takes 3 + 1 = 4 ids. Pass a longer text, or fewer steps.]`,
  );
});
