/** Draws among things. */
import type { Rng } from '@unroll/core';

/** One of several, each equally likely. */
export function choose<T>(rng: Rng, among: readonly T[]): T {
  return among[rng.integer(among.length)] as T;
}
