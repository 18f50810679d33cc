import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CharVocabulary, encodeStream, type SequenceWindow, streamWindows } from './index.js';

async function* stream(pieces: Iterable<string>): AsyncGenerator<string> {
  yield* pieces;
}

const cut = (text: string, length: number): string[] => text.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? [];

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
      const ids = await collect(encodeStream(vocabulary, stream(cut(text, length))));
      expect(ids.flatMap((part) => [...part])).toEqual([...vocabulary.encode(text)]);
    }),
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
