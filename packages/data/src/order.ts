/** The order in which examples are taken. */
import type { Rng } from '@unroll/core';

/** 0 … count − 1, shuffled where there is a generator. */
export function orderOf(count: number, rng: Rng | undefined): Int32Array {
  return rng?.permutation(count) ?? Int32Array.from({ length: count }, (_, i) => i);
}
