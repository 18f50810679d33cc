/** Networks that turn one sequence into another: all that was read is one vector, or is looked at again and again. */
import type { Rng, Tensor, TensorTree } from '@unroll/core';
import type { PaddedSequences } from '@unroll/data';
import {
  AdditiveAttention,
  AttentionCell,
  type AttentionState,
  type BothWays,
  Bridge,
  beamSearch,
  bidirectional,
  type ConditionedCell,
  ContextCell,
  type ContextState,
  crossEntropy,
  Decoder,
  decode,
  Embedding,
  Encoder,
  GeneralAttention,
  GRUCell,
  type GRUState,
  greedy,
  Linear,
  Module,
  type PreparedMemory,
} from '@unroll/nn';
import type { Learner } from './training.js';

/** How large a translator is, and what draws its weights. */
export interface TranslatorOptions {
  /** How many different tokens are read. */
  readonly reads: number;
  /** How many different tokens are written. */
  readonly writes: number;
  /** Of every cell; the encoder has one for each direction. */
  readonly hiddenSize: number;
  readonly rng: Rng;
}

type ReadState = BothWays<GRUState>;

/** An encoder and a decoder that belong together; the token 0 begins and ends what is written. */
export class Translator<State extends TensorTree> extends Module implements Learner {
  readonly encoder: Encoder<ReadState>;
  readonly decoder: Decoder<State, GRUState, ReadState>;

  constructor(encoder: Encoder<ReadState>, decoder: Decoder<State, GRUState, ReadState>) {
    super();
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /** The state in which the decoder begins when the source has been read. */
  read({ values, lengths }: PaddedSequences): State {
    return this.decoder.begin(this.encoder.forward(values, { lengths })).state;
  }

  loss(source: PaddedSequences, { values, lengths }: PaddedSequences, teacherForcing: number, rng: Rng): Tensor {
    const state = this.read(source);
    const { logits, mask } = decode(this.decoder, values, { state, begin: 0, lengths, teacherForcing, rng });
    return crossEntropy(logits, values, { mask });
  }

  write(source: PaddedSequences, maxLength: number, beams = 1): Int32Array[] {
    const options = { state: this.read(source), begin: 0, end: 0, maxLength };
    if (beams === 1) return greedy(this.decoder, options).map(({ ids }) => ids);
    return beamSearch(this.decoder, { ...options, beams }).map(([best]) => best?.ids ?? new Int32Array());
  }
}

/** A translator whose decoder looks at what was read. */
export type Attending = Translator<AttentionState<GRUState, PreparedMemory>>;

const EMBEDDING = 32;

/** The decoder knows what was read by one vector, with which it begins and which it sees in every step. */
export function fixedContext(options: TranslatorOptions): Translator<ContextState<GRUState>> {
  const { hiddenSize: H, rng } = options;
  const cell = new GRUCell({ inputSize: EMBEDDING + 2 * H, hiddenSize: H, rng });
  return translator(options, cell, new ContextCell({ cell, contextSize: 2 * H }));
}

/** The decoder looks at all that was read and then moves on. */
export function bahdanau(options: TranslatorOptions): Attending {
  const { hiddenSize: H, rng } = options;
  const cell = new GRUCell({ inputSize: EMBEDDING + 2 * H, hiddenSize: H, rng });
  const attention = new AdditiveAttention({ querySize: H, memorySize: 2 * H, hiddenSize: H, rng });
  return translator(options, cell, new AttentionCell({ cell, attention, order: 'bahdanau', rng }));
}

/** The decoder moves on, then looks, and in the next step knows what it has found. */
export function luong(options: TranslatorOptions): Attending {
  const { hiddenSize: H, rng } = options;
  const cell = new GRUCell({ inputSize: EMBEDDING + H, hiddenSize: H, rng });
  const attention = new GeneralAttention({ querySize: H, memorySize: 2 * H, rng });
  return translator(options, cell, new AttentionCell({ cell, attention, order: 'luong', rng }));
}

/** What all three have in common. The conditioned cell is around `inner`, whose first state a bridge makes. */
function translator<State extends TensorTree>(
  { reads, writes, hiddenSize: H, rng }: TranslatorOptions,
  inner: GRUCell,
  cell: ConditionedCell<State, GRUState>,
): Translator<State> {
  const gru = (): GRUCell => new GRUCell({ inputSize: EMBEDDING, hiddenSize: H, rng });
  const encoder = new Encoder({
    embedding: new Embedding({ vocabularySize: reads, embeddingSize: EMBEDDING, rng }),
    layer: bidirectional(gru(), gru()),
  });
  const decoder = new Decoder({
    vocabularySize: writes,
    embedding: new Embedding({ vocabularySize: writes, embeddingSize: EMBEDDING, rng }),
    cell,
    initialState: new Bridge({ inputSize: 2 * H, cell: inner, rng }),
    head: new Linear({ inputSize: cell.outputSize, outputSize: writes, rng }),
  });
  return new Translator(encoder, decoder);
}
