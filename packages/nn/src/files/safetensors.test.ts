/** `fixtures/safetensors-files.py` made the files of the format's own library. */
import '@unroll/kernels/reference'; // for float64
import { createHash } from 'node:crypto';
import { ones, Rng, type Tensor, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import {
  attempt,
  type Contents,
  type Damaged,
  damage,
  damagedCopy,
  digest,
  expectContents,
  fromBase64,
  readFixture,
} from './files.fixture.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

interface Fixture {
  readonly everyKind: { readonly file: string; readonly tensors: Readonly<Record<string, Contents>> };
  readonly ours: string;
  readonly everyHalf: Readonly<Record<'F16' | 'BF16', string>>;
  readonly plain: string;
  readonly damaged: readonly Damaged[];
}
const fixture = readFixture('safetensors-files') as Fixture;

/** A file put together by hand, as the format's page says. */
function fileOf(header: unknown, body: Uint8Array = new Uint8Array()): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, body]));
}

describe('round trips', () => {
  test('every dtype, no numbers at all, and any name and string', () => {
    const tensors = {
      '7': tensor([7]),
      weight: tensor([
        [1.5, -0, Number.POSITIVE_INFINITY],
        [0.1, 3e-45, Number.NaN],
      ]),
      précis: tensor([1 / 3], { dtype: 'float64' }),
      '日本 "%41" 😀': tensor([-1, 2 ** 31 - 1], { dtype: 'int32' }),
      scalar: tensor(7),
      empty: zeros([0, 3]),
      constructor: ones([2]),
      ['__proto__']: ones([3]),
    };
    const metadata = { note: 'line\nbreak \u007f é 100% \ud800', empty: '' };
    const file = readSafetensors(writeSafetensors(tensors, { metadata }));
    expect(file.metadata).toEqual(metadata);
    expect(Object.keys(file.tensors).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, t] of Object.entries(tensors)) {
      const back = file.tensors[name];
      expect(back?.shape).toEqual(t.shape);
      expect(back?.dtype).toBe(t.dtype);
      expect(back?.data).toEqual(t.data);
    }
  });

  test('nothing at all', () => {
    expect(readSafetensors(writeSafetensors({}))).toEqual({ tensors: {}, metadata: {} });
  });

  test('bytes at an odd address of a larger buffer, and of shared memory', () => {
    const bytes = writeSafetensors({ a: tensor([1, 2]) });
    for (const larger of [new Uint8Array(bytes.length + 5), new Uint8Array(new SharedArrayBuffer(bytes.length + 5))]) {
      larger.set(bytes, 3);
      expect(readSafetensors(larger.subarray(3, -2)).tensors.a?.toArray()).toEqual([1, 2]);
    }
  });

  test('what is read shares nothing with the bytes', () => {
    const bytes = writeSafetensors({ a: tensor([1, 2]) });
    const { a } = readSafetensors(bytes).tensors;
    bytes.fill(0);
    expect(a?.toArray()).toEqual([1, 2]);
  });
});

describe('the layout is that of the format', () => {
  test('with numbers that begin at a multiple of 8', () => {
    const bytes = writeSafetensors({ a: tensor([[1, -2]]) }, { metadata: { k: 'v' } });
    const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    const body = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
    expect([...bytes]).toEqual([...fileOf(header.padEnd(88), Uint8Array.from(body))]);
  });

  test("the bytes are those of the format's own library", () => {
    const file = fromBase64(fixture.ours);
    const { tensors, metadata } = readSafetensors(file);
    expect(Object.keys(tensors)).toHaveLength(5);
    const backwards = Object.fromEntries(Object.entries(tensors).reverse());
    expect(writeSafetensors(backwards, { metadata })).toEqual(file);
  });

  test('tensors may stand in another order than their entries, and names in UTF-8', () => {
    const second = { dtype: 'I32', shape: [1], data_offsets: [4, 8] };
    const first = { dtype: 'F32', shape: [], data_offsets: [0, 4] };
    const bytes = fileOf({ ñ: second, '%C3': first }, Uint8Array.of(0, 0, 0x80, 0x3f, 5, 0, 0, 0));
    const { tensors, metadata } = readSafetensors(bytes);
    expect(tensors.ñ?.toArray()).toEqual([5]);
    expect(tensors['%C3']?.item()).toBe(1);
    expect(metadata).toEqual({});
  });
});

