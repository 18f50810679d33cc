/**
 * Tensors as bytes, in the format of safetensors: the header's length (8 bytes), a header in JSON that says where each
 * tensor is, then their numbers, little-endian, one behind the other.
 */
import { checkOptions, type DataType, Tensor, ValueError } from '@unroll/core';
import { checkBytes, encodeUtf8, joinBytes } from './bytes.js';
import { readTensor } from './numbers.js';
import { type Entry, HEADER_BEGIN, METADATA, readHeader } from './safetensors-header.js';

/** Named tensors, and strings about them. */
export interface TensorFile {
  readonly tensors: { readonly [name: string]: Tensor };
  readonly metadata: { readonly [name: string]: string };
}

/** Options of {@link writeSafetensors} and `writeStateDict`. */
export interface WriteSafetensorsOptions {
  /** What else the file says, for people and for readers; nothing unless given. */
  readonly metadata?: { readonly [name: string]: string } | undefined;
}

/**
 * What a safetensors file holds, as {@link writeSafetensors} or Python wrote it. Float32, float64 and int32 come as
 * they are; float16 and bfloat16 as float32; int64, all other whole numbers and truth values as int32.
 *
 * Numerics: every number is exactly the one in the file.
 * Errors: `ValueError` saying where (which byte, which tensor) the file is cut off, or contradicts itself or the
 * format: gaps, overlaps, wrong sizes, a name given twice, a header over 100 MB; and for a whole number outside of
 * int32 or a type that has no place here. `DataTypeError` for what is no `Uint8Array`, and for float64 without an
 * engine. A length that is a lie is found before memory is taken for it.
 * @source https://github.com/huggingface/safetensors
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { Linear, loadTorchStateDict, readSafetensors, writeSafetensors } from '@unroll/nn';
 * // Python: safetensors.torch.save_file(nn.Linear(2, 1).state_dict(), 'model.safetensors')
 * const bytes = writeSafetensors({ weight: tensor([[0.5, -1]]), bias: tensor([3]) }, { metadata: { format: 'pt' } });
 * const { tensors, metadata } = readSafetensors(bytes); // of Node: readSafetensors(await readFile('model.safetensors'))
 * metadata.format; // 'pt'
 * const layer = new Linear({ inputSize: 2, outputSize: 1 });
 * loadTorchStateDict(layer, tensors);
 * layer.weight.toArray(); // [[0.5, -1]]
 * ```
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  checkBytes('readSafetensors', bytes);
  const { metadata, tensors } = readHeader(bytes);
  const read = tensors.map(([name, stored]): [string, Tensor] => [name, readTensor('readSafetensors', bytes, stored)]);
  return { tensors: Object.fromEntries(read), metadata };
}

/** In the order in which the tensors stand, wide numbers first, so that each begins at a multiple of its width. */
const codes: { readonly [D in DataType]: string } = { float64: 'F64', float32: 'F32', int32: 'I32' };

/**
 * Tensors, and strings about them, as the bytes of a safetensors file. The tensors stand in the order of their types,
 * then of their names, as the format's own library writes them: whatever order they come in, the bytes are the same.
 *
 * Errors: `ValueError` for a tensor named `__metadata__`, for what is no tensor (a generator's state, which
 * `writeStateDict` takes), and for unknown options or metadata that are no strings.
 * @source https://github.com/huggingface/safetensors
 *
 * @example
 * ```ts
 * import { Linear, toTorchStateDict, writeSafetensors } from '@unroll/nn';
 * const bytes = writeSafetensors(toTorchStateDict(new Linear({ inputSize: 2, outputSize: 1 })));
 * // Python: model.load_state_dict(safetensors.torch.load_file('model.safetensors'))
 * bytes.length; // 140
 * ```
 */
export function writeSafetensors(
  tensors: { readonly [name: string]: Tensor },
  options: WriteSafetensorsOptions = {},
): Uint8Array {
  checkOptions('writeSafetensors', options, ['metadata']);
  const { metadata = {} } = options;
  for (const [name, t] of Object.entries(tensors)) checkTensor(name, t);
  for (const [name, text] of Object.entries(metadata)) checkString(name, text);
  const order = Object.keys(codes);
  const sorted = Object.entries(tensors).toSorted(([name, a], [other, b]) => {
    return order.indexOf(a.dtype) - order.indexOf(b.dtype) || (name < other ? -1 : 1);
  });
  const header: [name: string, entry: Entry | typeof metadata][] = [];
  if (Object.keys(metadata).length > 0) header.push([METADATA, metadata]);
  const body: Uint8Array[] = [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype: codes[dtype], shape, data_offsets: [begin, end] }]);
    body.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return joinBytes([...encodeHeader(header), ...body]);
}

/** Its length, and its JSON filled up with spaces so that the numbers begin at a multiple of 8. */
function encodeHeader(entries: readonly (readonly [name: string, entry: object])[]): [Uint8Array, Uint8Array] {
  // Put together by hand, since an object would have names like '0' first.
  const text = encodeUtf8(`{${entries.map((pair) => pair.map((part) => JSON.stringify(part)).join(':')).join(',')}}`);
  const padding = encodeUtf8(' '.repeat(-text.length & 7));
  const length = new Uint8Array(HEADER_BEGIN);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length + padding.length), true);
  return [length, joinBytes([text, padding])];
}

function checkTensor(name: string, value: unknown): void {
  if (name === METADATA) {
    throw new ValueError({
      op: 'writeSafetensors',
      what: `a tensor is named '${METADATA}'`,
      rule: 'the format keeps this name for the metadata',
      mend: 'Give it another name',
    });
  }
  if (value instanceof Tensor) return;
  throw new ValueError({
    op: 'writeSafetensors',
    what: `'${name}' is no tensor`,
    rule: 'the file holds tensors, and strings as metadata',
    mend: 'Use writeStateDict for what stateDict() returned',
  });
}

function checkString(name: string, value: unknown): void {
  if (typeof value === 'string') return;
  throw new ValueError({
    op: 'writeSafetensors',
    what: `metadata.${name} is of type ${typeof value}`,
    rule: 'metadata are strings',
    mend: 'Pass JSON.stringify of it',
  });
}
