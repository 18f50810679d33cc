/** `fixtures/npy-files.py` made the archives of NumPy. */
import '@unroll/kernels/reference'; // for float64
import { deflateRawSync } from 'node:zlib';
import { Rng, tensor } from '@unroll/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { crc32 } from './crc-32.js';
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
import { writeNpy } from './npy.js';
import { readNpz } from './npz.js';

interface Fixture {
  readonly archives: {
    readonly arrays: Readonly<Record<string, Contents>>;
    readonly stored: string;
    readonly deflated: string;
  };
  readonly damagedArchives: readonly Damaged[];
}
const fixture = readFixture('npy-files') as Fixture;

describe('archives of NumPy', () => {
  test.each(['stored', 'deflated'] as const)('%s', async (kind) => {
    const arrays = await readNpz(fromBase64(fixture.archives[kind]));
    expect(Object.keys(arrays)).toEqual(Object.keys(fixture.archives.arrays));
    for (const [name, contents] of Object.entries(fixture.archives.arrays)) expectContents(arrays[name], contents);
  });

  test('at an odd address of a larger buffer, and of shared memory', async () => {
    const bytes = fromBase64(fixture.archives.deflated);
    for (const larger of [new Uint8Array(bytes.length + 5), new Uint8Array(new SharedArrayBuffer(bytes.length + 5))]) {
      larger.set(bytes, 3);
      expect(digest(await readNpz(larger.subarray(3, -2)))).toBe(digest(await readNpz(bytes)));
    }
  });

  test('what is found in a damaged one is what NumPy finds', async () => {
    const whole = fromBase64(fixture.archives.deflated);
    const count = { found: 0, refused: 0, stricter: new Set<string>() };
    for (const damaged of fixture.damagedArchives) {
      const [, , expected] = damaged;
      const result = await attempt(() => readNpz(damagedCopy(whole, damaged)));
      if ('found' in result) {
        count.found += 1;
        expect(digest(result.found)).toBe(expected);
      } else if (expected === null) count.refused += 1;
      else count.stricter.add(result.refusal.replaceAll(/\d+/g, 'N'));
    }
    expect(count).toMatchInlineSnapshot(`
      {
        "found": 35,
        "refused": 358,
        "stricter": Set {
          "ValueError: readNpz: 'ids.npy' inflates to N bytes; the directory says that they are N. Check that the file is the right one, and whole.",
          "ValueError: readNpz: there is no directory at the end of the N bytes; every zip archive has one. Check that the file is the right one, and whole.",
          "ValueError: readNpz: an entry of the directory goes from N to N; the directory ends at N. Check that the file is the right one, and whole.",
        },
      }
    `);
  });
});

/** What an archive says about a file, true unless it is told otherwise. */
interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
  readonly size?: number;
  readonly packedSize?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly begin?: number;
  readonly nameThere?: string;
}

/** An archive put together by hand, as the format's page says. */
function archiveOf(files: readonly File[], comment = ''): Uint8Array {
  const records: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const packed = Buffer.from(file.deflated === true ? deflateRawSync(file.bytes) : file.bytes);
    const numbers = Buffer.alloc(26);
    numbers.writeUInt16LE(20);
    numbers.writeUInt16LE(file.flags ?? 0, 2);
    numbers.writeUInt16LE(file.method ?? (file.deflated === true ? 8 : 0), 4);
    numbers.writeUInt32LE(file.crc ?? crc32(file.bytes), 10);
    numbers.writeUInt32LE(file.packedSize ?? packed.length, 14);
    numbers.writeUInt32LE(file.size ?? file.bytes.length, 18);
    numbers.writeUInt16LE(file.name.length, 22);
    const [begin, name, nameThere] = [
      Buffer.alloc(14),
      Buffer.from(file.name),
      Buffer.from(file.nameThere ?? file.name),
    ];
    begin.writeUInt32LE(file.begin ?? at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), numbers, begin, name);
    const record = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), numbers, nameThere, packed]);
    records.push(record);
    at += record.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return new Uint8Array(Buffer.concat([...records, ...directory, end, Buffer.from(comment)]));
}

