/** Norms of the gradients that arrive at the states of a run. */
import { mapTensors, type Tensor, type TensorTree, tensor } from '@unroll/core';
import { partsOf } from '../state-parts.js';
import { widthOf } from './state-rows.js';

/**
 * For each sequence, state and tensor in it the root of the sum of squares over several walks, divided by `divisor` of
 * the numbers that the tensor has for a sequence. Each walk is the gradients by all tensors of all states.
 *
 * Shapes: in the structure of a state, `[N, states]` in the place of each tensor.
 * Numerics: in float64, where the squares of the smallest float32 numbers do not vanish.
 */
export function normsOf<State extends TensorTree>(
  states: readonly State[],
  walks: Iterable<readonly Tensor[]>,
  divisor: (width: number) => number,
): State {
  const template = states[0] as State;
  const kinds = partsOf(template).length;
  const sums: Float64Array[] = [];
  for (const gradients of walks) {
    for (const [i, gradient] of gradients.entries()) {
      sums[i] ??= new Float64Array(gradient.shape[0] as number);
      addSquares(gradient, sums[i] as Float64Array);
    }
  }
  let place = -1;
  return mapTensors(template, (part) => {
    place += 1;
    const batch = part.shape[0] as number;
    const scale = divisor(widthOf(part));
    const norms = Float64Array.from({ length: batch * states.length }, (_, i) => {
      const [n, t] = [Math.floor(i / states.length), i % states.length];
      return Math.sqrt((sums[t * kinds + place]?.[n] ?? 0) / scale);
    });
    return tensor(norms, { shape: [batch, states.length], dtype: part.dtype === 'int32' ? 'float32' : part.dtype });
  });
}

function addSquares(gradient: Tensor, sums: Float64Array): void {
  const width = widthOf(gradient);
  gradient.data.forEach((entry, i) => {
    const n = Math.floor(i / width);
    sums[n] = (sums[n] as number) + entry * entry;
  });
}
