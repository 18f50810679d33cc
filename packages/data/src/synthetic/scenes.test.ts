import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectFrequencies } from './statistics.fixture.js';

interface Piece {
  readonly name: string;
  readonly row: number;
  readonly column: number;
}

/** What stands in a scene, read from its numbers, in reading order. */
const piecesOf = (scene: readonly (readonly number[])[]): Piece[] =>
  scene.flatMap(([colour = 0, shape = 0, row = 0, column = 0]) =>
    colour === 0 ? [] : [{ name: `${synthetic.SCENE_COLOURS[colour]} ${synthetic.SCENE_SHAPES[shape]}`, row, column }],
  );
const RELATIONS: Readonly<Record<string, (a: Piece, b: Piece) => boolean>> = {
  'left of': (a, b) => a.row === b.row && a.column < b.column,
  above: (a, b) => a.row < b.row && a.column === b.column,
  'above and left of': (a, b) => a.row < b.row && a.column < b.column,
  'above and right of': (a, b) => a.row < b.row && a.column > b.column,
};
const scenesOf = ({ places }: synthetic.Scenes): Piece[][] => (places.toArray() as number[][][]).map(piecesOf);

test('captions name what is there, in reading order, and say how it stands', () => {
  const data = synthetic.scenes({ count: 2_000, rng: new Rng(1) });
  scenesOf(data).forEach((pieces, n) => {
    const said = (data.captions.texts[n] ?? '').split(/(?:^| )a (?!\w+ and )/).slice(1);
    expect(said.map((part) => part.split(' ').slice(0, 2).join(' '))).toEqual(pieces.map(({ name }) => name));
    pieces.slice(1).forEach((piece, i) => {
      const relation = said[i]?.split(' ').slice(2).join(' ') ?? '';
      expect(RELATIONS[relation]?.(pieces[i] as Piece, piece), data.captions.texts[n]).toBe(true);
    });
    expect(said.at(-1)?.split(' ')).toHaveLength(2);
  });
});

test('places are those of the grid, empty or with a colour and a shape, each equally likely', () => {
  const { places } = synthetic.scenes({ count: 4_000, size: 3, fewest: 2, most: 5, rng: new Rng(2) });
  expect([places.shape, places.dtype]).toEqual([[4_000, 9, 4], 'int32']);
  const scenes = places.toArray() as number[][][];
  for (const scene of scenes) {
    scene.forEach(([colour = -1, shape = -1, row, column], place) => {
      expect([row, column, colour === 0]).toEqual([Math.floor(place / 3), place % 3, shape === 0]);
    });
  }
  const filled = scenes.map((scene) => scene.filter(([colour]) => colour !== 0));
  expectFrequencies(
    filled.map(({ length }) => length - 2),
    new Array<number>(4).fill(1 / 4),
  );
  const kinds = filled.flat().map(([colour = 0, shape = 0]) => 4 * (colour - 1) + shape - 1);
  expectFrequencies(kinds, new Array<number>(16).fill(1 / 16));
  const taken = scenes.flatMap((scene) => scene.flatMap(([colour], place) => (colour === 0 ? [] : [place])));
  expectFrequencies(taken, new Array<number>(9).fill(1 / 9));
});

test('ids spell the captions, with an end after each, whatever was drawn', () => {
  const { captions } = synthetic.scenes({ count: 100, rng: new Rng(3) });
  const { ids, lengths, mask, vocabulary, texts } = captions;
  const longest = Math.max(...texts.map((text) => text.split(' ').length));
  expect([ids.shape, ids.dtype, mask.shape]).toEqual([[100, longest + 1], 'int32', [100, longest + 1]]);
  (ids.toArray() as number[][]).forEach((row, n) => {
    const length = (texts[n] ?? '').split(' ').length + 1;
    expect(vocabulary.decode(row)).toBe(texts[n]);
    expect(row.slice(length - 1).every((id) => id === 0) && !row.slice(0, length - 1).includes(0)).toBe(true);
    expect([lengths.data[n], mask.data.slice(n * (longest + 1), (n + 1) * (longest + 1)).join('')]).toEqual([
      length,
      '1'.repeat(length).padEnd(longest + 1, '0'),
    ]);
  });
  expect(vocabulary.endId).toBe(0);
  expect(synthetic.scenes({ count: 1, most: 1, rng: new Rng(4) }).captions.vocabulary.words).toEqual(vocabulary.words);
});

/** The largest share of all ways to take `count` of 16 places that stand to each other alike. */
function likeliestRelations(count: number): number {
  const counts = new Map<string, number>();
  let all = 0;
  const extend = (places: readonly number[]): void => {
    if (places.length === count) {
      const relations = places.slice(1).map((place, i) => {
        const before = places[i] ?? 0;
        return Math.floor(place / 4) === Math.floor(before / 4) ? 'same row' : Math.sign((place % 4) - (before % 4));
      });
      counts.set(relations.join(), (counts.get(relations.join()) ?? 0) + 1);
      all += 1;
      return;
    }
    for (let place = (places.at(-1) ?? -1) + 1; place < 16; place++) extend([...places, place]);
  };
  extend([]);
  return Math.max(...counts.values()) / all;
}

test('who does not know where things are is right in a fifth of the captions', () => {
  // Of m equal orders one is right. The mean of 1/m over n pieces of 16 kinds is the number of multisets by 16ⁿ.
  let exact = 0;
  for (let n = 1, orders = 1; n <= 6; n++) {
    orders *= (15 + n) / n / 16;
    exact += (orders * likeliestRelations(n)) / 6;
  }
  expect(exact).toBeCloseTo(synthetic.SCENES_BASELINE, 5);
});

test('distinct scenes are distinct', () => {
  const data = synthetic.scenes({ count: 200, most: 1, distinct: true, rng: new Rng(5) });
  expect(new Set(scenesOf(data).map((pieces) => JSON.stringify(pieces))).size).toBe(200);
});

test('samples', () => {
  const { captions } = synthetic.scenes({ count: 4, rng: new Rng(1) });
  expect(captions.texts).toMatchInlineSnapshot(`
    [
      "a blue star above and left of a green triangle",
      "a green square above a green triangle",
      "a blue square",
      "a red triangle above and right of a red circle above a green circle above a blue triangle",
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.scenes({ count: 1, size: 2, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.scenes: fewest is 1 and most is 6, on 4 places; fewest is not above most, and each shape has a place of its own. Correct them, or pass a larger size.]`,
  );
  expect(() => synthetic.scenes({ count: 1, fewest: 3, most: 2, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.scenes: fewest is 3 and most is 2, on 16 places; fewest is not above most, and each shape has a place of its own. Correct them, or pass a larger size.]`,
  );
  expect(() => synthetic.scenes({ count: 1, fewest: 0, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.scenes: fewest is 0; it must be a whole number of at least 1. Correct fewest.]`,
  );
});
