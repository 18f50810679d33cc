/** Vowels sung in tones, as spectra: what is heard follows from how the frames go on, not from one of them. */
import { checkSize, lengthsToMask, type Rng, type Tensor, tensor } from '@unroll/core';
import { padSequences } from '../pad-sequences.js';
import { checkSynthetic, type SyntheticOptions } from './options.js';

/** Options of {@link tones}. */
export interface TonesOptions extends SyntheticOptions {
  /** How many sounds each sequence has; 4 unless given. */
  readonly sounds?: number;
}

/** Recordings, and what is said in each of their frames. */
export interface Tones {
  /** float32 `[N, T, 32]`: the power in 8 bands for the pitch and 24 for the vowel, then 0 in the padding. */
  readonly x: Tensor;
  /** int32 `[N, T]`: the sound of each frame, as a place in {@link TONE_SOUNDS}, then −1, which `ignoreIndex` names. */
  readonly y: Tensor;
  /** int32 `[N]`: frames of each sequence. */
  readonly lengths: Tensor;
  /** float32 `[N, T]`: 1 for frames, 0 for padding. */
  readonly mask: Tensor;
}

/** The first two formants in Hz, as men speak them. */
const VOWELS: Readonly<Record<string, readonly [number, number]>> = {
  i: [270, 2290],
  e: [530, 1840],
  a: [730, 1090],
  u: [300, 870],
};
/** Where the pitch goes within a sound, in Hz. */
const CONTOURS: Readonly<Record<string, number>> = { level: 0, rising: 40, falling: -40 };

/** Each vowel in each tone: `i level`, `i rising`, `i falling`, `e level` and so on. */
export const TONE_SOUNDS: readonly string[] = Object.keys(VOWELS).flatMap((vowel) =>
  Object.keys(CONTOURS).map((tone) => `${vowel} ${tone}`),
);

/**
 * How many frames are right in who says the same for all (`guess`), and in who takes each frame by itself and names the
 * sound whose mean spectrum is nearest (`frame`), with the default options.
 */
export const TONES_BASELINES: { readonly guess: number; readonly frame: number } = { guess: 1 / 12, frame: 0.34 };

const PITCHES = Array.from({ length: 8 }, (_, band) => 80 + 20 * band);
const FREQUENCIES = Array.from({ length: 24 }, (_, band) => 150 + 100 * band);

/** The middle of each band of a spectrum, in Hz; those for the pitch come first. */
export const TONE_BANDS: { readonly pitch: readonly number[]; readonly vowel: readonly number[] } = {
  pitch: PITCHES,
  vowel: FREQUENCIES,
};

/** Half of the width, in Hz, at which half of the power is left. */
const [PITCH_WIDTH, FORMANT_WIDTH] = [12, 100];
/** A sound lasts from 6 to 10 frames; its first and its last 2 are on the way from and to its neighbours. */
const [SHORTEST, LONGEST, GLIDE] = [6, 10, 2];
const NOISE = 0.05;

interface Sound {
  readonly id: number;
  readonly formants: readonly [number, number];
  readonly rise: number;
  readonly frames: number;
}

/**
 * Sequences of sounds, each a vowel in a tone, as in the tonal languages: the vowel shows in two formants, the tone in
 * whether the pitch stays, rises or falls by 40 Hz. Each sequence has a speaker, with a voice of 110 to 170 Hz and formants
 * up to a tenth lower or higher than the table's; each sound lasts 6 to 10 frames. On the border of two sounds the
 * formants glide from one to the other over 4 frames, and every band has noise. So a frame by itself tells neither the tone
 * nor, on a border, the vowel.
 *
 * The power of a band at f is `Σ 1 / (1 + ((f − F) / w)²)` over the resonances F, of width w.
 *
 * Shapes: x `[count, T, 32]`, y and mask `[count, T]`, lengths `[count]`.
 * Units: power, 1 at a resonance; frames last some 20 ms.
 * Errors: `ValueError` for options that are unknown or wrong.
 * Numerics: resonances are fractions, computed without elementary functions, so all bits are the same everywhere.
 * @source G. E. Peterson, H. L. Barney, "Control methods used in a study of the vowels", Journal of the Acoustical Society
 * of America 24, 1952, table II: the formants
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { x, y, lengths } = synthetic.tones({ count: 2, sounds: 3, rng: new Rng(1) });
 * lengths.toArray(); // [26, 22]
 * x.shape; // [2, 26, 32]
 * synthetic.TONE_SOUNDS[y.data[0] ?? 0]; // 'u falling'
 * ```
 */
