/** From how many steps count to which ones. */
import { checkSize, ShapeError, ValueError } from '../errors.js';
import { tensor } from '../tensor/create.js';
import { Tensor } from '../tensor/tensor.js';
import { requireIndices } from './promote.js';

/**
 * The mask of sequences of different lengths, padded at the end to `steps`: what losses and `unroll` take as `mask`.
 * TensorFlow calls it `sequence_mask`.
 *
 * ```text
 * mask[n, t] = 1 for t < lengths[n], otherwise 0
 * ```
 *
 * Shapes: lengths `[N]` → float32 `[N, steps]`.
 * Errors: `ValueError` for a length that is no whole number from 0 to `steps`; `ShapeError` for a tensor that is not
 * `[N]`; `DataTypeError` for one that is not int32.
 *
 * @example
 * ```ts
 * import { lengthsToMask } from '@unroll/core';
 * lengthsToMask([3, 1], 4).toArray(); // [[1, 1, 1, 0], [1, 0, 0, 0]]
 * ```
 */
export function lengthsToMask(lengths: Tensor | readonly number[] | Int32Array, steps: number): Tensor {
  checkSize('lengthsToMask', 'steps', steps, 0);
  const list = lengths instanceof Tensor ? readLengths(lengths) : lengths;
  const mask = new Float32Array(list.length * steps);
  for (const [n, length] of list.entries()) {
    if (!(Number.isInteger(length) && length >= 0 && length <= steps)) {
      throw new ValueError({
        op: 'lengthsToMask',
        what: `lengths[${n}] is ${length}`,
        rule: `a length is a whole number from 0 to ${steps}, the number of steps`,
        mend: 'Correct it, or pass more steps',
      });
    }
    mask.fill(1, n * steps, n * steps + length);
  }
  return tensor(mask, { shape: [list.length, steps] });
}

function readLengths(lengths: Tensor): readonly number[] {
  requireIndices('lengthsToMask', lengths, 'lengths');
  if (lengths.rank === 1) return Array.from(lengths.data);
  throw new ShapeError({
    op: 'lengthsToMask',
    what: 'there is not one length for each sequence',
    arrays: { lengths },
    rule: 'lengths are [N]',
    mend: 'Reshape them',
  });
}
