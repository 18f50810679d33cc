/** Random zeros in training. */
import {
  checkOptions,
  defaultRng,
  dropout,
  type Rng,
  type Tensor,
  type TensorLike,
  toTensor,
  ValueError,
} from '@unroll/core';
import { Layer } from './layer.js';

/** Options of {@link Dropout}. */
export interface DropoutLayerOptions {
  /** The probability that a number becomes 0. */
  readonly p: number;
  /** The layer's own generator is split from this one; from `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
}

/**
 * In training each number becomes 0 with probability `p`, and the others are multiplied by 1 / (1 − p); otherwise
 * nothing happens. The layer's generator is part of its state dictionary, so a run that is resumed draws the masks
 * that it would have drawn.
 *
 * Shapes: any; unchanged.
 * Errors: `ValueError` unless 0 ≤ p < 1, or for unknown options.
 * @source N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014
 *
 * @example
 * ```ts
 * import { ones, Rng } from '@unroll/core';
 * import { Dropout } from '@unroll/nn';
 * const layer = new Dropout({ p: 0.5, rng: new Rng(1) });
 * layer.forward(ones([4])); // zeros and twos
 * layer.eval().forward(ones([4])); // ones
 * ```
 */
export class Dropout extends Layer {
  readonly p: number;
  readonly rng: Rng;

  constructor(options: DropoutLayerOptions) {
    super();
    checkOptions('new Dropout', options, ['p', 'rng']);
    const { p, rng = defaultRng() } = options;
    if (!(p >= 0 && p < 1)) {
      throw new ValueError({
        op: 'new Dropout',
        what: `p is ${p}`,
        rule: 'p is the probability of a zero: at least 0 and below 1',
        mend: 'Pass such a p',
      });
    }
    this.p = p;
    this.rng = rng.split();
  }

  forward(x: TensorLike): Tensor {
    return this.training ? dropout(x, this.p, { rng: this.rng }) : toTensor('Dropout', x);
  }
}
