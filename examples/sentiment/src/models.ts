/** Readers of reviews: those that count what is there, and those that read from the first word to the last. */
import { add, type Rng, reshape, type Tensor, type TensorTree, tensor, zeros } from '@unroll/core';
import {
  type Cell,
  Embedding,
  Linear,
  lastOutput,
  Module,
  type RecurrentLayer,
  recurrent,
  sumOverTime,
} from '@unroll/nn';

/** Padded reviews. */
export interface Texts {
  /** int32 `[N, T]`. */
  readonly x: Tensor;
  /** int32 `[N]`. */
  readonly lengths: Tensor;
}

/** Says of each review how good it finds it: above 0 is good. Shapes: N reviews → `[N]`. */
export interface Judge extends Module {
  forward(reviews: Texts): Tensor;
}

/**
 * A number for each word, or for each word and each pair of neighbours, added up: logistic regression on a bag. It knows
 * which of them occur and how often, not where.
 */
export class Bag extends Module implements Judge {
  readonly vocabularySize: number;
  readonly words: Embedding;
  readonly pairs: Embedding | null;

  constructor({ vocabularySize, pairs }: { readonly vocabularySize: number; readonly pairs: boolean }) {
    super();
    this.vocabularySize = vocabularySize;
    this.words = weights(vocabularySize);
    this.pairs = pairs ? weights(vocabularySize * vocabularySize) : null;
  }

  forward({ x, lengths }: Texts): Tensor {
    const scores = [this.words.forward(x)];
    if (this.pairs !== null) scores.push(this.pairs.forward(this.#pairsOf(x)));
    const totals = scores.map((score) => sumOverTime(score, { lengths }));
    return reshape(
      totals.reduce((a, b) => add(a, b)),
      [-1],
    );
  }

  /** Each word with the one before it; the first with itself. */
  #pairsOf(x: Tensor): Tensor {
    const [, steps = 1] = x.shape;
    const ids = x.data;
    const pair = (id: number, i: number): number =>
      (i % steps === 0 ? id : (ids[i - 1] ?? 0)) * this.vocabularySize + id;
    return tensor(Int32Array.from(ids, pair), { shape: x.shape });
  }
}

/** A number for each, at first 0: what was never seen says nothing. */
function weights(count: number): Embedding {
  const table = new Embedding({ vocabularySize: count, embeddingSize: 1 });
  table.weight.assign(zeros([count, 1]));
  return table;
}

/** What a {@link Reader} is made of. */
export interface ReaderOptions<State extends TensorTree> {
  readonly vocabularySize: number;
  readonly cell: Cell<State>;
  readonly rng: Rng;
}

/** Any cell over the words of a review; its output after the last one is weighed. */
export class Reader<State extends TensorTree> extends Module implements Judge {
  readonly words: Embedding;
  readonly layer: RecurrentLayer<State>;
  readonly head: Linear;

  constructor({ vocabularySize, cell, rng }: ReaderOptions<State>) {
    super();
    this.words = new Embedding({ vocabularySize, embeddingSize: cell.inputSize, rng });
    this.layer = recurrent(cell);
    this.head = new Linear({ inputSize: cell.outputSize, outputSize: 1, rng });
  }

  forward({ x, lengths }: Texts): Tensor {
    const { outputs } = this.layer.forward(this.words.forward(x), { lengths });
    return reshape(this.head.forward(lastOutput(outputs, { lengths })), [-1]);
  }
}
