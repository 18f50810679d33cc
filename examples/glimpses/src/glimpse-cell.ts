/** An LSTM that looks through a small window, and decides itself where the window goes. */
import {
  add,
  concat,
  type DataType,
  div,
  expandDims,
  matmul,
  mul,
  type Rng,
  reshape,
  sigmoid,
  softmax,
  split,
  square,
  sub,
  type Tensor,
  tanh,
  tensor,
  transpose,
  zeros,
} from '@unroll/core';
import { type Cell, type CellStep, checkInput, checkState, Linear, LSTMCell, type LSTMState, Module } from '@unroll/nn';

/** What the LSTM remembers, and its last look: through which window, and what was there. */
export type GlimpseState = LSTMState & { readonly window: Tensor; readonly glimpse: Tensor };

/** Sizes and beginnings of a {@link GlimpseCell}. */
export interface GlimpseCellOptions {
  /** Rows and columns of a picture. */
  readonly pictureSize: number;
  /** Rows and columns of points in a window. */
  readonly windowSize: number;
  readonly hiddenSize: number;
  readonly rng: Rng;
  readonly dtype?: DataType;
}

/** How close points come to each other at most, in pixels. */
const CLOSEST = 0.5;

/**
 * Each step is given the whole picture, looks at K·K points of it, and remembers what it saw:
 *
 * ```text
 * (a, b, z) = W·h + v       x = ½(S − 1)(1 + tanh a)    y = ½(S − 1)(1 + tanh b)    d from ½ to (S − 1)/(K − 1), by σ(z)
 * x_k = x + (k − ½(K − 1))·d for k = 0 … K − 1          A[k, i] = softmax over i of −2((i − x_k)/d)², and B alike from y
 * glimpse = B · picture · Aᵀ                            h', c' = LSTM([glimpse, tanh a, tanh b, σ(z)], h, c)
 * ```
 *
 * A point is blurred over half of the distance to the next one, so that a wide window sees much of the picture and none of
 * it sharply, and gradients reach the place of the window.
 *
 * Shapes: x `[N, S·S]`, h and c `[N, H]`, window `[N, 3]`: x, y and d in pixels; glimpse `[N, K, K]`.
 * Differs: the source lets the window be as wide as it likes, learns the blur apart, and scales what is seen.
 * @source K. Gregor et al., "DRAW: a recurrent neural network for image generation", ICML 2015, section 3.2
 */
export class GlimpseCell extends Module implements Cell<GlimpseState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly pictureSize: number;
  readonly windowSize: number;
  readonly where: Linear;
  readonly lstm: LSTMCell;

  constructor({ pictureSize, windowSize, hiddenSize, rng, dtype = 'float32' }: GlimpseCellOptions) {
    super();
    this.inputSize = pictureSize ** 2;
    this.outputSize = hiddenSize;
    this.pictureSize = pictureSize;
    this.windowSize = windowSize;
    this.where = new Linear({ inputSize: hiddenSize, outputSize: 3, rng, dtype });
    this.lstm = new LSTMCell({ inputSize: windowSize ** 2 + 3, hiddenSize, rng, dtype });
  }

  initialState(batch: number): GlimpseState {
    const { dtype } = this.where.weight;
    const glimpse = zeros([batch, this.windowSize, this.windowSize], { dtype });
    return { ...this.lstm.initialState(batch), window: zeros([batch, 3], { dtype }), glimpse };
  }

  step(x: Tensor, { h, c }: GlimpseState): CellStep<GlimpseState> {
    const [S, K] = [this.pictureSize, this.windowSize];
    const picture = reshape(checkInput('GlimpseCell', x, this.inputSize), [-1, S, S]);
    checkState('GlimpseCell', { h, c }, x.shape[0] ?? 0, this.outputSize);
    const [middle, zoom] = split(this.where.forward(h), [2, 1], 1) as [Tensor, Tensor];
    const place = concat([tanh(middle), sigmoid(zoom)], 1);
    const half = (S - 1) / 2;
    const row = (numbers: readonly number[]): Tensor => tensor(numbers, { dtype: place.dtype });
    const window = add(mul(place, row([half, half, (S - 1) / (K - 1) - CLOSEST])), row([half, half, CLOSEST]));

    const [left, top, distance] = split(window, 3, 1);
    const across = this.#filters(left, distance);
    const down = this.#filters(top, distance);
    const glimpse = matmul(matmul(down, picture), transpose(across)); // [N, K, K]
    const { output, state } = this.lstm.step(concat([reshape(glimpse, [-1, K * K]), place], 1), { h, c });
    return { output, state: { ...state, window, glimpse } };
  }

  /** How much of each pixel each point sees along one axis. Shapes: middle and distance `[N, 1]` → `[N, K, S]`. */
  #filters(middle: Tensor, distance: Tensor): Tensor {
    const { dtype } = middle;
    const offsets = Array.from({ length: this.windowSize }, (_, k) => k - (this.windowSize - 1) / 2);
    const points = add(middle, mul(distance, tensor([offsets], { dtype })));
    const pixels = tensor(
      Array.from({ length: this.pictureSize }, (_, i) => i),
      { dtype },
    );
    const away = div(sub(pixels, expandDims(points, 2)), expandDims(distance, 2));
    return softmax(mul(square(away), -2));
  }
}
