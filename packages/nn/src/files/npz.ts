/** Several arrays as NumPy saves them: a zip archive of .npy files. */
import { locate, type Tensor } from '@unroll/core';
import { checkBytes, unreadable } from './bytes.js';
import { crc32 } from './crc-32.js';
import { inflate } from './inflate.js';
import { readNpy } from './npy.js';
import { type ZipEntry, zipEntries } from './zip.js';

const op = 'readNpz';
const EXTENSION = '.npy';

/**
 * The arrays of an .npz file by their names, from `np.savez` or `np.savez_compressed`; each as {@link readNpy} reads
 * it. A promise, since inflating is left to the runtime.
 *
 * Errors: as `readNpy`, naming the array; `ValueError` for an archive that is cut off or contradicts itself, saying
 * where, for a wrong checksum, for two arrays of one name, and for files in it that are no arrays. A small file that
 * inflates to more than it says is left at that.
 * @source https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 *
 * @example
 * ```ts
 * import { Linear, loadTorchStateDict, readNpz } from '@unroll/nn';
 * // Python, with Keras: np.savez('model.npz', weight=dense.kernel.numpy().T, bias=dense.bias.numpy())
 * const layer = new Linear({ inputSize: 2, outputSize: 1 });
 * async function load(bytes: Uint8Array): Promise<void> {
 *   loadTorchStateDict(layer, await readNpz(bytes));
 * }
 * ```
 */
export async function readNpz(bytes: Uint8Array): Promise<{ readonly [name: string]: Tensor }> {
  checkBytes(op, bytes);
  const arrays = new Map<string, Tensor>();
  for (const entry of zipEntries(op, bytes)) {
    const name = entry.name.slice(0, -EXTENSION.length);
    if (!entry.name.endsWith(EXTENSION)) {
      throw unreadable(op, `'${entry.name}' in the archive is no array`, 'an .npz file holds .npy files');
    }
    if (arrays.has(name)) throw unreadable(op, `'${name}' is in the archive twice`);
    arrays.set(name, await readEntry(entry));
  }
  return Object.fromEntries(arrays);
}

async function readEntry(entry: ZipEntry): Promise<Tensor> {
  const { name, packed, deflated, size } = entry;
  const bytes = deflated ? await inflate(op, name, packed, size) : packed;
  const found = crc32(bytes);
  if (found !== entry.crc32) {
    const hexadecimal = (bits: number): string => bits.toString(16).padStart(8, '0');
    throw unreadable(
      op,
      `the bytes of '${name}' have the CRC-32 ${hexadecimal(found)}`,
      `they had ${hexadecimal(entry.crc32)} when they were written`,
    );
  }
  try {
    return readNpy(bytes);
  } catch (error) {
    throw locate(error, `'${name}'`);
  }
}
