/** Which dtype an operation computes in, and operands brought to it. */
import type { FloatType } from '@unroll/kernels';
import { DataTypeError } from '../errors.js';
import { constant } from '../tape/engine.js';
import { asTensor, isNdarray, type TensorLike } from '../tensor/create.js';
import { isForeignTensor, Tensor } from '../tensor/tensor.js';

/** Operands as tensors of one dtype; numbers take the dtype of the operand beside them. Errors: `DataTypeError`. */
export function promote(op: string, operands: readonly TensorLike[], names: readonly string[]): Tensor[] {
  let first: Operand | undefined;
  const tensors = operands.map((operand, i) => {
    if (typeof operand === 'number') return operand;
    const name = names[i] as string;
    if (!(operand instanceof Tensor) && !isNdarray(operand)) throw notATensor(op, name, operand);
    const t = asTensor(operand);
    if (first !== undefined && first.t.dtype !== t.dtype) throw mixed(op, first, { t, name });
    first ??= { t, name };
    return t;
  });
  const dtype = first?.t.dtype ?? 'float32';
  return tensors.map((t) => (typeof t === 'number' ? constant(t, dtype) : t));
}

/** The same for an operation that computes with them. Errors: `DataTypeError`, for int32 too. */
export function promoteFloat(op: string, operands: readonly TensorLike[], names: readonly string[]): Tensor[] {
  const tensors = promote(op, operands, names);
  const named = Math.max(
    0,
    operands.findIndex((operand) => typeof operand !== 'number'),
  );
  requireFloat(op, tensors[named] as Tensor, names[named] as string);
  return tensors;
}

interface Operand {
  readonly t: Tensor;
  readonly name: string;
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

function mixed(op: string, first: Operand, second: Operand): DataTypeError {
  return new DataTypeError({
    op,
    what: `${first.name} is ${first.t.dtype}, ${second.name} is ${second.t.dtype}`,
    arrays: { [first.name]: first.t, [second.name]: second.t },
    rule: 'operands have one dtype, and only numbers adapt',
    mend: `Convert one of them: cast(${second.name}, '${first.t.dtype}')`,
  });
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function notATensor(op: string, name: string, value: unknown): DataTypeError {
  if (isForeignTensor(value)) {
    return new DataTypeError({
      op,
      what: `${name} is a tensor of another copy of @unroll/core`,
      rule: 'two copies are two tapes, and neither sees what the other records',
      mend: 'Make all packages use one copy: npm ls @unroll/core shows who brings which, and bundlers have resolve.dedupe or an alias',
    });
  }
  return new DataTypeError({
    op,
    what: `${name} is ${kindOf(value)}`,
    rule: 'operands are tensors, ndarrays or numbers',
    mend: Array.isArray(value) ? 'Wrap it: tensor([…])' : 'Pass one of them',
  });
}
