/** Biases of gates that remember over known lags. */
import { checkOptions, checkSize, elementary, type Shape, type Tensor } from '@unroll/core';
import { draws } from './draws.js';
import type { InitOptions } from './options.js';

/** Options of {@link chrono}. */
export interface ChronoOptions extends InitOptions {
  /** The longest lag that has to be bridged, in steps; at least 2. */
  readonly longest: number;
}

/**
 * Biases of a gate that keeps a state, spread so that units forget after 2 to `longest` steps:
 * `b = ln u, u ~ U(1, longest − 1)`.
 *
 * A gate at bias b lets `1 − σ(b) = 1 / (1 + u)` of a state go in each step, so that it lasts about 1 + u steps. They are
 * meant for the forget gate of an LSTM, with −b for its input gate, and for the z of a GRU.
 *
 * Errors: `ValueError` for a bad size, a longest below 2 and unknown options.
 * @source C. Tallec, Y. Ollivier, "Can recurrent neural networks warp time?", ICLR 2018 (arXiv:1804.11188):
 * chrono initialization
 *
 * @example
 * ```ts
 * import { concat, neg, zeros } from '@unroll/core';
 * import { GRUCell, init, LSTMCell } from '@unroll/nn';
 * const [inputSize, hiddenSize] = [2, 32];
 * const keep = init.chrono([hiddenSize], { longest: 100 });
 * const lstm = new LSTMCell({ inputSize, hiddenSize });
 * lstm.bias.assign(concat([neg(keep), keep, zeros([2 * hiddenSize])])); // i f g o
 * const gru = new GRUCell({ inputSize, hiddenSize });
 * gru.bias.assign(concat([zeros([hiddenSize]), keep, zeros([hiddenSize])])); // r z n
 * ```
 */
export function chrono(shape: Shape, options: ChronoOptions): Tensor {
  checkOptions('init.chrono', options, ['longest', 'rng', 'dtype']);
  const { longest } = options;
  checkSize('init.chrono', 'longest', longest, 2);
  return draws('init.chrono', shape, options, (rng) => elementary.log(1 + (longest - 2) * rng.uniform()));
}
