/** A network for clips: an eye for each frame, and behind it a memory, or none. */
import { concat, max, type Rng, relu, reshape, type Tensor, tanh } from '@unroll/core';
import { MOVING_DIRECTIONS, MOVING_SHAPES } from '@unroll/data/synthetic';
import { Linear, LSTMCell, Module, unroll } from '@unroll/nn';
import { PATCH, patchesOf } from './patches.js';

/** Scores after each frame, `[N, T, 4]` both. */
export interface Seen {
  readonly shapes: Tensor;
  readonly directions: Tensor;
}

/** The same filters at every place of every frame, as in a convolution; then a memory; then two answers. */
export class ClipNetwork extends Module {
  readonly filters: Linear;
  /** A `Linear` sees each frame by itself. */
  readonly body: LSTMCell | Linear;
  readonly shapes: Linear;
  readonly directions: Linear;

  constructor(size: number, remembers: boolean, hiddenSize: number, rng: Rng) {
    super();
    const filters = 8;
    const sizes = { inputSize: filters + 2 * size, rng };
    this.filters = new Linear({ inputSize: PATCH * PATCH, outputSize: filters, rng });
    this.body = remembers ? new LSTMCell({ ...sizes, hiddenSize }) : new Linear({ ...sizes, outputSize: hiddenSize });
    this.shapes = new Linear({ inputSize: hiddenSize, outputSize: MOVING_SHAPES.length, rng });
    this.directions = new Linear({ inputSize: hiddenSize, outputSize: MOVING_DIRECTIONS.length, rng });
  }

  /** Shapes: frames `[N, T, size²]`. */
  forward(frames: Tensor): Seen {
    const [clips, steps, pixels] = frames.shape as readonly [number, number, number];
    const size = Math.sqrt(pixels);
    const found = relu(this.filters.forward(patchesOf(frames, size))); // [N, T, size², filters]
    const map = reshape(max(found, 3), [clips, steps, size, size]);
    // What is there, in which column and in which row: the strongest answers of the filters.
    const seen = concat([max(found, 2), max(map, 2), max(map, 3)], 2);
    const known = this.body instanceof Linear ? tanh(this.body.forward(seen)) : unroll(this.body, seen).outputs;
    return { shapes: this.shapes.forward(known), directions: this.directions.forward(known) };
  }
}
