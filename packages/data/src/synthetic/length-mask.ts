/** Lengths as a mask. */
import { type Tensor, tensor } from '@unroll/core';

/** float32 `[N, steps]`: 1 for each step that is real, 0 for padding; what losses take as `mask`. */
export function lengthMask(lengths: ArrayLike<number>, steps: number): Tensor {
  const mask = new Float32Array(lengths.length * steps);
  for (let n = 0; n < lengths.length; n++) mask.fill(1, n * steps, n * steps + (lengths[n] as number));
  return tensor(mask, { shape: [lengths.length, steps] });
}
