/**
 * Tensors in a file, in the format of https://github.com/huggingface/safetensors: the header's length (8 bytes), a
 * header in JSON that says where each tensor is, then their numbers, little-endian, one behind the other. Readers
 * exist for Python and others. A checksum among the metadata finds damage.
 */
import { createHash } from 'node:crypto';
import { type Tensor, type TensorData, tensor } from '@unroll/core';

export interface TensorFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const codes = { float32: 'F32', float64: 'F64', int32: 'I32' } as const;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array {
  let end = 0;
  const chunks: Uint8Array[] = [];
  const entries: Record<string, Entry> = {};
  for (const [name, t] of Object.entries(tensors)) {
    const numbers = t.data;
    chunks.push(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    entries[name] = { dtype: codes[t.dtype], shape: t.shape, data_offsets: [end, end + numbers.byteLength] };
    end += numbers.byteLength;
  }
  const body = Buffer.concat(chunks);
  const header = JSON.stringify({ __metadata__: { ...metadata, sha256: sha256(body) }, ...entries });
  const padded = Buffer.from(header + ' '.repeat((8 - (Buffer.byteLength(header) % 8)) % 8)); // aligns the numbers
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, body]);
}

/** What {@link encodeTensors} has written. Errors: `Error` saying what is wrong with the bytes. */
export function decodeTensors(bytes: Uint8Array): TensorFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 8) throw new Error(`it is cut off after ${file.length} bytes`);
  const headerEnd = 8 + Number(file.readBigUInt64LE(0));
  if (headerEnd > file.length) throw new Error(`it is cut off after ${file.length} bytes, or is no safetensors file`);
  const { metadata, entries } = parseHeader(file.toString('utf8', 8, headerEnd));
  const body = file.subarray(headerEnd);
  const size = Math.max(0, ...Object.values(entries).map((entry) => entry.data_offsets[1]));
  if (body.length !== size) throw new Error(`it holds ${body.length} bytes of numbers instead of ${size}`);
  const { sha256: expected, ...rest } = metadata;
  if (sha256(body) !== expected) throw new Error('its numbers do not have the checksum that was written with them');
  const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets }]): [string, Tensor] => [
    name,
    tensor(numbersIn(body.subarray(...data_offsets), dtype), { shape }),
  ]);
  return { tensors: Object.fromEntries(tensors), metadata: rest };
}

function parseHeader(text: string): { metadata: Record<string, string>; entries: Record<string, Entry> } {
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new Error('its header is not JSON', { cause });
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  return { metadata: metadata as Record<string, string>, entries: entries as Record<string, Entry> };
}

/** A copy, since the numbers of a file stand at any address. */
function numbersIn(bytes: Uint8Array, code: string): TensorData {
  const { buffer } = new Uint8Array(bytes);
  if (code === codes.float32) return new Float32Array(buffer);
  if (code === codes.float64) return new Float64Array(buffer);
  if (code === codes.int32) return new Int32Array(buffer);
  throw new Error(`it holds numbers of the kind ${code}, which is not known here`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
