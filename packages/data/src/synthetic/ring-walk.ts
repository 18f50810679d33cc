/** A walk on a ring, told by its places or by their colours: whether what is said is all that there is to know. */
import { checkSize, type Tensor, tensor } from '@unroll/core';
import { checkSynthetic, type SyntheticOptions } from './options.js';

/** Options of {@link ringWalk}. */
export interface RingWalkOptions extends SyntheticOptions {
  /** How long each walk is. */
  readonly steps: number;
}

/** Walks, and what is to be said at every step of them. */
export interface RingWalk {
  /** int32 `[N, T]`: moves, 0 for one place back, 1 for one place on. */
  readonly x: Tensor;
  /** int32 `[N, T]`: the place after the move, below {@link RING_PLACES}. */
  readonly places: Tensor;
  /** int32 `[N, T]`: the colour of that place, 0 or 1. */
  readonly colours: Tensor;
}

/** How many places the ring has. */
export const RING_PLACES = 8;

/**
 * How often the colour is guessed right by who knows the move and the colour before, from the second step on: of the two
 * neighbours that have a colour, every move leads one to the same colour, and one to the other.
 */
export const RING_WALK_BASELINE = 0.5;

/**
 * Walks on a ring of eight places, which begin at place 0 and go one place back or on at each step. Places 0 and 1 are
 * of one colour, 2 and 3 of the other, 4 and 5 of the first again, and so on.
 *
 * Who says the place can go on from what was said before. Who says the colour has to remember the place, since every
 * place looks like one of its neighbours.
 *
 * Shapes: x, places and colours `[count, steps]`.
 * Errors: `ValueError` for options that are unknown or wrong.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { x, places, colours } = synthetic.ringWalk({ count: 1, steps: 6, rng: new Rng(1) });
 * x.toArray(); // [[1, 0, 1, 0, 1, 1]]
 * places.toArray(); // [[1, 0, 1, 0, 1, 2]]
 * colours.toArray(); // [[0, 0, 0, 0, 0, 1]]
 * ```
 */
export function ringWalk(options: RingWalkOptions): RingWalk {
  const op = 'synthetic.ringWalk';
  checkSynthetic(op, options, ['steps']);
  const { count, steps, rng } = options;
  checkSize(op, 'steps', steps);
  const [x, places, colours] = [0, 1, 2].map(() => new Int32Array(count * steps)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  for (let n = 0; n < count; n++) {
    let place = 0;
    for (let i = n * steps; i < (n + 1) * steps; i++) {
      const on = rng.integer(2);
      place = (place + (on === 1 ? 1 : RING_PLACES - 1)) % RING_PLACES;
      x[i] = on;
      places[i] = place;
      colours[i] = Math.floor(place / 2) % 2;
    }
  }
  const shape = [count, steps];
  return { x: tensor(x, { shape }), places: tensor(places, { shape }), colours: tensor(colours, { shape }) };
}
