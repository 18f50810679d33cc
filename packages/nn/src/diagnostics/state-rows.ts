/** The tensors of a state as rows of numbers, one for each sequence. */
import { concat, reshape, type Tensor } from '@unroll/core';

/** How many numbers a part has for each sequence. */
export function widthOf(part: Tensor): number {
  return part.size / (part.shape[0] as number);
}

/** Parts beside each other: `[N, S]`. */
export function inOneRow(parts: readonly Tensor[]): Tensor {
  const flat = parts.map((part) => reshape(part, [part.shape[0] as number, widthOf(part)]));
  return concat(flat, 1);
}
