/** SHA-256 of a model's parameters, so that runs can be compared, and of a file's parts, so that damage is found. */
import { sha256 as hashOf } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { formatShape } from '@unroll/core';
import type { TensorFile } from '@unroll/nn';
import type { CharModel } from './model.js';

/** SHA-256 of strings and numbers one behind the other, in hexadecimal digits. */
export function sha256(...parts: readonly (string | ArrayBufferView)[]): string {
  const hash = hashOf.create();
  for (const part of parts) hash.update(bytesOf(part));
  return bytesToHex(hash.digest());
}

function bytesOf(part: string | ArrayBufferView): Uint8Array {
  return typeof part === 'string' ? utf8ToBytes(part) : new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
}

/** SHA-256 over the bits of all parameters, in order: equal seeds give equal hashes. */
export function hashParameters(model: CharModel): string {
  return sha256(...model.namedParameters().flatMap(([name, parameter]) => [name, parameter.data]));
}

/** A part of a file, and what its bits come to. */
interface Checksum {
  readonly part: string;
  readonly sum: string;
}

/** The metadata of a file, with the checksums of all its parts. */
export function seal(file: TensorFile): TensorFile['metadata'] {
  return { ...file.metadata, checksums: checksumsOf(file).map(lineOf).join('\n') };
}

/** Where a sealed file is not what it was; null where it is. */
export function damagedPart({ tensors, metadata }: TensorFile): string | null {
  const { checksums: lines = '', ...rest } = metadata;
  const written = new Set(lines.split('\n'));
  const found = checksumsOf({ tensors, metadata: rest });
  const damaged = found.find((checksum) => !written.has(lineOf(checksum)));
  if (damaged !== undefined) return `'${damaged.part}'`;
  return found.length === written.size ? null : 'the list of its checksums'; // which knows a part that is not there
}

function checksumsOf({ tensors, metadata }: TensorFile): Checksum[] {
  return [
    ...Object.entries(tensors).map(([part, { dtype, shape, data }]) => {
      return { part, sum: sha256(dtype, formatShape(shape), data) };
    }),
    ...Object.entries(metadata).map(([part, text]) => ({ part, sum: sha256(text) })),
  ];
}

/** As `sha256sum` prints it. */
function lineOf({ part, sum }: Checksum): string {
  return `${sum}  ${part}`;
}
