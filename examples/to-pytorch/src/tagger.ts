/** The model of `python/tagger.py`. */
import { Rng, type Tensor } from '@unroll/core';
import {
  type BidirectionalLayer,
  bidirectional,
  type DeepLayer,
  deep,
  Embedding,
  Linear,
  LSTMCell,
  type LSTMState,
  Module,
} from '@unroll/nn';

/** How large a {@link Tagger} is. */
export interface TaggerSizes {
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly tags: number;
}

type BothWays = BidirectionalLayer<LSTMState, LSTMState>;

/** Scores of tags for each word, by two layers of LSTMs that read from both ends. */
export class Tagger extends Module {
  readonly embedding: Embedding;
  readonly rnn: DeepLayer<readonly [BothWays, BothWays]>;
  readonly readOut: Linear;

  constructor({ vocabularySize, embeddingSize, hiddenSize, tags }: TaggerSizes, rng: Rng = new Rng(1)) {
    super();
    const layer = (inputSize: number): BothWays => {
      const cell = () => new LSTMCell({ inputSize, hiddenSize, rng });
      return bidirectional(cell(), cell());
    };
    this.embedding = new Embedding({ vocabularySize, embeddingSize, rng });
    this.rnn = deep([layer(embeddingSize), layer(2 * hiddenSize)]);
    this.readOut = new Linear({ inputSize: 2 * hiddenSize, outputSize: tags, rng });
  }

  /** Shapes: ids int32 `[N, T]`, lengths int32 `[N]` → `[N, T, tags]`. */
  forward(ids: Tensor, lengths: Tensor): Tensor {
    return this.readOut.forward(this.rnn.forward(this.embedding.forward(ids), { lengths }).outputs);
  }
}