describe("files of the format's own library", () => {
  test('hold numbers of every kind, each of which is read exactly', () => {
    const { tensors, metadata } = readSafetensors(fromBase64(fixture.everyKind.file));
    expect(metadata).toEqual({ note: 'a "line"\nbreak, 100% é' });
    const expected = Object.entries(fixture.everyKind.tensors);
    expect(Object.keys(tensors).sort()).toEqual(expected.map(([name]) => name).sort());
    for (const [name, contents] of expected) expectContents(tensors[name], contents);
    const dtypes = Object.fromEntries(Object.entries(tensors).map(([name, { dtype }]) => [name, dtype]));
    expect(dtypes).toEqual({
      précis: 'float32',
      '日本.weight': 'float64',
      float16: 'float32',
      bfloat16: 'float32',
      int64: 'int32',
      int32: 'int32',
      int16: 'int32',
      int8: 'int32',
      uint8: 'int32',
      bool: 'int32',
      '0': 'float32',
      empty: 'float32',
    });
  });

  test.each(['F16', 'BF16'] as const)('all 65,536 numbers of %s are those of PyTorch', (dtype) => {
    const bits = Uint16Array.from({ length: 1 << 16 }, (_, i) => i);
    const entry = { dtype, shape: [1 << 16], data_offsets: [0, 1 << 17] };
    const numbers = readSafetensors(fileOf({ all: entry }, new Uint8Array(bits.buffer))).tensors.all?.data;
    // Of a NaN the bits may differ.
    const words = Array.from(new Uint32Array(numbers?.buffer ?? new ArrayBuffer(0)), (word, i) => {
      return Number.isNaN(numbers?.[i]) ? 0x7fc00000 : word;
    });
    expect(createHash('sha256').update(Uint32Array.from(words)).digest('hex')).toBe(fixture.everyHalf[dtype]);
  });

  test('what is found in a damaged one is what the library finds', async () => {
    const plain = fromBase64(fixture.plain);
    const count = { found: 0, refused: 0, stricter: [] as string[] };
    for (const damaged of fixture.damaged) {
      const [, , expected] = damaged;
      const result = await attempt(() => readSafetensors(damagedCopy(plain, damaged)).tensors);
      if ('found' in result) {
        count.found += 1;
        expect(digest(result.found)).toBe(expected);
      } else if (expected === null) count.refused += 1;
      else count.stricter.push(result.refusal);
    }
    expect(count).toEqual({ found: 16, refused: 384, stricter: [] });
  });
});

describe('damage never does worse than an error of ours', () => {
  const { a, b } = { a: tensor([[1, 2, 3]]), b: tensor([4, 5], { dtype: 'float64' }) };
  const whole = writeSafetensors({ a, b, 'c.d': tensor(6) }, { metadata: { note: 'é' } });

  /** Nothing that is read can be more than the file. */
  async function tryFile(file: Uint8Array): Promise<boolean> {
    const result = await attempt(() => readSafetensors(file));
    if ('refusal' in result) {
      expect(result.refusal).toMatch(/^ValueError: readSafetensors: /);
      return false;
    }
    const tensors: Tensor[] = Object.values(result.found.tensors);
    expect(tensors.reduce((total, { data }) => total + data.byteLength, 8)).toBeLessThanOrEqual(file.length * 4);
    return true;
  }

  test('of whatever kind', async () => {
    const rng = new Rng(1);
    let found = 0;
    for (let i = 0; i < 5000; i++) if (await tryFile(damage(whole, rng))) found += 1;
    expect(found).toBeGreaterThan(100); // damage in the numbers
    expect(found).toBeLessThan(4000);
  });

  test('in headers put together at random', async () => {
    const rng = new Rng(2);
    const choose = <T>(...values: readonly T[]): T => values[rng.integer(values.length)] as T;
    const size = (): unknown => choose<unknown>(0, 1, 2, 2, 8, -1, 2 ** 31, 2 ** 53, 1e300, 0.5, '2', null, [2]);
    let found = 0;
    for (let i = 0; i < 5000; i++) {
      const entry = (): unknown => ({
        dtype: choose<unknown>('F32', 'F32', 'F32', 'F32', 'F64', 'I32', 'BOOL', 'F8_E4M3', 'toString', 3),
        shape: choose<unknown>([2], [2], [], [1, 2], Array.from({ length: rng.integer(4) }, size)),
        data_offsets: choose([0, 8], [0, 8], [0, 4], [4, 8], [0, 0], [8, 0], [0, 2 ** 40], [0], [size(), size()]),
      });
      const header = {
        __metadata__: choose<unknown>({}, { a: 'b' }, { a: 1 }, []),
        a: entry(),
        b: choose(entry(), null, 1),
      };
      if (rng.integer(3) > 0) Reflect.deleteProperty(header, 'b');
      if (rng.integer(3) > 0) Reflect.deleteProperty(header, '__metadata__');
      if (await tryFile(fileOf(header, new Uint8Array(choose(0, 4, 8, 8, 16))))) found += 1;
    }
    expect(found).toBeGreaterThan(50);
  });
});

