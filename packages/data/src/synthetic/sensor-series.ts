/** A sensor that is read at irregular times: to forecast, it takes the time as well as the value. */
import { type Tensor, tensor } from '@unroll/core';
import { checkSeries, type SeriesOptions } from './options.js';

/** Readings of a sensor. */
export interface SensorSeries {
  /** float32 `[T]`: hours since the start, exact to the quarter up to 4,000,000. */
  readonly times: Tensor;
  /** float32 `[T]`. */
  readonly values: Tensor;
}

/**
 * Mean squared errors of forecasts of the next reading: of its mean, 0; of the reading before, as it is (`naive`); and
 * the least that is possible, for who knows the time of the next reading and everything about the swing at the last
 * one (`state`), which two readings and their times nearly tell.
 */
export const SENSOR_SERIES_BASELINES: { readonly mean: number; readonly naive: number; readonly state: number } = {
  mean: 1,
  naive: 2.02087,
  state: 0.04939,
};

/** tan(π/96): a turn of 2π/96 in a quarter of an hour is one of 2π in a day. */
const HALF_TURN = 0.03273661041;
const COSINE = (1 - HALF_TURN * HALF_TURN) / (1 + HALF_TURN * HALF_TURN);
const SINE = (2 * HALF_TURN) / (1 + HALF_TURN * HALF_TURN);
/** What is left of the swing after a quarter of an hour: its correlation falls to 1/e in ten days. */
const DECAY = 1 - 1 / 960;
/** Readings are up to so many quarters of an hour apart. */
const LONGEST_GAP = 48;

/**
 * A daily swing that loses its phase and size within ten days or so, read at irregular times: gaps are from a quarter
 * of an hour to 12 hours, in quarters, each equally likely. The swing is a point that turns around the origin, pulled
 * inwards and pushed at random, of which the first coordinate is read; its mean is 0 and its variance 1.
 *
 * Over k quarters the point becomes `ρᵏ·Rᵏ·z + √(1 − ρ²ᵏ)·ε`: R turns by 2π/96, `ρ = 1 − 1/960`, `ε ~ N(0, I)`. Who
 * knows only the order of the readings cannot tell how far the point has turned.
 *
 * Shapes: times and values `[steps]`.
 * Units: hours.
 * Errors: `ValueError` for options that are unknown or wrong.
 * Numerics: sine and cosine come from a stated tangent by arithmetic alone, so all bits are the same everywhere.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { times } = synthetic.sensorSeries({ steps: 4, rng: new Rng(1) });
 * times.toArray(); // [0, 2, 11, 21.75]
 * ```
 */
export function sensorSeries(options: SeriesOptions): SensorSeries {
  checkSeries('synthetic.sensorSeries', options);
  const { steps, rng } = options;
  const turns = turnsUpTo(LONGEST_GAP);
  const [times, values] = [new Float32Array(steps), new Float32Array(steps)];
  let quarters = 0;
  let [x, y] = [rng.normal(), rng.normal()];
  for (let t = 0; t < steps; t++) {
    times[t] = quarters / 4;
    values[t] = x;
    const gap = 1 + rng.integer(LONGEST_GAP);
    const [c, s] = turns[gap] as readonly [number, number];
    const push = Math.sqrt(1 - (c * c + s * s));
    [x, y] = [c * x - s * y + push * rng.normal(), s * x + c * y + push * rng.normal()];
    quarters += gap;
  }
  return { times: tensor(times), values: tensor(values) };
}

/** `ρᵏ·cos(kθ)` and `ρᵏ·sin(kθ)` for k from 0. */
function turnsUpTo(longest: number): (readonly [number, number])[] {
  const turns: (readonly [number, number])[] = [[1, 0]];
  for (let k = 1; k <= longest; k++) {
    const [c, s] = turns[k - 1] as readonly [number, number];
    turns.push([DECAY * (c * COSINE - s * SINE), DECAY * (s * COSINE + c * SINE)]);
  }
  return turns;
}
