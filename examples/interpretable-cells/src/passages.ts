/** Parts of a text that a model has not learnt from, with what there is to keep track of in them. */
import { type Tensor, tensor } from '@unroll/core';
import type { Corpus } from 'example-char-lm';
import { PROPERTIES, propertiesOf } from './properties.js';

/** Characters of a passage, and how many of them a model reads before it is looked at: lines and comments may begin before. */
const [LENGTH, WARM_UP] = [1000, 200];

/** Passages of equal length. */
export interface Passages {
  readonly ids: readonly Int32Array[];
  readonly warmUp: number;
  /** What each property is after each character but those of the warm-up. Shapes: `[S, P]`, one passage behind the other. */
  readonly properties: Tensor;
}

/**
 * Passages that lie evenly in the held-out part of a text, in turn for one purpose and another. In the first half of that part:
 * the default text ends with tables that are like nothing before them.
 */
export function passagesOf({ vocabulary, validation: heldOut }: Corpus, count: number): readonly [Passages, Passages] {
  const validation = heldOut.subarray(0, Math.ceil(heldOut.length / 2));
  const properties = propertiesOf(vocabulary.decode(validation));
  const length = Math.min(LENGTH, validation.length);
  const distance = (validation.length - length) / Math.max(1, count - 1);
  const starts = Array.from({ length: count }, (_, i) => Math.round(i * distance));
  const among = (chosen: readonly number[]): Passages => ({
    ids: chosen.map((start) => validation.subarray(start, start + length)),
    warmUp: WARM_UP,
    properties: tensor(
      chosen.flatMap((start) =>
        Array.from({ length: length - WARM_UP }, (_, i) =>
          PROPERTIES.map((property) => properties[property][start + WARM_UP + i] ?? 0),
        ),
      ),
    ),
  });
  return [among(starts.filter((_, i) => i % 2 === 0)), among(starts.filter((_, i) => i % 2 === 1))];
}