test('lengths that are lies take no memory', () => {
  const before = process.memoryUsage().arrayBuffers;
  const lies = [
    fileOf({ a: { dtype: 'F32', shape: [2 ** 29], data_offsets: [0, 2 ** 31] } }),
    fileOf({ a: { dtype: 'BF16', shape: [2 ** 30], data_offsets: [0, 2 ** 31] } }, new Uint8Array(8)),
    fileOf({ a: { dtype: 'U8', shape: [2 ** 26, 2 ** 26], data_offsets: [0, 2 ** 52] } }),
    Uint8Array.of(0, 0xe1, 0xf5, 0x05, 0, 0, 0, 0, 0x7b), // a header of 100,000,000 bytes
    new Uint8Array(16).fill(0xff),
  ];
  for (const lie of lies) expect(() => readSafetensors(lie)).toThrow('readSafetensors: ');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
});

describe('what cannot be written is refused', () => {
  test('names and values', () => {
    expect(() => writeSafetensors({ __metadata__: ones([1]) })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: writeSafetensors: a tensor is named '__metadata__'; the format keeps this name for the metadata. Give it another name.]`,
    );
    const state = { rng: new Rng(1).state() };
    expect(() => writeSafetensors(state as never)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: writeSafetensors: 'rng' is no tensor; the file holds tensors, and strings as metadata. Use writeStateDict for what stateDict() returned.]`,
    );
    expect(() => writeSafetensors({}, { metadata: { epoch: 3 as never } })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: writeSafetensors: metadata.epoch is of type number; metadata are strings. Pass JSON.stringify of it.]`,
    );
    expect(() => writeSafetensors({}, { meta: {} } as never)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: writeSafetensors: unknown option 'meta'; the options are metadata. Correct the name, or leave it out.]`,
    );
  });
});

