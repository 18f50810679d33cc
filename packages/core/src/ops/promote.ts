/** Which dtype an operation computes in, and operands brought to it. */
import type { DataType, FloatType } from '@unroll/kernels';
import { DataTypeError } from '../errors.js';
import { constant } from '../tape/engine.js';
import { asTensor, isNdarray, type TensorLike } from '../tensor/create.js';
import { Tensor } from '../tensor/tensor.js';

/** Operands as tensors of one dtype; numbers take the dtype of the operand beside them. Errors: `DataTypeError`. */
export function promote(op: string, operands: readonly TensorLike[], names: readonly string[]): Tensor[] {
  let dtype: DataType | undefined;
  const tensors = operands.map((operand, i) => {
    if (typeof operand === 'number') return operand;
    if (!(operand instanceof Tensor) && !isNdarray(operand)) throw notATensor(op, names[i] ?? 'operand', operand);
    const t = asTensor(operand);
    if (dtype !== undefined && dtype !== t.dtype) throw mixed(op, dtype, t.dtype);
    dtype = t.dtype;
    return t;
  });
  return tensors.map((t) => (typeof t === 'number' ? constant(t, dtype ?? 'float32') : t));
}

/** One operand as a tensor. */
export function toTensor(op: string, operand: TensorLike, name = 'x'): Tensor {
  if (operand instanceof Tensor) return operand;
  return promote(op, [operand], [name])[0] as Tensor;
}

/** One operand that must be of floating point, since `op` computes with it. Errors: `DataTypeError`. */
export function toFloat(op: string, operand: TensorLike, name = 'x'): Tensor {
  const t = toTensor(op, operand, name);
  requireFloat(op, t, name);
  return t;
}

/** Refuses int32, which holds indices. Errors: `DataTypeError`. */
export function requireFloat(op: string, t: Tensor, name: string): FloatType {
  if (t.dtype !== 'int32') return t.dtype;
  throw new DataTypeError({
    op,
    what: `${name} is int32`,
    arrays: { [name]: t },
    rule: 'int32 tensors hold indices and are not computed with',
    mend: `Convert with cast(${name}, 'float32')`,
  });
}

/** Refuses anything but int32. Errors: `DataTypeError`. */
export function requireIndices(op: string, t: Tensor, name: string): void {
  if (t.dtype === 'int32') return;
  throw new DataTypeError({
    op,
    what: `${name} is ${t.dtype}`,
    arrays: { [name]: t },
    rule: 'indices are int32',
    mend: "Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32')",
  });
}

function mixed(op: string, first: DataType, second: DataType): DataTypeError {
  return new DataTypeError({
    op,
    what: `${first} meets ${second}`,
    rule: 'operands have one dtype; only numbers adapt',
    mend: `Convert one of them: cast(x, '${first}')`,
  });
}

function notATensor(op: string, name: string, value: unknown): DataTypeError {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return new DataTypeError({
    op,
    what: `${name} is ${kind === 'object' ? 'an object' : kind}`,
    rule: 'operands are tensors, ndarrays or numbers',
    mend: Array.isArray(value) ? 'Wrap it: tensor([…])' : 'Pass one of them',
  });
}
