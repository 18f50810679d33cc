/** Two networks that describe a scene: one is told all of it as a vector, the other looks at places while it speaks. */
import { concat, oneHot, pick, type Rng, slice, type Tensor, type TensorTree } from '@unroll/core';
import { SCENE_COLOURS, SCENE_SHAPES } from '@unroll/data/synthetic';
import {
  type Attended,
  type Attention,
  AttentionCell,
  type AttentionState,
  type BidirectionalLayer,
  Bridge,
  bidirectional,
  type ConditionedCell,
  ContextCell,
  type ContextState,
  Decoder,
  Embedding,
  GeneralAttention,
  GRUCell,
  type GRUState,
  Linear,
  LSTMCell,
  type LSTMState,
  Module,
  type PreparedMemory,
} from '@unroll/nn';

/** How large a {@link Captioner} is, and what draws its initial weights. */
export interface CaptionerOptions {
  readonly vocabularySize: number;
  /** Of the decoder; the reader has half of it in each direction. */
  readonly hiddenSize: number;
  readonly rng: Rng;
}

/** What can be seen of a place, each as one of so many: its colour, its shape, its row and its column. */
const FEATURES = [SCENE_COLOURS.length, SCENE_SHAPES.length, 4, 4];
const SEEN = FEATURES.reduce((sum, count) => sum + count);

/** Sees places, then speaks. */
export class Captioner<State extends TensorTree> extends Module {
  /** Goes over the places, so that it is known of each what comes before and after it. */
  readonly reader: BidirectionalLayer<GRUState, GRUState>;
  readonly decoder: Decoder<State, LSTMState>;

  /** `cell` is one around `inner`, which begins with what the reader knows in the end. */
  constructor(
    cell: ConditionedCell<State, LSTMState>,
    inner: LSTMCell,
    { vocabularySize, hiddenSize, rng }: CaptionerOptions,
  ) {
    super();
    const size = hiddenSize / 2;
    const makeReader = (): GRUCell => new GRUCell({ inputSize: SEEN, hiddenSize: size, rng });
    this.reader = bidirectional(makeReader(), makeReader());
    this.decoder = new Decoder({
      vocabularySize,
      embedding: new Embedding({ vocabularySize, embeddingSize: size, rng }),
      cell,
      head: new Linear({ inputSize: cell.outputSize, outputSize: vocabularySize, rng }),
      initialState: new Bridge({ inputSize: hiddenSize, cell: inner, rng }),
    });
  }

  /** The state before the first word. Shapes: places int32 `[N, P, 4]`. */
  begin(places: Tensor): State {
    const features = FEATURES.map((count, i) => oneHot(pick(places, 2, i), count));
    const seen = concat(features, 2); // [N, P, SEEN]
    const { outputs, finalState } = this.reader.forward(seen);
    return this.decoder.begin({ outputs: concat([seen, outputs], 2), finalState, mask: null }).state;
  }
}

/** Chooses a place by all that is known of it, and sees there what is on it: a look at a place tells of no other. */
class PlaceAttention extends Module implements Attention<PreparedMemory> {
  readonly querySize: number;
  readonly memorySize: number;
  readonly contextSize: number;
  readonly chooser: GeneralAttention;

  constructor({ hiddenSize, rng }: CaptionerOptions) {
    super();
    this.querySize = hiddenSize;
    this.memorySize = SEEN + hiddenSize;
    this.contextSize = SEEN;
    this.chooser = new GeneralAttention({ querySize: hiddenSize, memorySize: this.memorySize, rng });
  }

  prepare(memory: Tensor): PreparedMemory {
    const prepared = this.chooser.prepare(memory);
    return { ...prepared, values: slice(prepared.values, 2, 0, this.contextSize) };
  }

  attend(query: Tensor, prepared: PreparedMemory): Attended {
    return this.chooser.attend(query, prepared);
  }
}

/** The decoder is fed, in every step, one vector: the reader's final state. */
export function withoutAttention(options: CaptionerOptions): Captioner<ContextState<LSTMState>> {
  const { hiddenSize, rng } = options;
  const cell = new LSTMCell({ inputSize: hiddenSize / 2 + hiddenSize, hiddenSize, rng });
  return new Captioner(new ContextCell({ cell, contextSize: hiddenSize }), cell, options);
}

/** The decoder sees, in every step, the places that it looks at. */
export function withAttention(options: CaptionerOptions): Captioner<AttentionState<LSTMState, PreparedMemory>> {
  const { hiddenSize, rng } = options;
  const cell = new LSTMCell({ inputSize: hiddenSize / 2 + hiddenSize, hiddenSize, rng });
  return new Captioner(new AttentionCell({ cell, attention: new PlaceAttention(options), rng }), cell, options);
}
