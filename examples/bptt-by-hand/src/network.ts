/** The network of the lecture: four letters, three units, four steps; in float64. */
import '@unroll/kernels/reference'; // float64
import { mul, oneHot, Rng, randn, slice, type Tensor, tensor } from '@unroll/core';
import { CharVocabulary } from '@unroll/data';
import { Linear, RNNCell } from '@unroll/nn';
import { D, H, type Numbers, T } from './by-hand.js';

const vocabulary = new CharVocabulary('hello');
/** In the order of their ids. */
export const LETTERS: readonly string[] = vocabulary.characters;

/** A network and the word that it reads. */
export interface Network {
  readonly cell: RNNCell;
  readonly head: Linear;
  /** What is read, "hell": one-hot, `[1, T, D]`. */
  readonly x: Tensor;
  /** What should be said, "ello": int32 `[1, T]`. */
  readonly y: Tensor;
  /** `[1, H]`. */
  readonly h0: Tensor;
  /** The same as plain numbers, under the names of the lecture. */
  readonly numbers: Numbers;
}

/** All weights are drawn, and so is the state before the first step: were it 0, nothing would come of it. */
export function drawNetwork(seed: number): Network {
  const rng = new Rng(seed);
  const dtype = 'float64';
  const cell = new RNNCell({ inputSize: D, hiddenSize: H, rng, dtype });
  const head = new Linear({ inputSize: H, outputSize: D, bias: false, rng, dtype });
  cell.bias.assign(mul(randn([H], { rng, dtype }), 0.3)); // at first they are 0
  const h0 = randn([1, H], { rng, dtype });
  const ids = tensor(vocabulary.encode('hello'), { shape: [1, T + 1] });
  const x = oneHot(slice(ids, 1, 0, T), D, { dtype });
  const y = slice(ids, 1, 1);
  const numbers = {
    Wxh: cell.weightIh.value,
    Whh: cell.weightHh.value,
    b: cell.bias.value,
    Why: head.weight.value,
    x: x.value,
    y: y.value,
    h0: h0.value,
  };
  return { cell, head, x, y, h0, numbers };
}
