/** The same numbers in memory of their own. */
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { movementFor } from '../tensor/dtype.js';
import { runUnary } from '../tensor/loops.js';
import type { Tensor } from '../tensor/tensor.js';
import { toTensor } from './promote.js';

export const cloneOp: Op<null> = defineOp<null>({
  name: 'clone',
  forward([x]) {
    const source = x as Tensor;
    const out = allocate(source.shape, source.dtype);
    runUnary(movementFor('clone', source.dtype).copy, source, out);
    return out;
  },
  vjp: ({ gradient }) => [gradient],
  samples: [{ inputs: [{ shape: [2, 3] }], attributes: null }],
});

/**
 * A copy, through which gradients flow as through the original: of what somebody else will write, a parameter or its
 * `.grad`, to be compared with what comes later. Every other tensor is a value, which nobody has to copy.
 *
 * @example
 * ```ts
 * import { clone, mul, Parameter, sum, Tape, tensor } from '@unroll/core';
 * const w = new Parameter(tensor([1, 2]));
 * const tape = new Tape();
 * const loss = tape.record(() => sum(mul(w, w)));
 * tape.backward(loss);
 * const first = clone(w.grad ?? 0);
 * tape.backward(loss); // adds to w.grad
 * w.grad?.toArray(); // [4, 8]
 * first.toArray(); // [2, 4]
 * ```
 */
export function clone(x: TensorLike): Tensor {
  return apply(cloneOp, [toTensor('clone', x)], null);
}
