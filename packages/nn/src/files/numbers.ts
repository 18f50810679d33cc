/** How numbers lie in files, and which tensor they become: one of the same numbers, or none. */
import { locate, type Tensor, type TensorData, tensor, ValueError } from '@unroll/core';
import { fromBfloat16, fromFloat16 } from './half-precision.js';

/** Numbers of one kind, little-endian. */
export interface NumberKind {
  /** Bytes that one takes. */
  readonly width: number;
  /** Those that stand in a buffer from `begin` on, which is a multiple of the width. */
  readonly read: (buffer: ArrayBufferLike, begin: number, count: number) => ArrayLike<number | bigint>;
}

type KindName = 'bool' | `${'int' | 'uint'}${8 | 16 | 32 | 64}` | `float${16 | 32 | 64}` | 'bfloat16';

export const numberKinds: { readonly [Name in KindName]: NumberKind } = {
  bool: { width: 1, read: (...place) => Int32Array.from(new Uint8Array(...place), (byte) => (byte === 0 ? 0 : 1)) },
  int8: { width: 1, read: (...place) => new Int8Array(...place) },
  uint8: { width: 1, read: (...place) => new Uint8Array(...place) },
  int16: { width: 2, read: (...place) => new Int16Array(...place) },
  uint16: { width: 2, read: (...place) => new Uint16Array(...place) },
  int32: { width: 4, read: (...place) => new Int32Array(...place) },
  uint32: { width: 4, read: (...place) => new Uint32Array(...place) },
  int64: { width: 8, read: (...place) => new BigInt64Array(...place) },
  uint64: { width: 8, read: (...place) => new BigUint64Array(...place) },
  float16: { width: 2, read: (...place) => fromFloat16(new Uint16Array(...place)) },
  bfloat16: { width: 2, read: (...place) => fromBfloat16(new Uint16Array(...place)) },
  float32: { width: 4, read: (...place) => new Float32Array(...place) },
  float64: { width: 8, read: (...place) => new Float64Array(...place) },
};

/** Where the numbers of a tensor stand. */
export interface StoredTensor {
  /** For messages. */
  readonly name: string;
  readonly kind: NumberKind;
  readonly shape: readonly number[];
  /** Of the first byte. */
  readonly begin: number;
}

/** How many bytes the numbers take; NaN or ∞ where no file has so many. */
export function byteLengthOf({ kind, shape }: Pick<StoredTensor, 'kind' | 'shape'>): number {
  return shape.reduce((product, n) => product * n, kind.width);
}

/**
 * The tensor that stands in `bytes`: float32, float64, or int32 for whole numbers and truth values. The numbers are
 * copied.
 *
 * Errors: `ValueError` for a whole number outside of int32; `DataTypeError` for float64 without an engine.
 */
export function readTensor(op: string, bytes: Uint8Array, stored: StoredTensor): Tensor {
  const { name, kind, shape, begin } = stored;
  const place = bytes.subarray(begin, begin + byteLengthOf(stored));
  const aligned = place.byteOffset % kind.width === 0 ? place : new Uint8Array(place); // a file may begin at any address
  const values = kind.read(aligned.buffer, aligned.byteOffset, aligned.length / kind.width);
  const numbers = isTensorData(values) ? values : inInt32(op, values, stored);
  try {
    return tensor(numbers, { shape });
  } catch (error) {
    throw locate(locate(error, name), op);
  }
}

function isTensorData(values: ArrayLike<number | bigint>): values is TensorData {
  return values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array;
}

function inInt32(op: string, values: ArrayLike<number | bigint>, { name, kind, begin }: StoredTensor): Int32Array {
  const numbers = new Int32Array(values.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = Number(values[i]); // rounded only far outside of int32
    numbers[i] = value;
    if (numbers[i] === value) continue;
    throw new ValueError({
      op,
      what: `${name} holds ${values[i]}, at ${begin + i * kind.width}`,
      rule: 'whole numbers are read as int32, from −2147483648 to 2147483647',
      mend: 'Make it smaller, or a float64, in Python',
    });
  }
  return numbers;
}
