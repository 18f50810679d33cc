/** The simple recurrent cell that begins by copying its state. */
import { checkOptions, defaultRng } from '@unroll/core';
import { checkScale } from '../../init/options.js';
import { identity, normal } from '../../init.js';
import type { CellOptions } from './gates.js';
import { RNNCell } from './rnn-cell.js';

/** Options of {@link irnn}. */
export interface IRNNOptions extends CellOptions {
  /** What stands on the diagonal: 1 unless given; below 1 for tasks that need less memory. */
  readonly gain?: number | undefined;
}

/**
 * An {@link RNNCell} with relu whose recurrent weights start as the identity, times a gain, and its input weights
 * almost at 0, normal with a standard deviation of 0.001: at the beginning the state is copied, and adds up what comes.
 *
 * Errors: `ValueError` for unknown options, bad sizes or a bad gain.
 * @source Q. V. Le, N. Jaitly, G. E. Hinton, "A simple way to initialize recurrent networks of rectified linear
 * units", arXiv:1504.00941, 2015
 *
 * @example
 * ```ts
 * import { irnn } from '@unroll/nn';
 * irnn({ inputSize: 1, hiddenSize: 2 }).weightHh.toArray(); // [[1, 0], [0, 1]]
 * ```
 */
export function irnn(options: IRNNOptions): RNNCell {
  checkOptions('irnn', options, ['inputSize', 'hiddenSize', 'gain', 'rng', 'dtype']);
  const { inputSize, hiddenSize, gain = 1, rng = defaultRng(), dtype = 'float32' } = options;
  checkScale('irnn', 'gain', gain);
  const cell = new RNNCell({ inputSize, hiddenSize, activation: 'relu', rng, dtype });
  cell.weightIh.assign(normal([hiddenSize, inputSize], { std: 0.001, rng, dtype }));
  cell.weightHh.assign(identity([hiddenSize, hiddenSize], { gain, dtype }));
  return cell;
}
