/** From a sentence to a tag for each of its words. */
import { concat, gather, type Rng, type Tensor, type TensorTree, tensor } from '@unroll/core';
import type { PaddedSequences } from '@unroll/data';
import {
  type BidirectionalLayer,
  bidirectional,
  Dropout,
  Embedding,
  init,
  Layer,
  Linear,
  LSTMCell,
  type LSTMState,
  Module,
  recurrent,
  type SequenceLayer,
  Sequential,
  Tanh,
} from '@unroll/nn';
import type { SentenceBatch, SentenceEncoder } from './encoder.js';

/** What looks at the sentence: at each word by itself, at the words up to it, or at all of them. */
export type Network = 'feed-forward' | 'LSTM' | 'BiLSTM';

/** What a {@link Tagger} is made of. */
export interface TaggerOptions {
  readonly network: Network;
  /** Whether it reads how words are spelt. */
  readonly spelling: boolean;
  /** Of the vectors of words, and of the network in each direction. */
  readonly size: number;
  readonly dropout: number;
  readonly rng: Rng;
}

/** Of the vectors of characters, and of the LSTM that reads them in each direction. */
const CHARACTER_SIZE = 24;
const SPELLING_SIZE = 32;

/** The share of words that are taken for unknown ones in training, so that their vector learns what to expect. */
const FORGOTTEN = 0.15;

/** How words are spelt, read from both ends: endings and capitals say something about words that were never seen. */
class SpellingReader extends Module {
  readonly characters: Embedding;
  readonly reader: BidirectionalLayer<LSTMState, LSTMState>;
  readonly outputSize: number;

  constructor(vocabularySize: number, rng: Rng) {
    super();
    this.characters = new Embedding({ vocabularySize, embeddingSize: CHARACTER_SIZE, rng });
    this.reader = fromBothEnds(CHARACTER_SIZE, SPELLING_SIZE, rng);
    this.outputSize = this.reader.outputSize;
  }

  /** Shapes: ids of characters `[W, L]` → `[W, outputSize]`. */
  forward({ values, lengths }: PaddedSequences): Tensor {
    const { finalState } = this.reader.forward(this.characters.forward(values), { lengths });
    return concat([finalState.forward.h, finalState.backward.h], 1);
  }
}

/** A score for each tag of each word: from the vector of the word and its spelling, through a network, to the tags. */
export class Tagger extends Module {
  readonly words: Embedding;
  readonly spelling: SpellingReader | null;
  readonly dropout: Dropout;
  readonly reader: Layer | SequenceLayer<TensorTree>;
  readonly head: Linear;
  readonly unknownId: number;
  readonly rng: Rng;

  constructor(encoder: SentenceEncoder, { network, spelling, size, dropout, rng }: TaggerOptions) {
    super();
    const vocabularySize = encoder.words.size;
    this.words = new Embedding({ vocabularySize, embeddingSize: size, rng });
    // Most words are seen once or twice, which moves a vector little: where it began must weigh less than where it went.
    this.words.weight.assign(init.normal([vocabularySize, size], { std: 0.1, rng }));
    this.spelling = spelling ? new SpellingReader(encoder.characters.size, rng) : null;
    this.dropout = new Dropout({ p: dropout, rng });
    this.reader = readerOf(network, size + (this.spelling?.outputSize ?? 0), size, rng);
    const inputSize = network === 'BiLSTM' ? 2 * size : size;
    this.head = new Linear({ inputSize, outputSize: encoder.tags.length, rng });
    this.unknownId = encoder.words.unknownId;
    this.rng = rng.split();
  }

  /** Shapes: words `[N, T]` → `[N, T, tags]`. */
  forward({ words, lengths, spelling, places }: SentenceBatch): Tensor {
    const vectors = [this.words.forward(this.training ? this.#forget(words) : words)];
    if (this.spelling !== null) vectors.push(gather(this.spelling.forward(spelling), places));
    const x = this.dropout.forward(concat(vectors, 2));
    const y = this.reader instanceof Layer ? this.reader.forward(x) : this.reader.forward(x, { lengths }).outputs;
    return this.head.forward(this.dropout.forward(y));
  }

  #forget(words: Tensor): Tensor {
    const ids = Int32Array.from(words.data, (id) => (this.rng.uniform() < FORGOTTEN ? this.unknownId : id));
    return tensor(ids, { shape: words.shape });
  }
}

function readerOf(network: Network, inputSize: number, size: number, rng: Rng): Layer | SequenceLayer<TensorTree> {
  if (network === 'BiLSTM') return fromBothEnds(inputSize, size, rng);
  if (network === 'LSTM') return recurrent(new LSTMCell({ inputSize, hiddenSize: size, rng }));
  return new Sequential(new Linear({ inputSize, outputSize: size, rng }), new Tanh());
}

function fromBothEnds(inputSize: number, hiddenSize: number, rng: Rng): BidirectionalLayer<LSTMState, LSTMState> {
  const cell = (): LSTMCell => new LSTMCell({ inputSize, hiddenSize, rng });
  return bidirectional(cell(), cell());
}
