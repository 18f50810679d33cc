/** Clips of a shape that moves: what it is can be seen in each frame, where it goes in none. */
import { checkSize, type Tensor, tensor, ValueError } from '@unroll/core';
import { checkSynthetic, type SyntheticOptions } from './options.js';

/** Options of {@link movingShapes}. */
export interface MovingShapesOptions extends SyntheticOptions {
  /** How many frames each clip has, at least 2; 10 unless given. */
  readonly steps?: number;
  /** How many rows and columns each frame has, at least 8; 16 unless given. */
  readonly size?: number;
  /** How likely it is for each pixel of each frame to be turned into its opposite; 0.02 unless given. */
  readonly noise?: number;
}

/** Clips and what they show. */
export interface MovingShapes {
  /** float32 `[N, T, size²]`: frames, row by row, of pixels 0 and 1. */
  readonly frames: Tensor;
  /** int32 `[N, T]`: what each frame shows, as a place in {@link MOVING_SHAPES}. */
  readonly shapes: Tensor;
  /** int32 `[N]`: where it goes, as a place in {@link MOVING_DIRECTIONS}. */
  readonly directions: Tensor;
}

/** Each has 9 pixels within 5 by 5: `+`, `x`, a block of 3 by 3, and the corners of a diamond with its middle. */
export const MOVING_SHAPES: readonly string[] = ['plus', 'cross', 'block', 'diamond'];

/** Where a shape can go, seen on a frame whose first row is above. */
export const MOVING_DIRECTIONS: readonly string[] = ['right', 'down', 'left', 'up'];

/**
 * How often a guess at the direction is right. A still frame does not help; frames without their order tell along which
 * line it goes, but not which way.
 */
export const MOVING_SHAPES_BASELINE: number = 1 / 4;

/** Rows of 5 pixels. */
const PATTERNS: readonly string[] = [
  '..#.. ..#.. ##### ..#.. ..#..',
  '#...# .#.#. ..#.. .#.#. #...#',
  '..... .###. .###. .###. .....',
  '..#.. .#.#. #.#.# .#.#. ..#..',
];
const OFFSETS = PATTERNS.map((pattern) =>
  pattern.split(' ').flatMap((row, y) => [...row].flatMap((pixel, x) => (pixel === '#' ? [[x, y] as const] : []))),
);
/** In x and y, in the order of {@link MOVING_DIRECTIONS}. */
const STEPS: readonly (readonly [number, number])[] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];
const FASTEST = 2;

/**
 * A shape begins somewhere, each place equally likely, and moves 1 or 2 pixels from frame to frame in one direction;
 * what leaves a frame comes in again on the other side. Once in the clip it becomes another shape, from the second frame
 * on at the earliest, each frame equally likely. So there is something to be said of each frame, and something of the
 * clip that only its order tells: in any single frame all places are equally likely, wherever the shape goes.
 *
 * Shapes: frames `[count, steps, size²]`, shapes `[count, steps]`, directions `[count]`.
 * Errors: `ValueError` for options that are unknown or wrong.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { frames, shapes, directions } = synthetic.movingShapes({ count: 2, steps: 8, rng: new Rng(1) });
 * frames.shape; // [2, 8, 256]
 * shapes.toArray(); // [[0, 0, 0, 0, 0, 0, 0, 2], [2, 2, 2, 2, 2, 2, 2, 1]]
 * directions.toArray(); // [3, 0]
 * ```
 */
export function movingShapes(options: MovingShapesOptions): MovingShapes {
  const op = 'synthetic.movingShapes';
  checkSynthetic(op, options, ['steps', 'size', 'noise']);
  const { count, steps = 10, size = 16, noise = 0.02, rng } = options;
  checkSize(op, 'steps', steps, 2);
  checkSize(op, 'size', size, 8); // a shape must not meet itself, and half a frame is further than a step
  checkNoise(op, noise);
  const frames = new Float32Array(count * steps * size * size);
  const shapes = new Int32Array(count * steps);
  const directions = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    const [before, after] = rng.permutation(OFFSETS.length);
    const change = 1 + rng.integer(steps - 1);
    const direction = rng.integer(STEPS.length);
    const speed = 1 + rng.integer(FASTEST);
    const [dx, dy] = STEPS[direction] as readonly [number, number];
    let [x, y] = [rng.integer(size), rng.integer(size)];
    directions[n] = direction;
    for (let t = 0; t < steps; t++) {
      const shape = (t < change ? before : after) as number;
      const start = (n * steps + t) * size * size;
      const frame = frames.subarray(start, start + size * size);
      for (const [i, j] of OFFSETS[shape] ?? []) frame[((y + j) % size) * size + ((x + i) % size)] = 1;
      for (let i = 0; i < frame.length; i++) if (rng.uniform() < noise) frame[i] = 1 - (frame[i] as number);
      shapes[n * steps + t] = shape;
      [x, y] = [(x + size + speed * dx) % size, (y + size + speed * dy) % size];
    }
  }
  return {
    frames: tensor(frames, { shape: [count, steps, size * size] }),
    shapes: tensor(shapes, { shape: [count, steps] }),
    directions: tensor(directions),
  };
}

function checkNoise(op: string, noise: number): void {
  if (noise >= 0 && noise <= 0.5) return;
  throw new ValueError({
    op,
    what: `noise is ${noise}`,
    rule: 'it is the probability of an error, from 0 up to 0.5, where nothing is left to be seen',
    mend: 'Correct noise',
  });
}
