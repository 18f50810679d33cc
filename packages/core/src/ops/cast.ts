/** Conversion between dtypes. */
import { type DataType, views } from '@unroll/kernels';
import { apply } from '../tape/apply.js';
import { allocate } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { requireKernels } from '../tensor/dtype.js';
import { copyStrided } from '../tensor/storage.js';
import type { Tensor } from '../tensor/tensor.js';
import { toTensor } from './promote.js';

export const castOp: Op<DataType> = defineOp<DataType>({
  name: 'cast',
  forward([x], dtype) {
    const source = x as Tensor;
    const out = allocate(source.shape, dtype);
    const layout = { shape: source.shape, strides: source.strides, offset: source.position };
    copyStrided(views[source.dtype], layout, views[dtype], out.position);
    return out;
  },
  vjp: ({ gradient, inputs: [x], attributes: dtype }) => {
    const from = (x as Tensor).dtype;
    return [from === 'int32' || dtype === 'int32' ? null : cast(gradient, from)];
  },
  samples: [{ inputs: [{ shape: [2, 3] }], attributes: 'float64' }],
});

/**
 * The same values in another dtype. Conversion to int32 drops the fraction.
 *
 * Errors: `DataTypeError` for float64 without an engine.
 */
export function cast(x: TensorLike, dtype: DataType): Tensor {
  const t = toTensor('cast', x);
  requireKernels('cast', dtype);
  return t.dtype === dtype ? t : apply(castOp, [t], dtype);
}
