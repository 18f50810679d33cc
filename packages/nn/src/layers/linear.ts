/** The affine layer. */
import {
  checkOptions,
  checkSize,
  type DataType,
  defaultRng,
  linear,
  Parameter,
  type Rng,
  type Tensor,
  type TensorLike,
} from '@unroll/core';
import { uniform } from '../init.js';
import { Layer } from './layer.js';

/** Options of {@link Linear}. */
export interface LinearOptions {
  readonly inputSize: number;
  readonly outputSize: number;
  /** Whether a bias is added. True unless said otherwise. */
  readonly bias?: boolean | undefined;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/**
 * An affine map of the last axis: `y = x·weightᵀ + bias`. Weights and bias start as PyTorch's do, evenly
 * distributed in ±1/√inputSize.
 *
 * Shapes: x `[…, inputSize]` → `[…, outputSize]`; weight `[outputSize, inputSize]`, bias `[outputSize]`.
 * Errors: `ShapeError` when x's last axis is not inputSize; `ValueError` for unknown options or bad sizes.
 *
 * @example
 * ```ts
 * import { randn, Rng } from '@unroll/core';
 * import { Linear } from '@unroll/nn';
 * const layer = new Linear({ inputSize: 3, outputSize: 2, rng: new Rng(1) });
 * layer.forward(randn([5, 3])).shape; // [5, 2]
 * ```
 */
export class Linear extends Layer {
  readonly weight: Parameter;
  /** Null without a bias. */
  readonly bias: Parameter | null;

  constructor(options: LinearOptions) {
    super();
    checkOptions('new Linear', options, ['inputSize', 'outputSize', 'bias', 'rng', 'dtype']);
    const { inputSize, outputSize, bias = true, rng = defaultRng(), dtype } = options;
    checkSize('new Linear', 'inputSize', inputSize);
    checkSize('new Linear', 'outputSize', outputSize);
    const bound = 1 / Math.sqrt(inputSize);
    this.weight = new Parameter(uniform([outputSize, inputSize], { bound, rng, dtype }));
    this.bias = bias ? new Parameter(uniform([outputSize], { bound, rng, dtype })) : null;
  }

  forward(x: TensorLike): Tensor {
    return this.bias === null ? linear(x, this.weight) : linear(x, this.weight, this.bias);
  }
}
