/** `fixtures/npy-files.py` made the files of NumPy. */
import '@unroll/kernels/reference'; // for float64
import { permute, Rng, tensor, zeros } from '@unroll/core';
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
import { readNpy, writeNpy } from './npy.js';

type SavedArray = Contents & { readonly file: string };

interface Fixture {
  readonly kinds: Readonly<Record<string, SavedArray>>;
  readonly shapes: Readonly<Record<string, SavedArray>>;
  readonly refused: Readonly<Record<string, string>>;
  readonly plain: string;
  readonly damaged: readonly Damaged[];
}
const fixture = readFixture('npy-files') as Fixture;

/** A file put together by hand, of version 1. */
function fileOf(header: string, body: ArrayLike<number> = new Uint8Array()): Uint8Array {
  const text = Buffer.from(header, 'latin1');
  return Uint8Array.from([
    ...Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    text.length & 255,
    text.length >> 8,
    ...text,
    ...Array.from(body),
  ]);
}

describe('files of NumPy', () => {
  test.each(Object.entries(fixture.kinds))('of the dtype %s', (kind, { file, ...contents }) => {
    const t = readNpy(fromBase64(file));
    expectContents(t, contents);
    expect(t.dtype).toBe(kind.endsWith('f8') ? 'float64' : kind.includes('f') ? 'float32' : 'int32');
  });

  test.each(Object.entries(fixture.shapes))('%s', (_, { file, ...contents }) => {
    expectContents(readNpy(fromBase64(file)), contents);
  });

  test('at an odd address of a larger buffer', () => {
    const { file = '', ...contents } = fixture.shapes['three axes'] ?? { shape: [], data: [] };
    const bytes = fromBase64(file);
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 3);
    expectContents(readNpy(larger.subarray(3, -2)), contents);
  });

  test('one number in either order', () => {
    for (const order of ['True', 'False']) {
      const file = fileOf(`{'descr': '<f4', 'fortran_order': ${order}, 'shape': ()}`, [0, 0, 0x20, 0x41]);
      expect(readNpy(file).toArray()).toBe(10);
    }
  });

  test('what is found in a damaged one is what NumPy finds', async () => {
    const plain = fromBase64(fixture.plain);
    const count = { found: 0, refused: 0, stricter: new Set<string>() };
    for (const damaged of fixture.damaged) {
      const [, , expected] = damaged;
      const result = await attempt(() => readNpy(damagedCopy(plain, damaged)));
      if ('found' in result) {
        count.found += 1;
        expect(digest({ '': result.found })).toBe(expected);
      } else if (expected === null) count.refused += 1;
      else count.stricter.add(result.refusal.replaceAll(/\d+/g, 'N'));
    }
    expect(count).toMatchInlineSnapshot(`
      {
        "found": 13,
        "refused": 382,
        "stricter": Set {
          "ValueError: readNpy: the bytes end at N; the array goes from N to N. Check that the file is the right one, and whole.",
        },
      }
    `);
  });
});

describe('what is written', () => {
  test('comes back bit for bit, in any layout', () => {
    const t = tensor([
      [1.5, -0, Number.POSITIVE_INFINITY],
      [0.1, 3e-45, Number.NaN],
    ]);
    const tensors = [
      t,
      permute(t, [1, 0]),
      tensor(7),
      zeros([0, 3]),
      tensor([1 / 3], { dtype: 'float64' }),
      tensor([-5], { dtype: 'int32' }),
    ];
    for (const each of tensors) {
      const back = readNpy(writeNpy(each));
      expect(back.data).toEqual(each.data);
      expect(back.shape).toEqual(each.shape);
      expect(back.dtype).toBe(each.dtype);
    }
  });

  test.each(['scalar', 'one axis', 'three axes', 'empty'])('is the same bytes as NumPy writes: %s', (name) => {
    const bytes = fromBase64(fixture.shapes[name]?.file ?? '');
    expect(writeNpy(readNpy(bytes))).toEqual(bytes);
  });

  test.each(['<f8', '<i4'])('is the same bytes as NumPy writes: %s', (kind) => {
    const bytes = fromBase64(fixture.kinds[kind]?.file ?? '');
    expect(writeNpy(readNpy(bytes))).toEqual(bytes);
  });
});

