/** Four networks that say which digit a picture shows: three read it as a sequence, one sees it at once. */
import {
  expandDims,
  type Parameter,
  type Rng,
  reshape,
  slice,
  stack,
  type Tensor,
  type TensorTree,
} from '@unroll/core';
import { type Cell, Linear, LSTMCell, type Module, repeatOverTime, Sequential, Tanh, unroll } from '@unroll/nn';
import { GlimpseCell } from './glimpse-cell.js';

/** Rows and columns of a picture. */
export const SIZE = 14;
const DIGITS = 10;

/** Fixed glimpses: how large they are, and where they begin in both directions, so that neighbours overlap. */
export const GLIMPSE = 6;
export const STARTS: readonly number[] = [0, 4, 8];

/** Glimpses of its own choice: how many, and how many rows and columns of points each. */
export const LOOKS = 5;
export const WINDOW = 5;

/** A network that has an opinion after each step of its reading. */
export interface Reader {
  readonly parameters: readonly Parameter[];
  /** How many numbers come in with a step. */
  readonly numbers: number;
  /** Shapes: pictures `[N, 14, 14]` → a score for each digit after each step, `[N, T, 10]`. */
  readonly read: (pictures: Tensor) => Tensor;
}

/** Sizes and beginnings of a reader. */
export interface ReaderOptions {
  readonly hiddenSize: number;
  readonly rng: Rng;
}

/** Fourteen rows, from the top. */
export function rowReader({ hiddenSize, rng }: ReaderOptions): Reader {
  const cell = new LSTMCell({ inputSize: SIZE, hiddenSize, rng });
  return sequenceReader(cell, (pictures) => pictures, SIZE, rng);
}

/** Nine squares, in the order of reading. */
export function glimpseReader({ hiddenSize, rng }: ReaderOptions): Reader {
  const cell = new LSTMCell({ inputSize: GLIMPSE ** 2, hiddenSize, rng });
  const glimpses = (pictures: Tensor): Tensor => {
    const squares = STARTS.flatMap((top) => {
      const strip = slice(pictures, 1, top, top + GLIMPSE);
      return STARTS.map((left) => reshape(slice(strip, 2, left, left + GLIMPSE), [-1, GLIMPSE ** 2]));
    });
    return stack(squares, 1);
  };
  return sequenceReader(cell, glimpses, GLIMPSE ** 2, rng);
}

/** Windows where the network itself puts them: the cell is given the picture again and again. */
export function lookingReader({ hiddenSize, rng }: ReaderOptions): Reader & { readonly cell: GlimpseCell } {
  const cell = new GlimpseCell({ pictureSize: SIZE, windowSize: WINDOW, hiddenSize, rng });
  return { ...sequenceReader(cell, pictureAgain, WINDOW ** 2, rng), cell };
}

/** The picture at each look. Shapes: `[N, 14, 14]` → `[N, LOOKS, 196]`. */
export function pictureAgain(pictures: Tensor): Tensor {
  return repeatOverTime(reshape(pictures, [-1, SIZE ** 2]), LOOKS);
}

/** All pixels at once, through one layer: no sequence at all. */
export function onceReader({ hiddenSize, rng }: ReaderOptions): Reader {
  const layers = new Sequential(
    new Linear({ inputSize: SIZE ** 2, outputSize: hiddenSize, rng }),
    new Tanh(),
    new Linear({ inputSize: hiddenSize, outputSize: DIGITS, rng }),
  );
  const read = (pictures: Tensor): Tensor => expandDims(layers.forward(reshape(pictures, [-1, SIZE ** 2])), 1);
  return { parameters: layers.parameters(), numbers: SIZE ** 2, read };
}

function sequenceReader<State extends TensorTree>(
  cell: Cell<State> & Module,
  sequence: (pictures: Tensor) => Tensor,
  numbers: number,
  rng: Rng,
): Reader {
  const head = new Linear({ inputSize: cell.outputSize, outputSize: DIGITS, rng });
  return {
    parameters: [...cell.parameters(), ...head.parameters()],
    numbers,
    read: (pictures) => head.forward(unroll(cell, sequence(pictures)).outputs),
  };
}
