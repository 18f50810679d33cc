/** Random weights, entry by entry. */
import { checkOptions, checkSize, defaultRng, type Rng, type Shape, type Tensor, tensor } from '@unroll/core';
import { checkScale, fansOf, type InitOptions } from './options.js';

/** Options of {@link uniform}. */
export interface UniformOptions extends InitOptions {
  /** Draws lie in [−bound, bound). */
  readonly bound: number;
}

/** Options of {@link normal}. */
export interface NormalOptions extends InitOptions {
  /** The standard deviation. */
  readonly std: number;
}

/** Options of {@link xavierUniform} and {@link xavierNormal}. */
export interface XavierOptions extends InitOptions {
  /** A factor for the nonlinearity that follows: 5/3 for tanh, √2 for relu. 1 unless given. */
  readonly gain?: number | undefined;
}

/** A tensor of draws, entry by entry. */
export function draws(op: string, shape: Shape, options: InitOptions, next: (rng: Rng) => number): Tensor {
  const { rng = defaultRng(), dtype = 'float32' } = options;
  shape.forEach((size, axis) => {
    checkSize(op, `the size of axis ${axis}`, size, 0);
  });
  const data = new Float64Array(shape.reduce((total, size) => total * size, 1));
  for (let i = 0; i < data.length; i++) data[i] = next(rng);
  return tensor(data, { shape, dtype });
}

/**
 * Even draws: `w ~ U(−bound, bound)`.
 *
 * Errors: `ValueError` for a bound that is negative or not finite.
 */
export function uniform(shape: Shape, options: UniformOptions): Tensor {
  checkOptions('init.uniform', options, ['bound', 'rng', 'dtype']);
  const { bound } = options;
  checkScale('init.uniform', 'bound', bound);
  return draws('init.uniform', shape, options, (rng) => bound * (2 * rng.uniform() - 1));
}

/**
 * Normal draws: `w ~ N(0, std²)`.
 *
 * Errors: `ValueError` for a standard deviation that is negative or not finite.
 */
export function normal(shape: Shape, options: NormalOptions): Tensor {
  checkOptions('init.normal', options, ['std', 'rng', 'dtype']);
  const { std } = options;
  checkScale('init.normal', 'std', std);
  return draws('init.normal', shape, options, (rng) => std * rng.normal());
}

/**
 * Even draws that keep the variance of activations and of gradients: `w ~ U(−b, b)`,
 * `b = gain · √(6 / (fanIn + fanOut))`.
 *
 * Shapes: `[fanOut, fanIn]`.
 * Errors: `ShapeError` for another rank than 2; `ValueError` for a bad gain.
 * @source X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks",
 * AISTATS 2010, equation 16
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import { init } from '@unroll/nn';
 * init.xavierUniform([4, 2], { rng: new Rng(1) }); // in [−1, 1)
 * ```
 */
export function xavierUniform(shape: Shape, options: XavierOptions = {}): Tensor {
  checkOptions('init.xavierUniform', options, ['gain', 'rng', 'dtype']);
  const { fanIn, fanOut } = fansOf('init.xavierUniform', shape);
  const { gain = 1 } = options;
  checkScale('init.xavierUniform', 'gain', gain);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return draws('init.xavierUniform', shape, options, (rng) => bound * (2 * rng.uniform() - 1));
}

/**
 * As {@link xavierUniform}, normal: `w ~ N(0, gain² · 2 / (fanIn + fanOut))`.
 *
 * Shapes: `[fanOut, fanIn]`.
 * Errors: as {@link xavierUniform}.
 * @source X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks",
 * AISTATS 2010, equation 12
 */
export function xavierNormal(shape: Shape, options: XavierOptions = {}): Tensor {
  checkOptions('init.xavierNormal', options, ['gain', 'rng', 'dtype']);
  const { fanIn, fanOut } = fansOf('init.xavierNormal', shape);
  const { gain = 1 } = options;
  checkScale('init.xavierNormal', 'gain', gain);
  const std = gain * Math.sqrt(2 / (fanIn + fanOut));
  return draws('init.xavierNormal', shape, options, (rng) => std * rng.normal());
}
