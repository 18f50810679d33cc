/** Nonlinear functions as layers, for `Sequential`. */
import { checkOptions, relu, sigmoid, softmax, type Tensor, type TensorLike, tanh } from '@unroll/core';
import { Layer } from './layer.js';

/** The hyperbolic tangent, entry by entry. */
export class Tanh extends Layer {
  forward(x: TensorLike): Tensor {
    return tanh(x);
  }
}

/** The logistic function 1 / (1 + e⁻ˣ), entry by entry. */
export class Sigmoid extends Layer {
  forward(x: TensorLike): Tensor {
    return sigmoid(x);
  }
}

/** max(x, 0), entry by entry. */
export class ReLU extends Layer {
  forward(x: TensorLike): Tensor {
    return relu(x);
  }
}

/** Options of {@link Softmax}. */
export interface SoftmaxOptions {
  /** Along which the results add up to 1; the last unless given. */
  readonly axis?: number | undefined;
}

/** eˣ / Σ eˣ along an axis. Not before `crossEntropy`, which takes logits. Errors: `ValueError` for an unknown option. */
export class Softmax extends Layer {
  readonly axis: number;

  constructor(options: SoftmaxOptions = {}) {
    super();
    checkOptions('new Softmax', options, ['axis']);
    this.axis = options.axis ?? -1;
  }

  forward(x: TensorLike): Tensor {
    return softmax(x, this.axis);
  }
}
