import { Rng } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import * as synthetic from './index.js';
import { nearestMean } from './nearest-mean.fixture.js';
import { expectFrequencies, expectMean } from './statistics.fixture.js';

/** A shape as its pixels, counted from the corner of 5 by 5. */
const KINDS: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  plus: (x, y) => x === 2 || y === 2,
  cross: (x, y) => x === y || x + y === 4,
  block: (x, y) => Math.abs(x - 2) <= 1 && Math.abs(y - 2) <= 1,
  diamond: (x, y) => Math.abs(x - 2) + Math.abs(y - 2) === 2 || (x === 2 && y === 2),
};
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  right: [1, 0],
  left: [-1, 0],
  down: [0, 1],
  up: [0, -1],
};

interface Seen {
  readonly shape: string;
  readonly x: number;
  readonly y: number;
}

/** The shapes, wherever they are, that a frame is a picture of. */
function look(frame: readonly number[], size: number): Seen[] {
  return Object.entries(KINDS).flatMap(([shape, isInk]) =>
    frame.flatMap((_, corner) => {
      const [x, y] = [corner % size, Math.floor(corner / size)];
      const fits = frame.every((pixel, i) => {
        const [dx, dy] = [((i % size) - x + size) % size, (Math.floor(i / size) - y + size) % size];
        return (dx < 5 && dy < 5 && isInk(dx, dy)) === (pixel === 1);
      });
      return fits ? [{ shape, x, y }] : [];
    }),
  );
}

describe.each([8, 11])('frames of %i by %i', (size) => {
  test('each shows its shape, and the next one shows it a step further in the direction', () => {
    const { frames, shapes, directions } = synthetic.movingShapes({
      count: 20,
      steps: 6,
      size,
      noise: 0,
      rng: new Rng(1),
    });
    expect([frames.shape, shapes.shape, directions.shape]).toEqual([[20, 6, size * size], [20, 6], [20]]);
    expect([frames.dtype, shapes.dtype, directions.dtype]).toEqual(['float32', 'int32', 'int32']);
    (frames.toArray() as number[][][]).forEach((clip, n) => {
      const seen = clip.flatMap((frame) => look(frame, size));
      const names = seen.map(({ shape }) => synthetic.MOVING_SHAPES.indexOf(shape));
      expect(names).toEqual(Array.from(shapes.data.slice(n * 6, (n + 1) * 6)));
      const changes = names.slice(1).filter((name, t) => name !== names[t]);
      expect([new Set(names).size, changes.length]).toEqual([2, 1]);
      const [dx, dy] = MOVES[synthetic.MOVING_DIRECTIONS[directions.data[n] ?? -1] ?? ''] ?? [0, 0];
      const steps = seen.slice(1).map(({ x, y }, t) => {
        const before = seen[t] ?? { x: 0, y: 0 };
        return [1, 2].filter((speed) => {
          const there = [(before.x + speed * dx + size) % size, (before.y + speed * dy + size) % size];
          return there[0] === x && there[1] === y;
        });
      });
      expect(new Set(steps.flat()).size).toBe(1);
      expect(steps.flat()).toHaveLength(5);
    });
  });
});

test('all shapes have 9 pixels, so that brightness tells nothing', () => {
  const { frames } = synthetic.movingShapes({ count: 50, noise: 0, rng: new Rng(2) });
  for (const frame of (frames.toArray() as number[][][]).flat())
    expect(frame.reduce((sum, pixel) => sum + pixel)).toBe(9);
});

test('directions, shapes and the place of the change are each equally likely', () => {
  const { shapes, directions } = synthetic.movingShapes({ count: 8_000, steps: 5, size: 8, rng: new Rng(3) });
  expectFrequencies(Array.from(directions.data), new Array<number>(4).fill(1 / 4));
  expectFrequencies(Array.from(shapes.data), new Array<number>(4).fill(1 / 4));
  const changes = (shapes.toArray() as number[][]).map((row) => row.findIndex((shape) => shape !== row[0]) - 1);
  expectFrequencies(changes, new Array<number>(4).fill(1 / 4));
});

test('noise turns pixels round, as often as asked', () => {
  const options = { count: 30, steps: 4, size: 16 };
  const { frames } = synthetic.movingShapes({ ...options, noise: 0.1, rng: new Rng(4) });
  // Of 9 dark pixels 0.9 stay, of the other 247 a tenth becomes dark.
  expectMean(Array.from(frames.data), (9 * 0.9 + 247 * 0.1) / 256);
});

test('a still frame does not tell the direction', () => {
  const [seen, others] = [5, 6].map((seed) => {
    const { frames, directions } = synthetic.movingShapes({ count: 600, steps: 4, size: 8, rng: new Rng(seed) });
    const rows = (frames.toArray() as number[][][]).map((clip) => clip[2] ?? []);
    return { rows, classes: Array.from(directions.data) };
  });
  if (seen === undefined || others === undefined) throw new Error('two sets were drawn');
  const chance = synthetic.MOVING_SHAPES_BASELINE;
  const standardError = Math.sqrt((chance * (1 - chance)) / 600);
  expect(Math.abs(nearestMean(seen, others) - chance)).toBeLessThan(4 * standardError);
});

test('a sample', () => {
  const { frames } = synthetic.movingShapes({ count: 1, steps: 2, size: 8, rng: new Rng(1) });
  const drawn = (frames.toArray() as number[][][])[0]?.map((frame) =>
    frame.map((pixel, i) => `${pixel === 1 ? '#' : '.'}${i % 8 === 7 ? '\n' : ''}`).join(''),
  );
  expect(drawn?.join('\n')).toMatchInlineSnapshot(`
    "........
    .....#..
    ..#.#...
    .#..#...
    ..#####.
    ...##...
    ....#...
    ........

    ........
    ...###..
    ...###..
    ...###..
    ........
    ........
    ........
    ........
    "
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.movingShapes({ count: 1, steps: 1, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.movingShapes: steps is 1; it must be a whole number of at least 2. Correct steps.]`,
  );
  expect(() => synthetic.movingShapes({ count: 1, size: 7, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.movingShapes: size is 7; it must be a whole number of at least 8. Correct size.]`,
  );
  expect(() => synthetic.movingShapes({ count: 1, noise: 0.6, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.movingShapes: noise is 0.6; it is the probability of an error, from 0 up to 0.5, where nothing is left to be seen. Correct noise.]`,
  );
});