describe('what is refused says where', () => {
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const whole = fileOf({ a: entry, b: { ...entry, data_offsets: [8, 16] } }, new Uint8Array(16));
  const refusal = (bytes: unknown): string => {
    try {
      readSafetensors(bytes as Uint8Array);
    } catch (error) {
      return String(error);
    }
    return 'nothing was wrong';
  };

  test('what is no bytes', () => {
    expect(refusal(whole.buffer)).toMatchInlineSnapshot(
      `"DataTypeError: readSafetensors: the bytes are an ArrayBuffer; bytes come in a Uint8Array. Pass new Uint8Array(buffer)."`,
    );
    expect(refusal('model.safetensors')).toMatchInlineSnapshot(
      `"DataTypeError: readSafetensors: the bytes are of type string; bytes come in a Uint8Array. Pass the whole file, as readFile reads it."`,
    );
    expect(refusal(null)).toContain('the bytes are of type null');
  });

  test('files that are cut off', () => {
    expect(refusal(new Uint8Array())).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: there are only 0 bytes; the first 8 say how long the header is. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, 7))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: there are only 7 bytes; the first 8 say how long the header is. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, 20))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the bytes end at 20, in the header; it goes from 8 to 116. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, -1))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the bytes end at 131, in 'b'; it goes from 124 to 132. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, -9))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the bytes end at 123, in 'a'; it goes from 116 to 124. Check that the file is the right one, and whole."`,
    );
    for (let length = 0; length < whole.length; length++) {
      expect(refusal(whole.subarray(0, length))).toMatch(/^ValueError: readSafetensors: /);
    }
    expect(refusal(whole)).toBe('nothing was wrong');
  });

  test('other files', () => {
    expect(refusal(Buffer.from('The cat sat on the mat.'))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: this is no safetensors file; its first 8 bytes would be the length of a header, and a header is no longer than 100000000. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf('{"a":'))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the header, from 8 to 13, is no JSON object. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf('[1]'))).toContain('the header, from 8 to 11, is no JSON object');
    expect(refusal(fileOf(`\ufeff{}`))).toContain('the header, from 8 to 13, is no JSON object');
    expect(refusal(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0xc3, 0x28]))).toContain('is no JSON object');
  });

  test('headers that contradict themselves', () => {
    const body = new Uint8Array(8);
    expect(refusal(fileOf({ __metadata__: { n: 1 } }))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: __metadata__ in the header is no object of strings. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf({ a: { ...entry, shape: [-2] } }, body))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the header's entry for 'a' is none; it has a dtype, a shape and data_offsets. Check that the file is the right one, and whole."`,
    );
    for (const broken of [null, 3, {}, { ...entry, data_offsets: [0] }, { ...entry, shape: ['2'] }]) {
      expect(refusal(fileOf({ a: broken }, body))).toContain("entry for 'a'");
    }
    const json = JSON.stringify(entry);
    expect(refusal(fileOf(`{"a":${json},"\\u0061":${json}}`, body))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the header gives 'a' twice; it would be left to chance which of them counts. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf(`{"a":{"dtype":"I32",${json.slice(1)}}`, body))).toContain("gives 'dtype' twice");
    expect(refusal(fileOf(`{"a":${json},"b\\":{":${json.replace('0,8', '8,16')}}`, new Uint8Array(16)))).toBe(
      'nothing was wrong',
    );
  });

  test('tensors that are not where they say', () => {
    const body = new Uint8Array(8);
    expect(refusal(fileOf({ a: { ...entry, shape: [3] } }, body))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the header says that 'a' goes from 62 to 70; as F32 [3] behind the others it goes from 62 to 74. Check that the file is the right one, and whole."`,
    );
    const overlapping = { a: entry, b: { ...entry, data_offsets: [4, 12] } };
    expect(refusal(fileOf(overlapping, new Uint8Array(12)))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the header says that 'b' goes from 120 to 128; as F32 [2] behind the others it goes from 124 to 132. Check that the file is the right one, and whole."`,
    );
    const gapped = { a: entry, b: { ...entry, data_offsets: [12, 20] } };
    expect(refusal(fileOf(gapped, new Uint8Array(20)))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the header says that 'b' goes from 129 to 137; as F32 [2] behind the others it goes from 125 to 133. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf({ a: entry }, new Uint8Array(9)))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: the bytes go on to 71; the last tensor ends at 70. Check that the file is the right one, and whole."`,
    );
    const endless = { ...entry, shape: new Array(40).fill(2 ** 40), data_offsets: [0, 0] };
    expect(refusal(fileOf({ a: endless }))).toMatch(/behind the others it goes from \d+ to Infinity\./);
  });

  test('numbers that have no place here', () => {
    expect(refusal(fileOf({ a: { ...entry, dtype: 'F8_E4M3' } }, new Uint8Array(8)))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: 'a' is of the type F8_E4M3; F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL can be read. Convert it in Python, as with t.float()."`,
    );
    const large = new BigInt64Array([1n, -(2n ** 31n) - 1n]);
    const ids = { dtype: 'I64', shape: [2], data_offsets: [0, 16] };
    expect(refusal(fileOf({ ids }, new Uint8Array(large.buffer)))).toMatchInlineSnapshot(
      `"ValueError: readSafetensors: 'ids' holds -2147483649, at 73; whole numbers are read as int32, from −2147483648 to 2147483647. Make it smaller, or a float64, in Python."`,
    );
  });
});
