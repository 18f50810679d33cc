/** A learned vector for each symbol. */
import {
  checkOptions,
  checkSize,
  type DataType,
  gather,
  Parameter,
  type Rng,
  type Tensor,
  type TensorLike,
} from '@unroll/core';
import { normal } from '../init.js';
import { Layer } from './layer.js';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/**
 * Row `id` of a table for each id: `oneHot(id)·weight`, without the multiplication. The table starts as PyTorch's
 * does, normally distributed with variance 1.
 *
 * Shapes: ids any int32 shape → `[…ids, embeddingSize]`; weight `[vocabularySize, embeddingSize]`.
 * Errors: `ValueError` for an id outside of the vocabulary, unknown options or bad sizes; `DataTypeError` for ids
 * that are not int32.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { Embedding } from '@unroll/nn';
 * const embedding = new Embedding({ vocabularySize: 10, embeddingSize: 4 });
 * embedding.forward(tensor([[1, 2, 1]], { dtype: 'int32' })).shape; // [1, 3, 4]
 * ```
 */
export class Embedding extends Layer {
  readonly weight: Parameter;

  constructor(options: EmbeddingOptions) {
    super();
    checkOptions('new Embedding', options, ['vocabularySize', 'embeddingSize', 'rng', 'dtype']);
    const { vocabularySize, embeddingSize, rng, dtype } = options;
    checkSize('new Embedding', 'vocabularySize', vocabularySize);
    checkSize('new Embedding', 'embeddingSize', embeddingSize);
    this.weight = new Parameter(normal([vocabularySize, embeddingSize], { std: 1, rng, dtype }));
  }

  forward(ids: TensorLike): Tensor {
    return gather(this.weight, ids);
  }
}
