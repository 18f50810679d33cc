/** The adding problem without recurrence: all numbers and marks at once. */
import { type Rng, reshape, type Tensor } from '@unroll/core';
import { Linear, Module, ReLU, Sequential } from '@unroll/nn';

/** Two layers over a whole sequence; they know each place, and none from another. */
export class FeedForward extends Module {
  readonly network: Sequential;

  constructor({ steps, hidden, rng }: { readonly steps: number; readonly hidden: number; readonly rng: Rng }) {
    super();
    this.network = new Sequential(
      new Linear({ inputSize: 2 * steps, outputSize: hidden, rng }),
      new ReLU(),
      new Linear({ inputSize: hidden, outputSize: 1, rng }),
    );
  }

  /** Shapes: x `[N, T, 2]` → `[N, 1]`. */
  forward(x: Tensor): Tensor {
    return this.network.forward(reshape(x, [x.shape[0] ?? 0, x.size / (x.shape[0] ?? 1)]));
  }
}
