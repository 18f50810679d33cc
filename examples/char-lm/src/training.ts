/** A training as far as it has come. */
import type { Rng } from '@unroll/core';
import { RMSprop } from '@unroll/optim';
import { CharModel, type ModelShape, type ModelState } from './model.js';

/** Cross-entropy in bits per character after so many windows. */
export interface Point {
  readonly window: number;
  readonly bits: number;
}

export interface Curve {
  /** Bits per character of each window, from the first on. */
  readonly training: readonly number[];
  readonly validation: readonly Point[];
}

/** All that the next window depends on, and what was measured so far. */
export interface Training {
  readonly model: CharModel;
  readonly optimizer: RMSprop;
  readonly curve: { readonly training: number[]; readonly validation: Point[] };
  /** Updates that were done; with the text they say where in it the next window begins. */
  windows: number;
  /** What the last window leaves to the next; undefined before the first. */
  state: ModelState | undefined;
}

/** A training before its first window. */
export function beginTraining(
  vocabularySize: number,
  options: ModelShape & { readonly lr: number },
  rng: Rng,
): Training {
  const model = new CharModel(vocabularySize, options, rng);
  const optimizer = new RMSprop(model.parameters(), { lr: options.lr, alpha: 0.95 });
  return { model, optimizer, curve: { training: [], validation: [] }, windows: 0, state: undefined };
}
