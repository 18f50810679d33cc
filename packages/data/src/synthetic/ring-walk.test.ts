import { Rng, type Tensor } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectFrequencies } from './statistics.fixture.js';

const rowsOf = (ids: Tensor): number[][] => ids.toArray() as number[][];

test('each place is a neighbour of the one before, and has its colour', () => {
  const data = synthetic.ringWalk({ count: 50, steps: 40, rng: new Rng(1) });
  for (const part of [data.x, data.places, data.colours]) expect([part.shape, part.dtype]).toEqual([[50, 40], 'int32']);
  const [moves, places, colours] = [rowsOf(data.x), rowsOf(data.places), rowsOf(data.colours)];
  places.forEach((walk, n) => {
    walk.forEach((place, t) => {
      const before = walk[t - 1] ?? 0;
      const ring = [0, 1, 2, 3, 4, 5, 6, 7];
      expect(place).toBe(ring.at(moves[n]?.[t] === 1 ? (before + 1) % 8 : before - 1));
      expect(colours[n]?.[t]).toBe([0, 0, 1, 1, 0, 0, 1, 1][place]);
    });
  });
  expect(new Set(places.flat()).size).toBe(synthetic.RING_PLACES);
});

test('each move is as likely as the other', () => {
  expectFrequencies(rowsOf(synthetic.ringWalk({ count: 20, steps: 500, rng: new Rng(2) }).x).flat(), [0.5, 0.5]);
});

test('by the move and the colour before, the colour is guessed right half of the time', () => {
  const data = synthetic.ringWalk({ count: 2_000, steps: 21, rng: new Rng(3) });
  const [moves, colours] = [rowsOf(data.x), rowsOf(data.colours)];
  for (const move of [0, 1]) {
    for (const before of [0, 1]) {
      // As many even steps as odd ones: at each of them alone it is known which of two neighbours it is.
      const after = colours.flatMap((walk, n) =>
        walk.filter((_, t) => t > 0 && moves[n]?.[t] === move && walk[t - 1] === before),
      );
      expectFrequencies(after, [synthetic.RING_WALK_BASELINE, synthetic.RING_WALK_BASELINE]);
    }
  }
});

test('a sample', () => {
  const { x, places, colours } = synthetic.ringWalk({ count: 2, steps: 16, rng: new Rng(1) });
  const strings = [x, places, colours].map((ids) => rowsOf(ids).map((row) => row.join('')));
  expect(strings).toMatchInlineSnapshot(`
    [
      [
        "1010110001100101",
        "0110101000011000",
      ],
      [
        "1010121070107070",
        "7010101076567654",
      ],
      [
        "0000010010001010",
        "1000000011011100",
      ],
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.ringWalk({ count: 1, steps: 0, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.ringWalk: steps is 0; it must be a whole number of at least 1. Correct steps.]`,
  );
  const misspelt = { count: 1, steps: 5, places: 8, rng };
  expect(() => synthetic.ringWalk(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.ringWalk: unknown option 'places'; the options are count, rng, steps. Correct the name, or leave it out.]`,
  );
});
