/** Scenes of coloured shapes on a grid, and captions that say what stands where. */
import { checkSize, type Rng, type Tensor, tensor, ValueError } from '@unroll/core';
import { drawExamples } from './draw-examples.js';
import { checkSynthetic, type DistinctOptions } from './options.js';
import { encodeSentences, type Sentences, vocabularyOf } from './sentences.js';

/** Options of {@link scenes}. */
export interface ScenesOptions extends DistinctOptions {
  /** How many rows and columns the grid has; 4 unless given. */
  readonly size?: number;
  /** How many shapes a scene has at least; 1 unless given. */
  readonly fewest?: number;
  /** How many shapes a scene has at most; 6 unless given. */
  readonly most?: number;
}

/** Scenes, and what is to be said of them. */
export interface Scenes {
  /**
   * int32 `[N, P, 4]`: of each place of the grid, row by row, its colour in {@link SCENE_COLOURS}, its shape in
   * {@link SCENE_SHAPES}, its row and its column.
   */
  readonly places: Tensor;
  readonly captions: Sentences;
}

/** What the first number of a place means; an empty place has the colour 0. */
export const SCENE_COLOURS: readonly string[] = ['none', 'red', 'green', 'blue', 'yellow'];

/** What the second number of a place means; an empty place has the shape 0. */
export const SCENE_SHAPES: readonly string[] = ['none', 'circle', 'square', 'triangle', 'star'];

/**
 * How many captions can be right at most in who knows which shapes there are, but not where, with the default options.
 * A scene of one shape (a sixth of them) is told. With more, each order is as likely as any other, and so is each way in
 * which they stand to each other, whatever they are.
 */
export const SCENES_BASELINE: number = 0.19942;

const FEATURES = 4;

interface Piece {
  readonly place: number;
  readonly colour: number;
  readonly shape: number;
}

/**
 * Scenes of `fewest` to `most` shapes, each number equally likely, at places drawn from a grid, each of a colour and a
 * shape drawn from four. The caption names them in reading order, row by row, and says after each how it stands to the
 * next: `a red circle left of a blue square above and right of a green star`. So it follows from the scene alone, and a
 * caption is right or wrong as a whole.
 *
 * To be described with attention over places: one vector that has to hold six shapes and their places loses some.
 *
 * Shapes: places `[count, size², 4]`; `captions.ids` `[count, T]`.
 * Errors: `ValueError` for options that are unknown or wrong, more shapes than places, or more distinct scenes than can
 * be found.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { places, captions } = synthetic.scenes({ count: 1, most: 3, rng: new Rng(6) });
 * captions.texts; // ['a blue circle above a green star above and right of a green square']
 * places.shape; // [1, 16, 4]
 * ```
 */
export function scenes(options: ScenesOptions): Scenes {
  const op = 'synthetic.scenes';
  checkSynthetic(op, options, ['distinct', 'size', 'fewest', 'most']);
  const { size = 4, fewest = 1, most = 6, rng } = options;
  checkShapes(op, size, fewest, most);
  const draw = (): Piece[] => drawScene(rng, size, fewest + rng.integer(most - fewest + 1));
  const drawn = drawExamples(op, options, draw, (pieces) => JSON.stringify(pieces));
  const places = drawn.map((pieces) => featuresOf(pieces, size));
  return {
    places: tensor(Int32Array.from(places.flat()), { shape: [drawn.length, size * size, FEATURES] }),
    captions: encodeSentences(
      drawn.map((pieces) => captionOf(pieces, size)),
      vocabularyOf([...SCENE_COLOURS.slice(1), ...SCENE_SHAPES.slice(1), 'a above and left of', 'right of']),
    ),
  };
}

/** In reading order. */
function drawScene(rng: Rng, size: number, count: number): Piece[] {
  const places = rng
    .permutation(size * size)
    .slice(0, count)
    .sort();
  return Array.from(places, (place) => ({
    place,
    colour: 1 + rng.integer(SCENE_COLOURS.length - 1),
    shape: 1 + rng.integer(SCENE_SHAPES.length - 1),
  }));
}

function featuresOf(pieces: readonly Piece[], size: number): number[] {
  const at = new Map(pieces.map((piece) => [piece.place, piece]));
  return Array.from({ length: size * size }, (_, place) => {
    const { colour = 0, shape = 0 } = at.get(place) ?? {};
    return [colour, shape, Math.floor(place / size), place % size];
  }).flat();
}

function captionOf(pieces: readonly Piece[], size: number): string {
  return pieces
    .map(({ place, colour, shape }, i) => {
      const next = pieces[i + 1];
      const name = `a ${SCENE_COLOURS[colour]} ${SCENE_SHAPES[shape]}`;
      return next === undefined ? name : `${name} ${relationOf(place, next.place, size)}`;
    })
    .join(' ');
}

/** How a place stands to one that comes later in reading order. */
function relationOf(place: number, later: number, size: number): string {
  if (Math.floor(place / size) === Math.floor(later / size)) return 'left of';
  const aside = (later % size) - (place % size);
  if (aside === 0) return 'above';
  return aside > 0 ? 'above and left of' : 'above and right of';
}

function checkShapes(op: string, size: number, fewest: number, most: number): void {
  checkSize(op, 'size', size);
  checkSize(op, 'fewest', fewest);
  checkSize(op, 'most', most);
  if (fewest <= most && most <= size * size) return;
  throw new ValueError({
    op,
    what: `fewest is ${fewest} and most is ${most}, on ${size * size} places`,
    rule: 'fewest is not above most, and each shape has a place of its own',
    mend: 'Correct them, or pass a larger size',
  });
}
