/** The baseline: which three characters stand beside each other somewhere, and nothing of where. */
import { argmax, reshape, type Tensor, zeros } from '@unroll/core';
import { type PaddedSequences, padSequences } from '@unroll/data';
import { crossEntropy, Embedding, Module, sumOverTime } from '@unroll/nn';
import type { Learner } from './training.js';

/** Sizes of a {@link BagOfTrigrams}. */
export interface BagOfTrigramsOptions {
  /** The sequences whose trigrams it knows; others are as if they were not there. */
  readonly sources: readonly Int32Array[];
  /** How many different tokens are written. */
  readonly writes: number;
  /** How many tokens each target has, its end counted. */
  readonly targetLength: number;
}

/** Each trigram adds its own scores to those of each token at each place of the target. */
export class BagOfTrigrams extends Module implements Learner {
  readonly scores: Embedding;
  readonly writes: number;
  readonly targetLength: number;
  /** The row of each trigram; 0 is that of all others, and of the padding. */
  readonly #rows: ReadonlyMap<string, number>;

  constructor({ sources, writes, targetLength }: BagOfTrigramsOptions) {
    super();
    this.#rows = new Map([...new Set(sources.flatMap(trigrams))].map((trigram, i) => [trigram, i + 1]));
    this.scores = new Embedding({ vocabularySize: this.#rows.size + 1, embeddingSize: targetLength * writes });
    this.scores.weight.assign(zeros(this.scores.weight.shape)); // all tokens are equally likely at first
    this.writes = writes;
    this.targetLength = targetLength;
  }

  loss(source: PaddedSequences, { values }: PaddedSequences): Tensor {
    return crossEntropy(this.#score(source), values);
  }

  write(source: PaddedSequences): Int32Array[] {
    const ids = argmax(this.#score(source)).toArray() as number[][];
    return ids.map((row) => Int32Array.from(row.slice(0, -1)));
  }

  /** `[N, U, V]`. */
  #score({ values, lengths }: PaddedSequences): Tensor {
    const bags = (values.toArray() as number[][]).map((ids, n) =>
      Int32Array.from(trigrams(ids.slice(0, lengths.data[n])), (trigram) => this.#rows.get(trigram) ?? 0),
    );
    const rows = padSequences(bags);
    const sums = sumOverTime(this.scores.forward(rows.values), { lengths: rows.lengths });
    return reshape(sums, [bags.length, this.targetLength, this.writes]);
  }
}

/** As `3,1,4`. The first begins with the end of the sequence before, so that each character is in one. */
function trigrams(ids: ArrayLike<number>): string[] {
  const padded = [0, ...Array.from(ids)];
  return padded.slice(2).map((_, i) => padded.slice(i, i + 3).join());
}
