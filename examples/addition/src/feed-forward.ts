/** The same task without time: all characters at once, into one hidden layer. */
import { argmax, oneHot, type Rng, reshape, type Tensor } from '@unroll/core';
import { crossEntropy, Linear, Module, ReLU, Sequential } from '@unroll/nn';

/** Sizes and beginning of a {@link FeedForward}. */
export interface FeedForwardOptions {
  readonly vocabularySize: number;
  /** Characters of a question. */
  readonly reads: number;
  /** Characters of an answer. */
  readonly writes: number;
  readonly hiddenSize: number;
  readonly rng: Rng;
}

/** A network that knows each character by its place, and says each of the answer by itself. */
export class FeedForward extends Module {
  readonly layers: Sequential;
  readonly vocabularySize: number;

  constructor({ vocabularySize: V, reads, writes, hiddenSize, rng }: FeedForwardOptions) {
    super();
    this.vocabularySize = V;
    this.layers = new Sequential([
      new Linear({ inputSize: reads * V, outputSize: hiddenSize, rng }),
      new ReLU(),
      new Linear({ inputSize: hiddenSize, outputSize: writes * V, rng }),
    ]);
  }

  loss(x: Tensor, y: Tensor): Tensor {
    return crossEntropy(this.#scores(x), y);
  }

  write(x: Tensor): Int32Array[] {
    return (argmax(this.#scores(x)).toArray() as number[][]).map((ids) => Int32Array.from(ids));
  }

  /** `[N, T]` → `[N, U, V]`. */
  #scores(x: Tensor): Tensor {
    const rows = reshape(oneHot(x, this.vocabularySize), [x.shape[0] as number, -1]);
    return reshape(this.layers.forward(rows), [x.shape[0] as number, -1, this.vocabularySize]);
  }
}
