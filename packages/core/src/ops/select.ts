/** Comparing, and choosing by what was compared. Comparisons answer 1 and 0 and have no gradient. */
import type { MovementTable } from '@unroll/kernels';
import { apply } from '../tape/apply.js';
import { allocate, constant } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import type { TensorLike } from '../tensor/create.js';
import { kernelsFor, movementFor } from '../tensor/dtype.js';
import { runBinary, runWhere } from '../tensor/loops.js';
import { broadcastShapes } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { cast } from './cast.js';
import { promote, promoteFloat, toTensor } from './promote.js';
import { sumTo } from './sum.js';

function defineComparison(name: 'equal' | 'greater' | 'less'): Op<null> {
  return defineOp<null>({
    name,
    forward([a, b]) {
      const [left, right] = [a as Tensor, b as Tensor];
      const out = allocate(broadcastShapes(name, left.shape, right.shape), left.dtype);
      const table: MovementTable = movementFor(name, left.dtype);
      runBinary(table[name], left, right, out);
      return out;
    },
    vjp: null,
    samples: [{ inputs: [{ shape: [2, 3] }, { shape: [3] }], attributes: null }],
  });
}

export const equalOp: Op<null> = defineComparison('equal');
export const greaterOp: Op<null> = defineComparison('greater');
export const lessOp: Op<null> = defineComparison('less');

/** 1 where `a = b`, else 0, in the operands' dtype. NaN equals nothing. Errors: `ShapeError`, `DataTypeError`. */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return apply(equalOp, promote('equal', [a, b], ['a', 'b']), null);
}

/** 1 where `a > b`, else 0, in the operands' dtype. Errors: `ShapeError`, `DataTypeError`. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return apply(greaterOp, promote('greater', [a, b], ['a', 'b']), null);
}

/** 1 where `a < b`, else 0, in the operands' dtype. Errors: `ShapeError`, `DataTypeError`. */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return apply(lessOp, promote('less', [a, b], ['a', 'b']), null);
}

export const whereOp: Op<null> = defineOp<null>({
  name: 'where',
  forward([condition, a, b]) {
    const [test, left, right] = [condition as Tensor, a as Tensor, b as Tensor];
    const operands = { condition: test, a: left, b: right };
    const branches = broadcastShapes('where', left.shape, right.shape, operands);
    const shape = broadcastShapes('where', test.shape, branches, operands);
    const out = allocate(shape, left.dtype);
    runWhere(kernelsFor('where', floatType(left)).where, test, left, right, out);
    return out;
  },
  vjp({ gradient, inputs, wants }) {
    const [condition, a, b] = inputs as readonly [Tensor, Tensor, Tensor];
    return [
      null,
      wants(1) ? sumTo(where(condition, gradient, 0), a.shape) : null,
      wants(2) ? sumTo(where(condition, 0, gradient), b.shape) : null,
    ];
  },
  samples: [
    { inputs: [{ values: [[1], [0]], constant: true }, { shape: [2, 3] }, { shape: [3] }], attributes: null },
    { inputs: [{ values: [0, 1, 1], constant: true }, { shape: [] }, { shape: [2, 3] }], attributes: null },
  ],
});

/**
 * `a` where the condition is not 0, else `b`.
 *
 * Shapes: all three broadcast together.
 * Errors: `ShapeError`; `DataTypeError` for int32 branches.
 * Numerics: the gradient is selected too, never multiplied, and no elementwise function makes a NaN of the 0 that
 * the other side receives: in `where(greater(x, 0), sqrt(x), 0)` the roots of negative numbers reach nobody. A product
 * still knows 0 · NaN: replace missing data by `where` before it meets a parameter, not after.
 */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = promoteFloat('where', [a, b], ['a', 'b']) as [Tensor, Tensor];
  const dtype = floatType(left);
  const test = typeof condition === 'number' ? constant(condition, dtype) : toTensor('where', condition, 'condition');
  return apply(whereOp, [test.dtype === dtype ? test : cast(test, dtype), left, right], null);
}
