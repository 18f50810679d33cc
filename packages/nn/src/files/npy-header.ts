/** The header of an .npy file: a Python dictionary, of which only what describes plain numbers is understood. */
import { decodeLatin1, unreadable } from './bytes.js';
import { type NumberKind, numberKinds } from './numbers.js';

/** What the header says about the array. */
export interface NpyHeader {
  readonly kind: NumberKind;
  readonly bigEndian: boolean;
  /** The first axis varies fastest, as in Fortran. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Of the numbers. */
  readonly begin: number;
}

const op = 'readNpy';

/** The first bytes of every file. */
const MAGIC = '\x93NUMPY';
/** Bytes; NumPy reads none that is longer. */
const LONGEST_HEADER = 10_000;

const kinds: { readonly [code: string]: NumberKind } = {
  f8: numberKinds.float64,
  f4: numberKinds.float32,
  f2: numberKinds.float16,
  i8: numberKinds.int64,
  i4: numberKinds.int32,
  i2: numberKinds.int16,
  i1: numberKinds.int8,
  u8: numberKinds.uint64,
  u4: numberKinds.uint32,
  u2: numberKinds.uint16,
  u1: numberKinds.uint8,
  b1: numberKinds.bool,
};

/** Reads and checks the header. Errors: `ValueError` saying what about it cannot be read, and where. */
export function readNpyHeader(bytes: Uint8Array): NpyHeader {
  const { text, begin } = headerText(bytes);
  const fields = parseFields(text, begin - text.length);
  const { descr, fortran_order: fortranOrder, shape, ...rest } = fields;
  if (
    typeof descr !== 'string' ||
    typeof fortranOrder !== 'boolean' ||
    typeof shape !== 'object' ||
    Object.keys(rest).length > 0
  ) {
    const rule = 'it must have descr, a string, fortran_order, True or False, shape, a tuple, and no more';
    throw unreadable(op, `the header says ${JSON.stringify(fields)}`, rule);
  }
  return { ...kindOf(descr), fortranOrder, shape, begin };
}

/** The header as text, and where it ends. Versions 1 to 3 differ in the width of its length, and in the encoding. */
function headerText(bytes: Uint8Array): { readonly text: string; readonly begin: number } {
  if (decodeLatin1(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw unreadable(op, 'this is no .npy file', 'it would begin with the bytes 93 4E 55 4D 50 59');
  }
  const [major = 0, minor = 0] = bytes.subarray(MAGIC.length);
  if (major < 1 || major > 3 || minor > 0) {
    throw unreadable(op, `the file is of version ${major}.${minor}`, '1.0, 2.0 and 3.0 can be read');
  }
  const lengthAt = MAGIC.length + 2;
  const headerAt = lengthAt + (major === 1 ? 2 : 4);
  if (bytes.length < headerAt) {
    throw unreadable(op, `there are only ${bytes.length} bytes`, `the first ${headerAt} say how long the header is`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = major === 1 ? view.getUint16(lengthAt, true) : view.getUint32(lengthAt, true);
  const begin = headerAt + length;
  if (length > LONGEST_HEADER) {
    throw unreadable(
      op,
      `the header goes from ${headerAt} to ${begin}`,
      `it is no longer than ${LONGEST_HEADER} bytes`,
    );
  }
  if (begin > bytes.length) {
    throw unreadable(op, `the bytes end at ${bytes.length}, in the header`, `it goes from ${headerAt} to ${begin}`);
  }
  // Outside of ASCII, where the encodings differ, stand only the names of fields that cannot be read anyway.
  return { text: decodeLatin1(bytes.subarray(headerAt, begin)), begin };
}

type Field = string | boolean | readonly number[];

/** `{'name': value, …}`, with values that are strings, True, False, or tuples of whole numbers. Nothing is evaluated. */
function parseFields(text: string, begin: number): { readonly [name: string]: Field } {
  const fields = new Map<string, Field>();
  let at = 0;
  /** The groups of a pattern that stands here, which is then passed; null where it does not. */
  const take = (pattern: RegExp): readonly string[] | null => {
    const found = pattern.exec(text.slice(at));
    if (found === null) return null;
    at += found[0].length;
    return found;
  };
  const value = (): Field | null => {
    const flag = take(/^(True|False)\b/)?.[1];
    if (flag !== undefined) return flag === 'True';
    return take(/^(['"])([^'"\\]*)\1/)?.[2] ?? sizesOf(take(/^\(([^()]*)\)/)?.[1]);
  };
  const fail = (rule: string, mend?: string): never => {
    throw unreadable(op, `the header cannot be read at ${begin + at}`, rule, mend);
  };

  if (take(/^[ \n]*\{[ \n]*/) === null) fail('a dictionary begins there, with {');
  while (take(/^\}[ \n]*$/) === null) {
    const name = take(/^(['"])(\w+)\1[ \n]*:[ \n]*/)?.[2];
    if (name === undefined || fields.has(name)) return fail("there is no further 'name': value, and no end");
    if (text[at] === '[') {
      fail(`${name} is a list, which only arrays of records have`, "Save each of their fields alone, as a['name']");
    }
    const read = value();
    if (read === null) return fail(`${name} is no string, no True or False, and no tuple of sizes`);
    fields.set(name, read);
    if (take(/^[ \n]*,[ \n]*/) === null && !/^[ \n]*\}/.test(text.slice(at))) fail('a comma or } follows a value');
    take(/^[ \n]+/);
  }
  return Object.fromEntries(fields);
}

/** What stands between the parentheses of a tuple; one size alone has a comma behind it. */
function sizesOf(inside: string | undefined): readonly number[] | null {
  const parts = inside?.split(',') ?? ['no tuple'];
  if (/^[ \n]*$/.test(parts.at(-1) ?? '')) parts.pop();
  else if (parts.length === 1) return null;
  // Python 2 wrote an L behind long numbers.
  const sizes = parts.map((part) => Number(/^[ \n]*(\d+)L?[ \n]*$/.exec(part)?.[1]));
  return sizes.every(Number.isSafeInteger) ? sizes : null;
}

/** `<f4`: the order of the bytes, a letter, and the width. */
function kindOf(descr: string): { readonly kind: NumberKind; readonly bigEndian: boolean } {
  const [, order, code = ''] = /^([<>|])(\w+)$/.exec(descr) ?? [];
  const kind = Object.hasOwn(kinds, code) ? kinds[code] : undefined;
  if (kind !== undefined && (order !== '|' || kind.width === 1)) return { kind, bigEndian: order === '>' };
  if (descr.endsWith('O')) {
    throw unreadable(
      op,
      'the array holds Python objects',
      'they are pickled, and only Python can read them',
      'Make it numbers in Python, as with np.stack(list(a))',
    );
  }
  const known = `${Object.keys(kinds).join(', ')} can be read, behind < or >`;
  throw unreadable(
    op,
    `the array is of the dtype '${descr}'`,
    known,
    'Convert it in Python, with a.astype(np.float32)',
  );
}