export function tones(options: TonesOptions): Tones {
  const op = 'synthetic.tones';
  checkSynthetic(op, options, ['sounds']);
  const { count, sounds = 4, rng } = options;
  checkSize(op, 'sounds', sounds);
  const width = PITCHES.length + FREQUENCIES.length;
  const recordings = Array.from({ length: count }, () => drawRecording(rng, sounds));
  const { values: x, lengths } = padSequences(
    recordings.map(({ spectra }) => tensor(Float32Array.from(spectra), { shape: [spectra.length / width, width] })),
  );
  const { values: y } = padSequences(
    recordings.map(({ ids }) => Int32Array.from(ids)),
    { value: -1 },
  );
  return { x, y, lengths, mask: lengthsToMask(lengths, y.shape[1] as number) };
}

function drawRecording(
  rng: Rng,
  count: number,
): { readonly spectra: readonly number[]; readonly ids: readonly number[] } {
  const voice = 110 + 60 * rng.uniform();
  const tract = 0.9 + 0.2 * rng.uniform();
  const sounds = Array.from({ length: count }, () => drawSound(rng, tract));
  const spectra: number[] = [];
  for (const [i, sound] of sounds.entries()) {
    for (let t = 0; t < sound.frames; t++) {
      const pitch = voice + sound.rise * (t / (sound.frames - 1) - 0.5);
      const formants = formantsAt(t, sound, sounds[i - 1] ?? sound, sounds[i + 1] ?? sound);
      for (const f of PITCHES) spectra.push(powerAt(f, [pitch], PITCH_WIDTH) + NOISE * rng.normal());
      for (const f of FREQUENCIES) spectra.push(powerAt(f, formants, FORMANT_WIDTH) + NOISE * rng.normal());
    }
  }
  return { spectra, ids: sounds.flatMap(({ id, frames }) => new Array<number>(frames).fill(id)) };
}

function drawSound(rng: Rng, tract: number): Sound {
  const [vowels, rises] = [Object.values(VOWELS), Object.values(CONTOURS)];
  const [vowel, tone] = [rng.integer(vowels.length), rng.integer(rises.length)];
  const [low, high] = vowels[vowel] as readonly [number, number];
  return {
    id: vowel * rises.length + tone,
    formants: [tract * low, tract * high],
    rise: rises[tone] as number,
    frames: SHORTEST + rng.integer(LONGEST - SHORTEST + 1),
  };
}

/** Half way to the neighbour on the border, and wholly the sound's own GLIDE frames away from it. */
function formantsAt(t: number, { formants, frames }: Sound, before: Sound, after: Sound): readonly number[] {
  const [fromStart, fromEnd] = [t + 0.5, frames - t - 0.5];
  const neighbour = fromStart < fromEnd ? before : after;
  const share = Math.max(0, 0.5 - Math.min(fromStart, fromEnd) / (2 * GLIDE));
  return formants.map((f, i) => f + share * ((neighbour.formants[i] as number) - f));
}

function powerAt(frequency: number, resonances: readonly number[], width: number): number {
  return resonances.reduce((power, resonance) => {
    const away = (frequency - resonance) / width;
    return power + 1 / (1 + away * away);
  }, 0);
}
