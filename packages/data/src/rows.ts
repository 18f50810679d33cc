/** Tensors as tables: entry `i` of the first axis is row `i`. */
import { ShapeError, Tensor, type TensorData, tensor } from '@unroll/core';

/** The numbers of a tensor, copied once, to be read by rows. */
export interface Rows {
  readonly data: TensorData;
  readonly count: number;
  /** The shape of one row. */
  readonly rowShape: readonly number[];
}

/** Errors: `ShapeError` for a scalar, which has no rows. */
export function rowsOf(op: string, name: string, t: Tensor): Rows {
  const [count, ...rowShape] = t.shape;
  if (count !== undefined) return { data: t.data, count, rowShape };
  throw new ShapeError({
    op,
    what: `${name} is a scalar`,
    arrays: { [name]: t },
    rule: 'its first axis counts what is cut or batched',
    mend: 'Pass a tensor of at least one axis',
  });
}

/** Rows `from` up to, not including, `to`. */
export function rowRange({ data, rowShape }: Rows, from: number, to: number): Tensor {
  const width = sizeOf(rowShape);
  return tensor(data.subarray(from * width, to * width), { shape: [to - from, ...rowShape] });
}

/** The named rows, in that order, arranged in `shape`; one after the other unless given. */
export function takeRows(
  { data, rowShape }: Rows,
  order: Int32Array,
  shape: readonly number[] = [order.length],
): Tensor {
  const width = sizeOf(rowShape);
  const taken = emptyLike(data, order.length * width);
  order.forEach((row, i) => {
    taken.set(data.subarray(row * width, (row + 1) * width), i * width);
  });
  return tensor(taken, { shape: [...shape, ...rowShape] });
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, axis) => size * axis, 1);
}

/** Zeros of the same kind. */
export function emptyLike(data: TensorData, size: number): TensorData {
  if (data instanceof Float32Array) return new Float32Array(size);
  return data instanceof Float64Array ? new Float64Array(size) : new Int32Array(size);
}

/** Zeros in which to compute with such numbers: whole ones would be cut. */
export function floatsLike(data: TensorData, size: number): Float32Array | Float64Array {
  return data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
}

/** Numbers in any form that `tensor` takes, or a tensor. */
export type Numbers = Tensor | TensorData | Parameters<typeof tensor>[0];

/** The tensor that numbers stand for. */
export function toTensor(values: Numbers): Tensor {
  return values instanceof Tensor ? values : tensor(values);
}
