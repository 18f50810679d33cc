/** Gradients one behind the other in kernel memory, so that one call adds up those of all ranks. */
import { concat, div, mul, type Parameter, reshape, scratch, slice, tensor, Variable, zeros } from '@unroll/core';
import type { ElementType } from './library.js';

/** The gradients of parameters of one dtype. */
export class FlatGradients {
  readonly parameters: readonly Parameter[];
  readonly dtype: Extract<ElementType, 'float32' | 'float64'>;
  /** How many numbers the gradients are. */
  readonly #size: number;
  /** All gradients, then 1, then 1 for each parameter that has a gradient and 0 for others: all times the weight. */
  readonly numbers: Variable;

  constructor(parameters: readonly Parameter[], dtype: FlatGradients['dtype']) {
    this.parameters = parameters;
    this.dtype = dtype;
    this.#size = parameters.reduce((sum, { size }) => sum + size, 0);
    this.numbers = new Variable(zeros([this.#size + 1 + parameters.length], { dtype }));
  }

  /** Takes the gradients as they are now. */
  take(weight: number): void {
    const { parameters, dtype, numbers } = this;
    scratch(() => {
      const gradients = parameters.map(({ grad, shape, size }) => reshape(grad ?? zeros(shape, { dtype }), [size]));
      const isThere = parameters.map(({ grad }) => (grad === null ? 0 : 1));
      numbers.assign(mul(concat([...gradients, tensor([1, ...isThere], { dtype })], 0), weight));
      return null;
    });
  }

  /** Gives each parameter its gradient, divided by the sum of weights; none where no rank had one. */
  give(): void {
    const { parameters, numbers } = this;
    const size = this.#size;
    scratch(() => {
      const [weight = 0, ...isThere] = slice(numbers, 0, size, size + 1 + parameters.length).data;
      const mean = div(slice(numbers, 0, 0, size), weight);
      let from = 0;
      for (const [i, parameter] of parameters.entries()) {
        const to = from + parameter.size;
        if (isThere[i] === 0) parameter.zeroGrad();
        else parameter.grad = reshape(slice(mean, 0, from, to), parameter.shape);
        from = to;
      }
      return null;
    });
  }
}
