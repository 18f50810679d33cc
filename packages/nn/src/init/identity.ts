/** The identity as initial weights. */
import { checkOptions, type Tensor, tensor } from '@unroll/core';
import { checkScale, fansOf, type InitOptions } from './options.js';

/** Options of {@link identity}. */
export interface IdentityOptions extends Pick<InitOptions, 'dtype'> {
  /** What stands on the diagonal. 1 unless given. */
  readonly gain?: number | undefined;
}

/**
 * The identity, times a gain: for the recurrent weights of a relu network (IRNN), which then copies its state.
 *
 * Shapes: `[n, n]`; in `[m, n]` the diagonal ends with the shorter side.
 * Errors: `ShapeError` for another rank than 2; `ValueError` for a gain that is negative or not finite.
 * @source Q. V. Le, N. Jaitly, G. E. Hinton, "A simple way to initialize recurrent networks of rectified linear
 * units", arXiv:1504.00941, 2015
 */
export function identity(shape: readonly number[], options: IdentityOptions = {}): Tensor {
  checkOptions('init.identity', options, ['gain', 'dtype']);
  const { fanIn, fanOut } = fansOf('init.identity', shape);
  const { gain = 1, dtype = 'float32' } = options;
  checkScale('init.identity', 'gain', gain);
  const data = new Float64Array(fanOut * fanIn);
  for (let i = 0; i < Math.min(fanIn, fanOut); i++) data[i * fanIn + i] = gain;
  return tensor(data, { shape, dtype });
}
