/** Which kernel table serves which element type. */
import {
  activeKernels,
  type DataType,
  type FloatType,
  float64Kernels,
  type KernelTable,
  type MovementTable,
  movementTable,
} from '@unroll/kernels';
import { DataTypeError } from '../errors.js';

/** The table for a floating-point type. Errors: `DataTypeError` for float64 where none is loaded. */
export function kernelsFor(op: string, dtype: FloatType): KernelTable {
  if (dtype === 'float32') return activeKernels().float32;
  const table = float64Kernels();
  if (table !== undefined) return table;
  throw new DataTypeError({
    op,
    what: 'no engine for float64 is loaded',
    rule: 'float64 tensors run on the reference kernels, which are imported explicitly',
    mend: "Add: import '@unroll/kernels/reference'",
  });
}

/** The loops that every dtype has. */
export function movementFor(op: string, dtype: DataType): MovementTable {
  return dtype === 'int32' ? movementTable : kernelsFor(op, dtype);
}

/** Refuses a dtype that does not exist or that nothing can compute in. */
export function requireKernels(op: string, dtype: DataType): void {
  if (dtype !== 'float32' && dtype !== 'float64' && dtype !== 'int32') {
    throw new DataTypeError({
      op,
      what: `there is no dtype '${String(dtype)}'`,
      rule: "dtypes are 'float32', 'float64' and 'int32'",
      mend: 'Pass one of them',
    });
  }
  movementFor(op, dtype);
}
