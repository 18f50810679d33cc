/** Digits as if by hand, each drawn anew. */
import { checkSize, elementary, type Rng, type Tensor, tensor } from '@unroll/core';
import { checkSynthetic, type SyntheticOptions } from './options.js';

/** Options of {@link digitBitmaps}. */
export interface DigitBitmapsOptions extends SyntheticOptions {
  /** How many rows and columns each picture has, at least 10; 14 unless given. */
  readonly size?: number;
}

/** Pictures and what they show. */
export interface DigitBitmaps {
  /** float32 `[N, size, size]`: 0 is paper, 1 is ink. As a sequence it is read row by row. */
  readonly x: Tensor;
  /** int32 `[N]`: 0 to 9. */
  readonly y: Tensor;
}

/** How many pictures are right in who takes the digit whose mean picture is nearest, with the default options. */
export const DIGIT_BITMAPS_BASELINE: number = 0.68;

/** Corners of the line of each digit, on 8 by 12: right, then down. */
const LINES: readonly string[] = [
  '4,0 7,2 8,6 7,10 4,12 1,10 0,6 1,2 4,0',
  '1,3 5,0 5,12',
  '0,3 2,0 6,0 8,2 7,5 0,12 8,12',
  '0,1 4,0 7,1 7,4 3,6 7,7 8,10 5,12 0,11',
  '6,12 6,0 0,8 8,8',
  '8,0 1,0 1,5 5,5 8,8 6,12 0,11',
  '7,0 3,2 0,8 2,12 6,12 8,9 6,6 2,6 0,8',
  '0,0 8,0 3,12',
  '4,6 1,4 1,1 4,0 7,1 7,4 4,6 8,9 6,12 2,12 0,9 4,6',
  '8,4 6,6 2,6 0,3 2,0 6,0 8,4 5,10 1,12',
];

type Point = readonly [x: number, y: number];

/** Around the middle. */
const CORNERS: readonly (readonly Point[])[] = LINES.map((line) =>
  line.split(' ').map((corner) => {
    const [x, y] = corner.split(',').map(Number);
    return [(x as number) - 4, (y as number) - 6];
  }),
);

/** How far, at most: in half turns, in sizes, in sizes of the picture, in parts of a digit; and the noise of each pixel. */
const JITTER = { turn: 0.1, growth: 0.2, slant: 0.3, shift: 0.1, corner: 0.9, noise: 0.1 };

/**
 * Digits 0 to 9, each equally likely, drawn as lines: slanted, turned by up to 18°, stretched, shifted, with corners that
 * waver and a pen of one thickness or another, then noise on every pixel. They can be read as sequences though they are
 * none: row by row, or in glimpses.
 *
 * Shapes: x `[count, size, size]`, y `[count]`.
 * Errors: `ValueError` for options that are unknown or wrong.
 *
 * @example
 * ```ts
 * import { permute, reshape, Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { x, y } = synthetic.digitBitmaps({ count: 3, rng: new Rng(1) });
 * y.toArray(); // [1, 8, 7]
 * x.shape; // [3, 14, 14]
 * // Four glimpses of 7 by 7: left and right above, left and right below.
 * reshape(permute(reshape(x, [3, 2, 7, 2, 7]), [0, 1, 3, 2, 4]), [3, 4, 49]).shape; // [3, 4, 49]
 * ```
 */
export function digitBitmaps(options: DigitBitmapsOptions): DigitBitmaps {
  const op = 'synthetic.digitBitmaps';
  checkSynthetic(op, options, ['size']);
  const { count, size = 14, rng } = options;
  checkSize(op, 'size', size, 10); // below, lines would run together
  const x = new Float32Array(count * size * size);
  const y = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    const digit = rng.integer(CORNERS.length);
    const corners = drawCorners(rng, CORNERS[digit] as readonly Point[], size);
    const pen = (0.03 + 0.03 * rng.uniform()) * size;
    const picture = x.subarray(n * size * size, (n + 1) * size * size);
    for (let i = 0; i < picture.length; i++) {
      const ink = pen + 0.5 - distanceTo(corners, (i % size) + 0.5, Math.floor(i / size) + 0.5);
      picture[i] = within01(within01(ink) + JITTER.noise * rng.normal());
    }
    y[n] = digit;
  }
  return { x: tensor(x, { shape: [count, size, size] }), y: tensor(y) };
}

/** A digit as it is this time, in pixels. */
function drawCorners(rng: Rng, corners: readonly Point[], size: number): Point[] {
  const even = (most: number): number => most * (2 * rng.uniform() - 1);
  const turn = even(JITTER.turn);
  const [cosine, sine] = [elementary.cosPi(turn), elementary.sinPi(turn)];
  const unit = (0.65 * size) / 12;
  const [across, down] = [unit * (1 + even(JITTER.growth)), unit * (1 + even(JITTER.growth))];
  const slant = even(JITTER.slant);
  const [left, top] = [size * (0.5 + even(JITTER.shift)), size * (0.5 + even(JITTER.shift))];
  return corners.map(([x, y]) => {
    const v = down * (y + even(JITTER.corner));
    const u = across * (x + even(JITTER.corner)) - slant * v;
    return [left + cosine * u - sine * v, top + sine * u + cosine * v];
  });
}

/** How far a point is from the nearest point of a line. */
function distanceTo(corners: readonly Point[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY; // squared
  for (let i = 1; i < corners.length; i++) {
    const [fromX, fromY] = corners[i - 1] as Point;
    const [toX, toY] = corners[i] as Point;
    const [dx, dy] = [toX - fromX, toY - fromY];
    const along = within01(((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy));
    const [awayX, awayY] = [x - (fromX + along * dx), y - (fromY + along * dy)];
    nearest = Math.min(nearest, awayX * awayX + awayY * awayY);
  }
  return Math.sqrt(nearest);
}

function within01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
