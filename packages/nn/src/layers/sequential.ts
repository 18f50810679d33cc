/** Layers one after the other. */
import { locate, type Tensor, type TensorLike, toTensor, ValueError } from '@unroll/core';
import { fieldForm } from '../torch/fields.js';
import type { TorchForm } from '../torch/form.js';
import { Layer } from './layer.js';

/** A layer, or a function that acts as one. */
export type LayerLike =
  | {
      /** What the layer computes. */
      forward(x: Tensor): Tensor;
    }
  | ((x: Tensor) => Tensor);

/**
 * Each layer, or function, takes what the one before it returns.
 *
 * Errors: `ValueError` for something that is neither; what a layer throws names its place.
 *
 * @example
 * ```ts
 * import { randn, square } from '@unroll/core';
 * import { Linear, Sequential, Tanh } from '@unroll/nn';
 * const model = new Sequential(
 *   new Linear({ inputSize: 2, outputSize: 8 }),
 *   new Tanh(),
 *   new Linear({ inputSize: 8, outputSize: 1 }),
 *   (y) => square(y),
 * );
 * model.forward(randn([5, 2])).shape; // [5, 1]
 * ```
 */
export class Sequential extends Layer {
  readonly layers: readonly LayerLike[];

  /** Takes the layers, one by one or in an array. */
  constructor(...layers: readonly (LayerLike | readonly LayerLike[])[]) {
    super();
    this.layers = layers.flat();
    for (const [i, layer] of this.layers.entries()) {
      if (typeof layer === 'function' || typeof layer?.forward === 'function') continue;
      throw new ValueError({
        op: 'new Sequential',
        what: `layers[${i}] is no layer`,
        rule: 'layers have a method forward, or are functions of a tensor',
        mend: 'Pass such a layer',
      });
    }
  }

  forward(x: TensorLike): Tensor {
    let y = toTensor('Sequential', x);
    for (const [i, layer] of this.layers.entries()) {
      try {
        y = typeof layer === 'function' ? layer(y) : layer.forward(y);
      } catch (error) {
        throw locate(
          error,
          `Sequential.layers[${i}]${typeof layer === 'function' ? '' : `, ${layer.constructor.name}`}`,
        );
      }
    }
    return y;
  }

  override torchForm(): TorchForm {
    return fieldForm(this.layers);
  }
}