const bytes = writeNpy(tensor([1, 2, 3]));
const a: File = { name: 'a.npy', bytes };

test('a comment, files without arrays, and no files at all', async () => {
  const { a: first } = await readNpz(archiveOf([a], 'PK\x05\x06 is how a directory ends'));
  expect(first?.toArray()).toEqual([1, 2, 3]);
  expect(await readNpz(archiveOf([]))).toEqual({});
});

test('damage never does worse than an error of ours', async () => {
  const whole = archiveOf([a, { name: 'b.npy', bytes, deflated: true }]);
  const rng = new Rng(1);
  let found = 0;
  for (let i = 0; i < 3000; i++) {
    // Every other time in the directory.
    const file = new Uint8Array([...whole.subarray(0, -130), ...damage(whole.subarray(-130), rng)]);
    const result = await attempt(() => readNpz(i % 2 === 0 ? file : damage(whole, rng)));
    if ('refusal' in result) expect(result.refusal).toMatch(/^ValueError: read(Npz|Npy \(in '.*'\)): /s);
    else {
      found += 1;
      for (const t of Object.values(result.found)) expect(t.toArray()).toEqual([1, 2, 3]);
    }
  }
  expect(found).toBeGreaterThan(50); // where nothing depends on what was changed
  expect(found).toBeLessThan(2500);
});

test('lengths that are lies take no memory', async () => {
  const endless: File = { name: 'a.npy', bytes: new Uint8Array(50_000_000), deflated: true };
  const lies = [
    archiveOf([{ ...a, deflated: true, size: 2 ** 31 }]),
    archiveOf([{ ...a, size: 2 ** 31, packedSize: 2 ** 31 }]),
    archiveOf([{ ...endless, size: 100, crc: 0 }]),
  ];
  const before = process.memoryUsage().arrayBuffers;
  for (const lie of lies) await expect(readNpz(lie)).rejects.toThrow("readNpz: 'a.npy' ");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22);
});

