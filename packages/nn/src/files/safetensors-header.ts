/** The header of a safetensors file: read with suspicion, since everything else is found by it. */
import { formatShape } from '@unroll/core';
import { decodeUtf8, unreadable } from './bytes.js';
import { byteLengthOf, type NumberKind, numberKinds, type StoredTensor } from './numbers.js';
import { repeatedName } from './repeated-name.js';

/** The header's entry for the strings; no tensor can have this name. */
export const METADATA = '__metadata__';
/** The header begins after so many bytes, which hold its length. */
export const HEADER_BEGIN = 8;
/** Bytes, as in the format's own library. */
const LONGEST_HEADER = 100_000_000;

const op = 'readSafetensors';

const kinds: { readonly [code: string]: NumberKind } = {
  F64: numberKinds.float64,
  F32: numberKinds.float32,
  F16: numberKinds.float16,
  BF16: numberKinds.bfloat16,
  I64: numberKinds.int64,
  I32: numberKinds.int32,
  I16: numberKinds.int16,
  I8: numberKinds.int8,
  U64: numberKinds.uint64,
  U32: numberKinds.uint32,
  U16: numberKinds.uint16,
  U8: numberKinds.uint8,
  BOOL: numberKinds.bool,
};

/** What the header says about a tensor. Its place is counted from the end of the header. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** What the header says about the file. */
export interface Header {
  readonly metadata: { readonly [name: string]: string };
  /** By their names. Their bytes fill what follows the header, without gap or overlap. */
  readonly tensors: readonly (readonly [name: string, stored: StoredTensor])[];
}

/** Reads and checks the header. Errors: `ValueError` saying where it contradicts the file, itself or the format. */
export function readHeader(bytes: Uint8Array): Header {
  const body = HEADER_BEGIN + headerLength(bytes);
  const { [METADATA]: metadata, ...rest } = parseHeader(bytes.subarray(HEADER_BEGIN, body));
  const strings = metadata ?? {};
  if (!isStrings(strings)) throw unreadable(op, `${METADATA} in the header is no object of strings`);
  const entries = Object.entries(rest).map(([name, entry]): readonly [string, Entry] => {
    if (isEntry(entry)) return [name, entry];
    throw unreadable(op, `the header's entry for '${name}' is none`, 'it has a dtype, a shape and data_offsets');
  });
  return { metadata: strings, tensors: placesOf(entries, body, bytes.length) };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < HEADER_BEGIN) {
    throw unreadable(
      op,
      `there are only ${bytes.length} bytes`,
      `the first ${HEADER_BEGIN} say how long the header is`,
    );
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER) {
    throw unreadable(
      op,
      'this is no safetensors file',
      `its first ${HEADER_BEGIN} bytes would be the length of a header, and a header is no longer than ${LONGEST_HEADER}`,
    );
  }
  const end = HEADER_BEGIN + length;
  if (end <= bytes.length) return length;
  throw unreadable(op, `the bytes end at ${bytes.length}, in the header`, `it goes from ${HEADER_BEGIN} to ${end}`);
}

function parseHeader(bytes: Uint8Array): { readonly [name: string]: unknown } {
  let text = '';
  let header: unknown;
  try {
    text = decodeUtf8(bytes);
    header = JSON.parse(text);
  } catch {
    header = undefined;
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw unreadable(op, `the header, from ${HEADER_BEGIN} to ${HEADER_BEGIN + bytes.length}, is no JSON object`);
  }
  const repeated = repeatedName(text);
  if (repeated === null) return header as { readonly [name: string]: unknown };
  throw unreadable(op, `the header gives '${repeated}' twice`, 'it would be left to chance which of them counts');
}

/** The tensors fill what follows the header, one behind the other, each with the bytes that its shape takes. */
function placesOf(
  entries: readonly (readonly [name: string, entry: Entry])[],
  body: number,
  length: number,
): Header['tensors'] {
  const inOrder = entries.toSorted(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  let at = body;
  const tensors = inOrder.map(([name, { dtype, shape, data_offsets }]): readonly [string, StoredTensor] => {
    const [begin, end] = [body + data_offsets[0], body + data_offsets[1]];
    const stored = { name: `'${name}'`, kind: kindOf(name, dtype), shape, begin };
    const size = byteLengthOf(stored);
    if (begin !== at || end !== at + size) {
      const place = `as ${dtype} ${formatShape(shape)} behind the others it goes from ${at} to ${at + size}`;
      throw unreadable(op, `the header says that '${name}' goes from ${begin} to ${end}`, place);
    }
    if (end > length) {
      throw unreadable(op, `the bytes end at ${length}, in '${name}'`, `it goes from ${begin} to ${end}`);
    }
    at = end;
    return [name, stored];
  });
  if (at < length) throw unreadable(op, `the bytes go on to ${length}`, `the last tensor ends at ${at}`);
  return tensors;
}

function kindOf(name: string, code: string): NumberKind {
  const kind = Object.hasOwn(kinds, code) ? kinds[code] : undefined;
  if (kind !== undefined) return kind;
  const known = `${Object.keys(kinds).join(', ')} can be read`;
  throw unreadable(op, `'${name}' is of the type ${code}`, known, 'Convert it in Python, as with t.float()');
}

function isStrings(value: unknown): value is { readonly [name: string]: string } {
  const object = typeof value === 'object' && value !== null && !Array.isArray(value);
  return object && Object.values(value).every((text) => typeof text === 'string');
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: place } = value as Partial<Record<keyof Entry, unknown>>;
  return typeof dtype === 'string' && isSizes(shape) && isSizes(place) && place.length === 2;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
