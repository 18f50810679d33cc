/** Numbers of one row brought to mean 0 and variance 1. */
import {
  add,
  checkOptions,
  checkSize,
  type DataType,
  mul,
  ones,
  Parameter,
  ShapeError,
  type Tensor,
  type TensorLike,
  toFloat,
  zeros,
} from '@unroll/core';
import { Layer } from './layer.js';
import { checkEps, standardize } from './standardize.js';

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Of the last axis. */
  readonly size: number;
  /** Added to the variance. 1e-5 unless given. */
  readonly eps?: number | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/**
 * `y = (x − μ) / √(σ² + eps) · weight + bias`, with the mean μ and the variance σ² (over `size`, not `size − 1`) of
 * each row. Weight starts at 1, bias at 0.
 *
 * Shapes: x `[…, size]` → the same; weight and bias `[size]`.
 * Errors: `ShapeError` when x's last axis is not `size`; `ValueError` for unknown options, a bad size or eps.
 * @source J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", arXiv:1607.06450, 2016, equation 4
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { LayerNorm } from '@unroll/nn';
 * new LayerNorm({ size: 2 }).forward(tensor([[1, 3]])); // about [[-1, 1]]
 * ```
 */
export class LayerNorm extends Layer {
  readonly size: number;
  readonly eps: number;
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(options: LayerNormOptions) {
    super();
    checkOptions('new LayerNorm', options, ['size', 'eps', 'dtype']);
    const { size, eps = 1e-5, dtype = 'float32' } = options;
    checkSize('new LayerNorm', 'size', size);
    checkEps('new LayerNorm', eps);
    this.size = size;
    this.eps = eps;
    this.weight = new Parameter(ones([size], { dtype }));
    this.bias = new Parameter(zeros([size], { dtype }));
  }

  forward(x: TensorLike): Tensor {
    const input = toFloat('LayerNorm', x);
    if (input.shape.at(-1) !== this.size) {
      throw new ShapeError({
        op: 'LayerNorm',
        what: "x's last axis has another size",
        arrays: { x: input, weight: this.weight },
        rule: `the last axis must be ${this.size}`,
        mend: 'Correct size, or transpose x',
      });
    }
    return add(mul(standardize(input, this.eps), this.weight), this.bias);
  }
}
