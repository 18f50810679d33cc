/** An encoder and a decoder that add: one reads the question, the other writes the answer. */
import type { Rng, Tensor } from '@unroll/core';
import type { CharVocabulary } from '@unroll/data';
import { crossEntropy, Decoder, decode, Encoder, greedy, Linear, LSTMCell, type LSTMState, Module } from '@unroll/nn';

/** Size and beginning of an {@link Adder}. */
export interface AdderOptions {
  readonly vocabulary: CharVocabulary;
  readonly hiddenSize: number;
  readonly rng: Rng;
}

/** All that the decoder knows of the question is the state in which the encoder has read its last character. */
export class Adder extends Module {
  readonly encoder: Encoder<LSTMState>;
  readonly decoder: Decoder<LSTMState>;
  /** Stands before each answer, in none of which it is. */
  readonly #begin: number;

  constructor({ vocabulary, hiddenSize, rng }: AdderOptions) {
    super();
    const { size } = vocabulary;
    const cell = (): LSTMCell => new LSTMCell({ inputSize: size, hiddenSize, rng }); // reads characters one-hot
    const head = new Linear({ inputSize: hiddenSize, outputSize: size, rng });
    this.encoder = new Encoder({ layer: cell() });
    this.decoder = new Decoder({ vocabularySize: size, cell: cell(), head });
    this.#begin = vocabulary.encode('+')[0] as number;
  }

  /** Nats a character, where each step has read the true one before. Shapes: x `[N, T]`, y `[N, U]`. */
  loss(x: Tensor, y: Tensor): Tensor {
    const { state } = this.decoder.begin(this.encoder.forward(x));
    return crossEntropy(decode(this.decoder, y, { state, begin: this.#begin }).logits, y);
  }

  /** The answers that it writes by itself, of `length` characters each. */
  write(x: Tensor, length: number): Int32Array[] {
    const { state } = this.decoder.begin(this.encoder.forward(x));
    return greedy(this.decoder, { state, begin: this.#begin, maxLength: length }).map(({ ids }) => ids);
  }
}
