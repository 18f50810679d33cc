/**
 * Tensors as bytes, in the format of https://github.com/huggingface/safetensors: the header's length (8 bytes), a
 * header in JSON that says where each tensor is, then their numbers, little-endian, one behind the other. Readers
 * exist for Python and others.
 */
import { formatShape, type Tensor, type TensorData, tensor, ValueError } from '@unroll/core';

/** Named tensors, and strings about them. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What the header says about a tensor. Its place is counted from the end of the header. */
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** Numbers of one type: how many bytes each takes, and an array over their bytes. */
interface Kind {
  readonly width: number;
  readonly read: (bytes: ArrayBuffer) => TensorData;
}

const codes = { float32: 'F32', float64: 'F64', int32: 'I32' } as const;
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [codes.float32, { width: 4, read: (bytes) => new Float32Array(bytes) }],
  [codes.float64, { width: 8, read: (bytes) => new Float64Array(bytes) }],
  [codes.int32, { width: 4, read: (bytes) => new Int32Array(bytes) }],
]);

/** The header's entry for the strings; no tensor can have this name. */
const METADATA = '__metadata__';
/** The header begins after so many bytes, which hold its length. */
const HEADER = 8;
/** As the format says. */
const LONGEST_HEADER = 100_000_000;

/** Tensors and metadata as the bytes of a safetensors file. Errors: `ValueError` for a tensor named `__metadata__`. */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  if (Object.hasOwn(tensors, METADATA)) {
    throw new ValueError({
      op: 'encodeSafetensors',
      what: `a tensor is named '${METADATA}'`,
      rule: 'the format keeps this name for the metadata',
      mend: 'Give it another name',
    });
  }
  let end = 0;
  const entries: [name: string, entry: Entry][] = [];
  const chunks: Uint8Array[] = [];
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    const begin = end;
    end += data.byteLength;
    entries.push([name, { dtype: codes[dtype], shape, data_offsets: [begin, end] }]);
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const header = encodeHeader({ [METADATA]: metadata, ...Object.fromEntries(entries) });
  const bytes = new Uint8Array(HEADER + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  let at = 0;
  for (const chunk of [bytes.subarray(0, HEADER), header, ...chunks]) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** JSON in ASCII, which is UTF-8 too, filled up with spaces so that the numbers begin at a multiple of 8. */
function encodeHeader(header: object): Uint8Array {
  const inAscii = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const text = JSON.stringify(header).replaceAll(/[\u0080-\uffff]/g, inAscii);
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8);
  return Uint8Array.from(padded, (character) => character.charCodeAt(0));
}

/**
 * What the bytes of a safetensors file hold. The numbers are copied.
 *
 * Errors: `ValueError` saying where the bytes end too early, or differ from the format; `DataTypeError` for float64
 * without an engine.
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const body = HEADER + headerLength(bytes);
  const { metadata, entries } = decodeHeader(bytes.subarray(HEADER, body));
  checkPlaces(entries, body, bytes.length);
  const tensors = entries.map(([name, { dtype, shape, data_offsets }]): [string, Tensor] => {
    const [begin, end] = data_offsets;
    const own = new Uint8Array(bytes.subarray(body + begin, body + end)); // the file's may stand at any address
    return [name, tensor(kindOf(name, dtype).read(own.buffer), { shape })];
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < HEADER) {
    throw unreadable(`there are only ${bytes.length} bytes`, `the first ${HEADER} say how long the header is`);
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER) {
    throw unreadable(
      'this is no safetensors file',
      `its first ${HEADER} bytes would be the length of a header, and a header is no longer than ${LONGEST_HEADER}`,
    );
  }
  if (HEADER + length <= bytes.length) return length;
  throw unreadable(`the bytes end at ${bytes.length}, in the header`, `it goes from ${HEADER} to ${HEADER + length}`);
}

function decodeHeader(bytes: Uint8Array): {
  readonly metadata: Record<string, string>;
  readonly entries: readonly (readonly [name: string, entry: Entry])[];
} {
  const header = parseObject(bytes);
  const { [METADATA]: metadata = {}, ...rest } = header;
  if (!isStrings(metadata)) throw unreadable(`${METADATA} in the header is no object of strings`);
  const entries = Object.entries(rest).map(([name, entry]): readonly [string, Entry] => {
    if (isEntry(entry)) return [name, entry];
    throw unreadable(`the header's entry for '${name}' is none`, 'an entry has a dtype, a shape and data_offsets');
  });
  return { metadata, entries };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(decodeUtf8(bytes));
  } catch {
    header = undefined;
  }
  if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header as Record<string, unknown>;
  throw unreadable(`the header, from ${HEADER} to ${HEADER + bytes.length}, is no JSON object`);
}

/** By means of the language alone: TextDecoder belongs to browsers and Node. Errors: `URIError` where it is no UTF-8. */
function decodeUtf8(bytes: Uint8Array): string {
  const PERCENT = 0x25;
  let escaped = '';
  for (const byte of bytes) {
    escaped += byte < 0x80 && byte !== PERCENT ? String.fromCharCode(byte) : `%${byte.toString(16)}`;
  }
  return decodeURIComponent(escaped);
}

/** The tensors fill what follows the header, one behind the other, each with the bytes that its shape takes. */
function checkPlaces(entries: readonly (readonly [string, Entry])[], body: number, length: number): void {
  const inOrder = entries.toSorted(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  let at = body;
  for (const [name, { dtype, shape, data_offsets }] of inOrder) {
    const [begin, end] = [body + data_offsets[0], body + data_offsets[1]];
    const size = shape.reduce((product, n) => product * n, kindOf(name, dtype).width);
    if (begin !== at || end !== at + size) {
      const place = `as ${dtype} ${formatShape(shape)} behind the others it goes from ${at} to ${at + size}`;
      throw unreadable(`the header says that '${name}' goes from ${begin} to ${end}`, place);
    }
    if (end > length) throw unreadable(`the bytes end at ${length}, in '${name}'`, `it goes from ${begin} to ${end}`);
    at = end;
  }
  if (at < length) throw unreadable(`the bytes go on to ${length}`, `the last tensor ends at ${at}`);
}

function kindOf(name: string, code: string): Kind {
  const kind = kinds.get(code);
  if (kind !== undefined) return kind;
  throw unreadable(`'${name}' is of the type ${code}`, `${[...kinds.keys()].join(', ')} can be read`);
}

function isStrings(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: place } = value as Partial<Record<keyof Entry, unknown>>;
  return typeof dtype === 'string' && isSizes(shape) && isSizes(place) && place.length === 2;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function unreadable(what: string, rule?: string): ValueError {
  const complaint = { op: 'decodeSafetensors', what, mend: 'Check that the file is the right one, and whole' };
  return new ValueError(rule === undefined ? complaint : { ...complaint, rule });
}
