/** Single arrays as NumPy saves them: a header in Python's spelling, then the numbers. */
import { type DataType, permute, type Tensor } from '@unroll/core';
import { copyOf } from '../state-dict.js';
import { checkBytes, encodeUtf8, joinBytes, unreadable } from './bytes.js';
import { readNpyHeader } from './npy-header.js';
import { byteLengthOf, readTensor } from './numbers.js';

/**
 * The array in an .npy file, of the versions 1 to 3, in C or Fortran order, with the low byte first or the high byte.
 * Float32, float64 and int32 come as they are; float16 as float32; int64, all other whole numbers and truth values as
 * int32.
 *
 * Shapes: as in NumPy.
 * Numerics: every number is exactly the one in the file.
 * Errors: `ValueError` saying at which byte the file is cut off or is no .npy file; for whole numbers outside of int32;
 * for arrays of records, text, dates, complex numbers, and of objects, which are pickled. `DataTypeError` for what is no
 * `Uint8Array`, and for float64 without an engine. A length that is a lie is found before memory is taken for it.
 * @source https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { readNpy, writeNpy } from '@unroll/nn';
 * // Python: np.save('x.npy', np.array([[1, 2], [3, 4]], dtype=np.float32))
 * const bytes = writeNpy(tensor([[1, 2], [3, 4]])); // of Node: await readFile('x.npy')
 * readNpy(bytes).toArray(); // [[1, 2], [3, 4]]
 * ```
 */
export function readNpy(bytes: Uint8Array): Tensor {
  checkBytes('readNpy', bytes);
  const { kind, bigEndian, fortranOrder, shape, begin } = readNpyHeader(bytes);
  const inFile = fortranOrder ? shape.toReversed() : shape;
  const stored = { name: 'the array', kind, shape: inFile, begin };
  const end = begin + byteLengthOf(stored);
  if (end !== bytes.length) {
    throw unreadable('readNpy', `the bytes end at ${bytes.length}`, `the array goes from ${begin} to ${end}`);
  }
  const read = readTensor('readNpy', bigEndian ? withBytesReversed(bytes, begin, kind.width) : bytes, stored);
  return fortranOrder ? copyOf(permute(read, [...shape.keys()].reverse())) : read;
}

/** A copy with the bytes of each number from `begin` on in the other order. */
function withBytesReversed(bytes: Uint8Array, begin: number, width: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (let at = begin; at < copy.length; at += width) copy.subarray(at, at + width).reverse();
  return copy;
}

const descriptions: { readonly [D in DataType]: string } = { float32: '<f4', float64: '<f8', int32: '<i4' };

/**
 * A tensor as the bytes of an .npy file, for `np.load`: version 1, in C order, the same bytes as `np.save` writes.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { writeNpy } from '@unroll/nn';
 * writeNpy(tensor([1, 2, 3])).length; // 140
 * ```
 */
export function writeNpy(t: Tensor): Uint8Array {
  const { dtype, shape, data } = t;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const fields = `{'descr': '${descriptions[dtype]}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const before = 10; // the magic bytes, the version and the header's length
  const length = Math.ceil((before + fields.length + 1) / 64) * 64 - before;
  return joinBytes([
    Uint8Array.of(0x93, ...encodeUtf8('NUMPY'), 1, 0, length & 0xff, length >> 8),
    encodeUtf8(`${fields.padEnd(length - 1)}\n`),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
}
