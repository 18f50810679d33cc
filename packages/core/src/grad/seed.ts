/** Where a walk backwards begins: the gradient by its result. */
import { DataTypeError, ShapeError } from '../errors.js';
import { asTensor, type TensorLike } from '../tensor/create.js';
import { sameShape } from '../tensor/shape.js';
import { newData } from '../tensor/storage.js';
import { hostTensor, type Tensor } from '../tensor/tensor.js';

/** What messages call the two, and what a result of many numbers should do. */
interface Names {
  readonly result: string;
  readonly seed: string;
  readonly otherwise: string;
}

/**
 * The seed as a tensor like `result`: a number stands for all entries, 1 when nothing is given.
 *
 * Errors: `ShapeError` without a seed for a result of many numbers, or for a seed of another shape;
 * `DataTypeError` for one of another dtype.
 */
export function seedFor(op: string, result: Tensor, seed: TensorLike | undefined, names: Names): Tensor {
  if (seed === undefined && result.size !== 1) {
    throw new ShapeError({
      op,
      what: `the ${names.result} is not a single number`,
      arrays: { [names.result]: result },
      rule: 'only a scalar has a gradient by itself',
      mend: `Reduce it with sum or mean, or ${names.otherwise}`,
    });
  }
  if (seed === undefined || typeof seed === 'number') {
    return hostTensor(newData(result.dtype, result.size).fill(seed ?? 1), result.shape, result.dtype);
  }
  const given = asTensor(seed);
  const arrays = { [names.result]: result, [names.seed]: given };
  if (!sameShape(given.shape, result.shape)) {
    throw new ShapeError({
      op,
      what: `${names.seed} has another shape than the ${names.result}`,
      arrays,
      rule: `${names.seed} is the gradient by the ${names.result}`,
      mend: `Reshape ${names.seed}`,
    });
  }
  if (given.dtype === result.dtype) return given;
  throw new DataTypeError({
    op,
    what: `${names.seed} is ${given.dtype}, the ${names.result} is ${result.dtype}`,
    arrays,
    rule: `${names.seed} is the gradient by the ${names.result}`,
    mend: `Convert with cast(${names.seed}, '${result.dtype}')`,
  });
}
