/** Where the files of a zip archive stand. Its directory, at the end, is what counts; it is read with suspicion. */
import { decodeUtf8, unreadable } from './bytes.js';

/** A file of the archive. */
export interface ZipEntry {
  readonly name: string;
  /** The bytes of the archive that hold it. */
  readonly packed: Uint8Array;
  /** Whether they are deflated, or stored as they are. */
  readonly deflated: boolean;
  /** How many bytes the file has. */
  readonly size: number;
  readonly crc32: number;
}

/** The records of the format: their first four bytes, and how long they are without names and the like. */
const DIRECTORY_END = { signature: 0x06054b50, length: 22 } as const;
const DIRECTORY_ENTRY = { signature: 0x02014b50, length: 46 } as const;
const LOCAL_HEADER = { signature: 0x04034b50, length: 30 } as const;

const [STORED, DEFLATED] = [0, 8];
const ENCRYPTED = 1;
/** Stand for numbers that have no room, which are then elsewhere. */
const [BEYOND_16_BITS, BEYOND_32_BITS] = [0xffff, 0xffffffff];

/** A file, and the bytes from its header to its end. */
type PlacedEntry = ZipEntry & { readonly begin: number; readonly end: number };

/**
 * The files of an archive, in the order of its directory. They neither overlap nor reach beyond it.
 *
 * Errors: `ValueError` saying where the archive is cut off or contradicts itself, and for what is not read: encrypted
 * files, other compressions, and ZIP64.
 * @source PKWARE, "APPNOTE.TXT, .ZIP file format specification", 4.3
 */
export function zipEntries(op: string, bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = findDirectoryEnd(op, view);
  const count = view.getUint16(end + 10, true);
  const begin = view.getUint32(end + 16, true);
  const beyond = begin + view.getUint32(end + 12, true);
  if (count === BEYOND_16_BITS || begin === BEYOND_32_BITS) throw zip64(op, 'the archive');
  if (beyond !== end) {
    throw unreadable(op, `the directory goes from ${begin} to ${beyond}`, `its end is marked at ${end}`);
  }
  const entries: PlacedEntry[] = [];
  let at = begin;
  while (entries.length < count) {
    const [entry, next] = readEntry(op, bytes, view, { begin, at, end });
    entries.push(entry);
    at = next;
  }
  if (at !== end) throw unreadable(op, `the directory's last entry ends at ${at}`, `the directory ends at ${end}`);
  checkApart(op, entries);
  return entries;
}

/** It is the last record, with nothing but a comment behind it. */
function findDirectoryEnd(op: string, view: DataView): number {
  const last = view.byteLength - DIRECTORY_END.length;
  for (let at = last; at >= 0 && at >= last - 0xffff; at--) {
    const marked = view.getUint32(at, true) === DIRECTORY_END.signature;
    if (marked && at + view.getUint16(at + 20, true) === last) return at;
  }
  throw unreadable(op, `there is no directory at the end of the ${view.byteLength} bytes`, 'every zip archive has one');
}

/** The entry of the directory that stands at `at`, and where the next one would. */
function readEntry(
  op: string,
  bytes: Uint8Array,
  view: DataView,
  directory: { readonly begin: number; readonly at: number; readonly end: number },
): [entry: PlacedEntry, next: number] {
  const { at } = directory;
  const nameAt = at + DIRECTORY_ENTRY.length;
  if (nameAt > directory.end || view.getUint32(at, true) !== DIRECTORY_ENTRY.signature) {
    throw unreadable(op, `there is no entry of the directory at ${at}`, 'it says that there is a further one');
  }
  const nameLength = view.getUint16(at + 28, true);
  const next = nameAt + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > directory.end) {
    throw unreadable(
      op,
      `an entry of the directory goes from ${at} to ${next}`,
      `the directory ends at ${directory.end}`,
    );
  }
  const name = nameOf(op, bytes, nameAt, nameLength);
  const method = view.getUint16(at + 10, true);
  const packedSize = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const begin = view.getUint32(at + 42, true);
  if ([packedSize, size, begin].includes(BEYOND_32_BITS)) throw zip64(op, `'${name}'`);
  if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) {
    throw unreadable(op, `'${name}' is encrypted`, undefined, 'Save it without a password');
  }
  if ((method !== STORED && method !== DEFLATED) || (method === STORED && size !== packedSize)) {
    const says = `'${name}' has ${size} bytes, packed in ${packedSize} by the method ${method}`;
    throw unreadable(op, says, 'those of method 0, as they are, and of method 8, deflated, can be read');
  }
  const packedAt = packedBegin(op, bytes, view, name, begin, directory.begin);
  const end = packedAt + packedSize;
  if (end > directory.begin) {
    throw unreadable(op, `'${name}' goes from ${packedAt} to ${end}`, `the directory begins at ${directory.begin}`);
  }
  const packed = bytes.subarray(packedAt, end);
  const crc32 = view.getUint32(at + 16, true);
  return [{ name, packed, deflated: method === DEFLATED, size, crc32, begin, end }, next];
}

/** Where the bytes of a file begin: behind its own header, which repeats the name, and may hold other extra fields. */
function packedBegin(op: string, bytes: Uint8Array, view: DataView, name: string, at: number, limit: number): number {
  const nameAt = at + LOCAL_HEADER.length;
  if (nameAt > limit || view.getUint32(at, true) !== LOCAL_HEADER.signature) {
    throw unreadable(op, `'${name}' is not at ${at}`, 'the directory says that it begins there');
  }
  const nameLength = view.getUint16(at + 26, true);
  const there = nameOf(op, bytes, nameAt, nameLength);
  if (there !== name) throw unreadable(op, `'${there}' is at ${at}`, `the directory says that it is '${name}'`);
  return nameAt + nameLength + view.getUint16(at + 28, true);
}

function nameOf(op: string, bytes: Uint8Array, at: number, length: number): string {
  try {
    return decodeUtf8(bytes.subarray(at, at + length));
  } catch {
    throw unreadable(op, `the name at ${at} is not UTF-8`);
  }
}

/** A small archive of files that overlap could grow without limit. */
function checkApart(op: string, entries: readonly PlacedEntry[]): void {
  const inOrder = entries.toSorted((a, b) => a.begin - b.begin);
  for (const [i, { name, begin }] of inOrder.entries()) {
    const before = inOrder[i - 1];
    if (before === undefined || before.end <= begin) continue;
    throw unreadable(op, `'${name}' begins at ${begin}, inside of '${before.name}'`, `that ends at ${before.end}`);
  }
}

function zip64(op: string, what: string): Error {
  return unreadable(
    op,
    `${what} is in the form of ZIP64`,
    'it is for archives over 4 GiB',
    'Save fewer arrays in a file',
  );
}
