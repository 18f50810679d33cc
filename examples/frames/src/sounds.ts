/** Speech: which vowel in which tone each frame of a recording belongs to. */
import { argmax, pick, Rng, slice, type Tensor, tanh } from '@unroll/core';
import { TONE_BANDS, TONE_SOUNDS, type Tones, tones } from '@unroll/data/synthetic';
import {
  type BidirectionalLayer,
  bidirectional,
  crossEntropy,
  Linear,
  LSTMCell,
  type LSTMState,
  Module,
} from '@unroll/nn';
import { heatMap } from '@unroll/viz';
import { type LearnOptions, learn } from './learn.js';
import { shareRight } from './right.js';

/** A label for each frame, from what comes before and after it, or from the frame by itself. */
export class SoundNetwork extends Module {
  /** A `Linear` hears each frame by itself. */
  readonly body: BidirectionalLayer<LSTMState, LSTMState> | Linear;
  readonly head: Linear;

  constructor(remembers: boolean, hiddenSize: number, rng: Rng) {
    super();
    const inputSize = TONE_BANDS.pitch.length + TONE_BANDS.vowel.length;
    const makeCell = (): LSTMCell => new LSTMCell({ inputSize, hiddenSize, rng });
    this.body = remembers
      ? bidirectional(makeCell(), makeCell())
      : new Linear({ inputSize, outputSize: 2 * hiddenSize, rng });
    this.head = new Linear({ inputSize: 2 * hiddenSize, outputSize: TONE_SOUNDS.length, rng });
  }

  /** Shapes: x `[N, T, 32]` → `[N, T, 12]`. */
  forward({ x, lengths }: Pick<Tones, 'x' | 'lengths'>): Tensor {
    const { body } = this;
    return this.head.forward(body instanceof Linear ? tanh(body.forward(x)) : body.forward(x, { lengths }).outputs);
  }
}

/** How many recordings an update takes, and how large a network is. */
export interface SoundOptions extends LearnOptions {
  readonly batch: number;
  readonly hidden: number;
}

/** A network that has learnt, and the share of frames of unseen recordings that it gets right. */
export interface SoundResult {
  readonly network: SoundNetwork;
  readonly right: number;
}

/** Learns from recordings that are drawn anew for each update. */
export function learnSounds(
  name: string,
  remembers: boolean,
  seed: number,
  options: SoundOptions,
  unseen: Tones,
): SoundResult {
  const rng = new Rng(seed);
  const network = new SoundNetwork(remembers, options.hidden, rng);
  learn(`${name}, seed ${seed}`, network.parameters(), options, () => {
    const recordings = tones({ count: options.batch, rng });
    return crossEntropy(network.forward(recordings), recordings.y, { ignoreIndex: -1 });
  });
  return { network, right: shareRight(network.forward(unseen), unseen.y) };
}

/** The spectrum of the first recording, and below each frame what a network says of it. */
export function soundPicture(network: SoundNetwork, { x, y, lengths }: Tones): string {
  const frames = lengths.data[0] as number;
  const [spectra, labels] = [slice(pick(x, 0, 0), 0, 0, frames), pick(y, 0, 0).data];
  const said = argmax(pick(network.forward({ x: slice(x, 0, 0, 1), lengths: slice(lengths, 0, 0, 1) }), 0, 0), -1).data;
  const names = [
    ...TONE_BANDS.pitch.map((hertz) => `pitch ${hertz} Hz`),
    ...TONE_BANDS.vowel.map((hertz) => `${hertz} Hz`),
  ];
  const powers = names.map((_, band) => [...pick(spectra, 1, band).data].map((power) => Math.max(0, power))); // below is noise
  return heatMap(
    powers.reverse(), // high above low
    {
      title: 'A recording: its spectrum, and what the network hears in each frame',
      rows: names.reverse(),
      columns: Array.from(
        { length: frames },
        (_, t) => `${TONE_SOUNDS[said[t] ?? -1]}${said[t] === labels[t] ? '' : ' ✗'}`,
      ),
      x: 'frames',
    },
  );
}