test('damage never does worse than an error of ours', async () => {
  const whole = [writeNpy(tensor([[1, 2, 3]])), fromBase64(fixture.shapes["Fortran's order"]?.file ?? '')];
  const rng = new Rng(1);
  let found = 0;
  for (let i = 0; i < 6000; i++) {
    const file = damage(whole[i % 2] ?? new Uint8Array(), rng);
    // Damage where most of it matters: the header proper takes half of what stands before the numbers.
    const header = file.length < 70 ? file : damage(file.subarray(0, 70), rng);
    const result = await attempt(() =>
      readNpy(i % 3 === 0 ? new Uint8Array([...header, ...file.subarray(header.length)]) : file),
    );
    if ('refusal' in result) expect(result.refusal).toMatch(/^ValueError: readNpy: /);
    else {
      found += 1;
      expect(result.found.data.byteLength).toBeLessThanOrEqual(file.length * 4);
    }
  }
  expect(found).toBeGreaterThan(500);
  expect(found).toBeLessThan(5000);
});

test('lengths that are lies take no memory', () => {
  const before = process.memoryUsage().arrayBuffers;
  const header = (sizes: string, kind = '>f4'): Uint8Array => {
    return fileOf(`{'descr': '${kind}', 'fortran_order': True, 'shape': (${sizes}), }`, [0, 0, 0, 0]);
  };
  const lies = [
    header('536870912,'),
    header('67108864, 67108864'),
    header('1073741824,', '|b1'),
    header('1099511627776, '.repeat(100)),
  ];
  for (const lie of lies) expect(() => readNpy(lie)).toThrow(/^readNpy: the bytes end at \d+; the array goes from/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
});

describe('what is refused says where', () => {
  const refusal = (bytes: unknown): string => {
    try {
      readNpy(bytes as Uint8Array);
    } catch (error) {
      return String(error);
    }
    return 'nothing was wrong';
  };
  const withHeader = (header: string): string => refusal(fileOf(header, new Uint8Array(8)));

  test('arrays of anything but numbers, and numbers that have no place here', () => {
    const refusals = Object.entries(fixture.refused).map(([name, file]) => [name, refusal(fromBase64(file))]);
    expect(Object.fromEntries(refusals)).toMatchInlineSnapshot(`
      {
        "complex numbers": "ValueError: readNpy: the array is of the dtype '<c8'; f8, f4, f2, i8, i4, i2, i1, u8, u4, u2, u1, b1 can be read, behind < or >. Convert it in Python, with a.astype(np.float32).",
        "dates": "ValueError: readNpy: the array is of the dtype '<M8[D]'; f8, f4, f2, i8, i4, i2, i1, u8, u4, u2, u1, b1 can be read, behind < or >. Convert it in Python, with a.astype(np.float32).",
        "int64 outside of int32": "ValueError: readNpy: the array holds 2147483648, at 136; whole numbers are read as int32, from −2147483648 to 2147483647. Make it smaller, or a float64, in Python.",
        "objects": "ValueError: readNpy: the array holds Python objects; they are pickled, and only Python can read them. Make it numbers in Python, as with np.stack(list(a)).",
        "records": "ValueError: readNpy: the header cannot be read at 20; descr is a list, which only arrays of records have. Save each of their fields alone, as a['name'].",
        "records with a name outside of ASCII": "ValueError: readNpy: the header cannot be read at 22; descr is a list, which only arrays of records have. Save each of their fields alone, as a['name'].",
        "text": "ValueError: readNpy: the array is of the dtype '<U2'; f8, f4, f2, i8, i4, i2, i1, u8, u4, u2, u1, b1 can be read, behind < or >. Convert it in Python, with a.astype(np.float32).",
        "uint64 outside of int32": "ValueError: readNpy: the array holds 18446744073709551615, at 128; whole numbers are read as int32, from −2147483648 to 2147483647. Make it smaller, or a float64, in Python.",
      }
    `);
  });

  test('files that are cut off, too long, or of another format', () => {
    const whole = writeNpy(tensor([1, 2]));
    expect(refusal('x.npy')).toMatchInlineSnapshot(
      `"DataTypeError: readNpy: the bytes are of type string; bytes come in a Uint8Array. Pass the whole file, as readFile reads it."`,
    );
    expect(refusal(new Uint8Array())).toMatchInlineSnapshot(
      `"ValueError: readNpy: this is no .npy file; it would begin with the bytes 93 4E 55 4D 50 59. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, 9))).toMatchInlineSnapshot(
      `"ValueError: readNpy: there are only 9 bytes; the first 10 say how long the header is. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, 30))).toMatchInlineSnapshot(
      `"ValueError: readNpy: the bytes end at 30, in the header; it goes from 10 to 128. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, -1))).toMatchInlineSnapshot(
      `"ValueError: readNpy: the bytes end at 135; the array goes from 128 to 136. Check that the file is the right one, and whole."`,
    );
    expect(refusal(Uint8Array.of(...whole, 0))).toMatchInlineSnapshot(
      `"ValueError: readNpy: the bytes end at 137; the array goes from 128 to 136. Check that the file is the right one, and whole."`,
    );
    for (let length = 0; length < whole.length; length++) {
      expect(refusal(whole.subarray(0, length))).toMatch(/^ValueError: readNpy: /);
    }
    expect(refusal(whole)).toBe('nothing was wrong');
    expect(refusal(Uint8Array.from(whole, (byte, i) => (i === 6 ? 4 : byte)))).toMatchInlineSnapshot(
      `"ValueError: readNpy: the file is of version 4.0; 1.0, 2.0 and 3.0 can be read. Check that the file is the right one, and whole."`,
    );
    const endless = Uint8Array.from(whole, (byte, i) => (i === 6 ? 2 : i > 7 && i < 12 ? 255 : byte));
    expect(refusal(endless)).toMatchInlineSnapshot(
      `"ValueError: readNpy: the header goes from 12 to 4294967307; it is no longer than 10000 bytes. Check that the file is the right one, and whole."`,
    );
  });

  test('headers that are no header', () => {
    const [descr, order, shape] = ["'descr': '<f4'", "'fortran_order': False", "'shape': (2,)"];
    expect(withHeader(`{${descr}, ${order}, ${shape}}`)).toBe('nothing was wrong');
    expect(withHeader(`  { "shape" : ( 2L , ) ,"descr":"<f4" , ${order} , } \n`)).toBe('nothing was wrong');
    expect(withHeader('[1, 2]')).toMatchInlineSnapshot(
      `"ValueError: readNpy: the header cannot be read at 10; a dictionary begins there, with {. Check that the file is the right one, and whole."`,
    );
    expect(withHeader('{}')).toMatchInlineSnapshot(
      `"ValueError: readNpy: the header says {}; it must have descr, a string, fortran_order, True or False, shape, a tuple, and no more. Check that the file is the right one, and whole."`,
    );
    expect(withHeader(`{${descr}, ${order}, ${shape}, 'more': True}`)).toMatchInlineSnapshot(
      `"ValueError: readNpy: the header says {"descr":"<f4","fortran_order":false,"shape":[2],"more":true}; it must have descr, a string, fortran_order, True or False, shape, a tuple, and no more. Check that the file is the right one, and whole."`,
    );
    expect(withHeader(`{'descr': True, ${order}, ${shape}}`)).toContain('the header says {"descr":true');
    expect(withHeader(`{${descr}, ${order}, ${shape}`)).toMatchInlineSnapshot(
      `"ValueError: readNpy: the header cannot be read at 64; a comma or } follows a value. Check that the file is the right one, and whole."`,
    );
    expect(withHeader(`{${descr}, ${order}, ${shape}} + x`)).toContain('the header cannot be read at 64');
    expect(withHeader(`{${descr} ${order}, ${shape}}`)).toMatchInlineSnapshot(
      `"ValueError: readNpy: the header cannot be read at 25; a comma or } follows a value. Check that the file is the right one, and whole."`,
    );
    expect(withHeader(`{${descr}, ${order}, ${shape}, ${shape}}`)).toContain('cannot be read at 75');
    expect(withHeader(`{${descr}, 'fortran_order': __import__('os'), ${shape}}`)).toMatchInlineSnapshot(
      `"ValueError: readNpy: the header cannot be read at 44; fortran_order is no string, no True or False, and no tuple of sizes. Check that the file is the right one, and whole."`,
    );
    for (const sizes of [
      '(2)',
      '(,)',
      '(-2,)',
      '(2.0,)',
      '(2,,)',
      '(2, x)',
      '(99999999999999999999,)',
      '2',
      '((2,),)',
    ]) {
      expect(withHeader(`{${descr}, ${order}, 'shape': ${sizes}}`)).toContain(
        'shape is no string, no True or False, and',
      );
    }
    for (const kind of ['f4', '=f4', '|f4', '<f16', '<toString', '']) {
      expect(withHeader(`{'descr': '${kind}', ${order}, ${shape}}`)).toContain(`the array is of the dtype '${kind}'`);
    }
  });
});
