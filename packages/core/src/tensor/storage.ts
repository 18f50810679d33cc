/** Arrays of numbers on the ordinary heap. */
import type { DataType } from '@unroll/kernels';
import { contiguousStrides, isContiguous, type Layout, type Shape, sizeOf } from './shape.js';

/** The array types that hold a tensor's numbers. */
export type TensorData = Float32Array | Float64Array | Int32Array;

/** Numbers on the ordinary heap; several tensors may read one array. */
export interface HostView extends Layout {
  readonly data: TensorData;
}

/** An array of `size` zeros. */
export function newData(dtype: DataType, size: number): TensorData {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'float64' ? new Float64Array(size) : new Int32Array(size);
}

/** The dtype whose numbers an array holds. */
export function dtypeOf(data: TensorData): DataType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Float64Array ? 'float64' : 'int32';
}

/** Bytes of one number. */
export function bytesPerElement(dtype: DataType): number {
  return dtype === 'float64' ? 8 : 4;
}

/** A view of all of `data` in row-major order. */
export function hostView(data: TensorData, shape: Shape): HostView {
  return { data, shape, strides: contiguousStrides(shape), offset: 0 };
}

/** Reads any layout into a new array without gaps, on an ordinary `ArrayBuffer`. */
export function readDense(source: TensorData, { shape, strides, offset }: Layout): TensorData {
  const size = sizeOf(shape);
  if (isContiguous(shape, strides)) return source.slice(offset, offset + size);
  const result = newData(dtypeOf(source), size);
  copyStrided(source, { shape, strides, offset }, result, 0);
  return result;
}

/** Copies any layout into `target` from `start` on, in row-major order. */
export function copyStrided(source: TensorData, layout: Layout, target: TensorData, start: number): void {
  const { shape, strides, offset } = layout;
  if (isContiguous(shape, strides)) {
    target.set(source.subarray(offset, offset + sizeOf(shape)), start);
    return;
  }
  let at = start;
  const visit = (axis: number, from: number): void => {
    const size = shape[axis] as number;
    const step = strides[axis] as number;
    if (axis === shape.length - 1) {
      for (let i = 0; i < size; i++) target[at++] = source[from + i * step] as number;
    } else {
      for (let i = 0; i < size; i++) visit(axis + 1, from + i * step);
    }
  };
  visit(0, offset);
}