describe('what is refused says where', () => {
  afterEach(() => void vi.unstubAllGlobals());

  const refusal = async (file: unknown): Promise<string> => {
    const result = await attempt(() => readNpz(file as Uint8Array));
    return 'refusal' in result ? result.refusal : 'nothing was wrong';
  };

  test('files that are cut off, or of another format', async () => {
    const whole = archiveOf([a]);
    expect(await refusal(whole.buffer)).toMatchInlineSnapshot(
      `"DataTypeError: readNpz: the bytes are an ArrayBuffer; bytes come in a Uint8Array. Pass new Uint8Array(buffer)."`,
    );
    expect(await refusal(new Uint8Array())).toMatchInlineSnapshot(
      `"ValueError: readNpz: there is no directory at the end of the 0 bytes; every zip archive has one. Check that the file is the right one, and whole."`,
    );
    for (let length = 0; length < whole.length; length++) {
      expect(await refusal(whole.subarray(0, length))).toContain(
        'ValueError: readNpz: there is no directory at the end',
      );
    }
    expect(await refusal(whole.subarray(1))).toMatchInlineSnapshot(
      `"ValueError: readNpz: the directory goes from 175 to 226; its end is marked at 225. Check that the file is the right one, and whole."`,
    );
    expect(await refusal(whole)).toBe('nothing was wrong');
  });

  test('directories that contradict the archive', async () => {
    expect(await refusal(archiveOf([{ ...a, begin: 5 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' is not at 5; the directory says that it begins there. Check that the file is the right one, and whole."`,
    );
    expect(await refusal(archiveOf([{ ...a, begin: 4_000_000_000 }]))).toContain("'a.npy' is not at 4000000000");
    expect(await refusal(archiveOf([{ ...a, nameThere: 'b.npy' }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'b.npy' is at 0; the directory says that it is 'a.npy'. Check that the file is the right one, and whole."`,
    );
    expect(await refusal(archiveOf([{ ...a, packedSize: 1000, size: 1000 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' goes from 35 to 1035; the directory begins at 175. Check that the file is the right one, and whole."`,
    );
    expect(await refusal(archiveOf([{ ...a, size: 1000 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' has 1000 bytes, packed in 140 by the method 0; those of method 0, as they are, and of method 8, deflated, can be read. Check that the file is the right one, and whole."`,
    );
    expect(
      await refusal(
        archiveOf([
          { ...a, packedSize: 200, size: 200 },
          { ...a, name: 'b.npy' },
        ]),
      ),
    ).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'b.npy' begins at 175, inside of 'a.npy'; that ends at 235. Check that the file is the right one, and whole."`,
    );
    const short = archiveOf([a]);
    short[short.length - 12] = 2; // entries
    expect(await refusal(short)).toMatchInlineSnapshot(
      `"ValueError: readNpz: there is no entry of the directory at 226; it says that there is a further one. Check that the file is the right one, and whole."`,
    );
    short[short.length - 12] = 0;
    expect(await refusal(short)).toMatchInlineSnapshot(
      `"ValueError: readNpz: the directory's last entry ends at 175; the directory ends at 226. Check that the file is the right one, and whole."`,
    );
    const long = archiveOf([a]);
    long[long.length - 22 - 51 + 30] = 1; // of extra fields
    expect(await refusal(long)).toMatchInlineSnapshot(
      `"ValueError: readNpz: an entry of the directory goes from 175 to 227; the directory ends at 226. Check that the file is the right one, and whole."`,
    );
  });

  test('bytes that are not what they were', async () => {
    expect(await refusal(archiveOf([{ ...a, crc: 1 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: the bytes of 'a.npy' have the CRC-32 d140a677; they had 00000001 when they were written. Check that the file is the right one, and whole."`,
    );
    const deflated = { ...a, deflated: true };
    expect(await refusal(archiveOf([{ ...deflated, size: 10 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' inflates to more bytes; the directory says that they are 10. Check that the file is the right one, and whole."`,
    );
    expect(await refusal(archiveOf([{ ...deflated, size: 1000 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' inflates to 140 bytes; the directory says that they are 1000. Check that the file is the right one, and whole."`,
    );
    expect(await refusal(archiveOf([{ ...a, bytes: Uint8Array.of(0xff, 0xff), method: 8 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: the bytes of 'a.npy' cannot be inflated. Check that the file is the right one, and whole."`,
    );
    const broken = Uint8Array.from(bytes, (byte, i) => (i === 6 ? 9 : byte));
    expect(await refusal(archiveOf([{ ...a, bytes: broken }]))).toMatchInlineSnapshot(
      `"ValueError: readNpy (in 'a.npy'): the file is of version 9.0; 1.0, 2.0 and 3.0 can be read. Check that the file is the right one, and whole."`,
    );
  });

  test('what is not read', async () => {
    expect(await refusal(archiveOf([{ ...a, flags: 1 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' is encrypted. Save it without a password."`,
    );
    expect(await refusal(archiveOf([{ ...a, method: 12 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' has 140 bytes, packed in 140 by the method 12; those of method 0, as they are, and of method 8, deflated, can be read. Check that the file is the right one, and whole."`,
    );
    expect(await refusal(archiveOf([{ ...a, size: 2 ** 32 - 1 }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' is in the form of ZIP64; it is for archives over 4 GiB. Save fewer arrays in a file."`,
    );
    expect(await refusal(archiveOf([{ ...a, name: 'model.weights.h5' }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'model.weights.h5' in the archive is no array; an .npz file holds .npy files. Check that the file is the right one, and whole."`,
    );
    expect(await refusal(archiveOf([a, a]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a' is in the archive twice. Check that the file is the right one, and whole."`,
    );
    vi.stubGlobal('DecompressionStream', undefined);
    expect(await refusal(archiveOf([{ ...a, deflated: true }]))).toMatchInlineSnapshot(
      `"ValueError: readNpz: 'a.npy' is deflated; this runtime has no DecompressionStream. Save it with np.savez, which does not deflate."`,
    );
  });
});
