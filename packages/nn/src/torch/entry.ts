/** What may stand for a tensor in a dictionary from PyTorch, however it came here. */
import { formatShape, fromNdarray, Tensor, type TensorData, type TensorLike, tensor } from '@unroll/core';

/** A tensor, an ndarray, or numbers in row-major order with their shape. */
export type TorchEntry =
  | Exclude<TensorLike, number>
  | { readonly shape: readonly number[]; readonly data: TensorData | readonly number[] };

/** An entry as a tensor of the shape and dtype of `like`, or what it is instead. */
export function readEntry(entry: unknown, { dtype, shape, size }: Tensor): Tensor | string {
  if (!isEntry(entry)) return 'no tensor, ndarray or { shape, data } of plain numbers';
  const [given, wanted] = [formatShape(entry.shape), formatShape(shape)];
  if (given !== wanted) return `${given} instead of ${wanted}`;
  if ('stride' in entry) return fromNdarray(entry, { dtype });
  const { data } = entry;
  return data.length === size ? tensor(data, { shape, dtype }) : `${data.length} numbers for ${wanted}`;
}

/** Other typed arrays are refused: in a Uint16Array the bits of float16 would pass for whole numbers. */
function isEntry(value: unknown): value is TorchEntry {
  if (value instanceof Tensor) return true;
  if (typeof value !== 'object' || value === null || !('shape' in value && 'data' in value)) return false;
  const { shape, data } = value;
  const typed = data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array;
  const plain = Array.isArray(data) && data.every((entry) => typeof entry === 'number');
  return Array.isArray(shape) && (typed || plain);
}
