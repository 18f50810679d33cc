/** The operands of a kernel as ndarrays. */
import ndarray, { type NdArray } from 'ndarray';
import type { FloatType } from '../kernels.js';
import { views } from '../memory.js';

/** One or two axes over kernel memory. */
export type Floats = NdArray<Float32Array | Float64Array>;

/** Makes the ndarrays of one element type. */
export interface Operands {
  /** `rows` × `cols` numbers. */
  matrix(rows: number, cols: number, position: number, rowStride: number, colStride: number): Floats;
  /** `n` numbers. */
  vector(n: number, position: number, stride: number): Floats;
}

export function operandsOf(dtype: FloatType): Operands {
  return {
    matrix: (rows, cols, position, rowStride, colStride) =>
      ndarray(views[dtype] as Float32Array | Float64Array, [rows, cols], [rowStride, colStride], position),
    vector: (n, position, stride) => ndarray(views[dtype] as Float32Array | Float64Array, [n], [stride], position),
  };
}

/** `n` indices. */
export function indices(n: number, position: number, stride: number): NdArray<Int32Array> {
  return ndarray(views.int32, [n], [stride], position);
}
