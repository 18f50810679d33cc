import '@unroll/kernels/reference'; // for float64
import { readFileSync } from 'node:fs';
import { ones, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

/** A file put together by hand, as the format's page says. */
function fileOf(header: unknown, body: Uint8Array = new Uint8Array()): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, body]);
}

describe('round trips', () => {
  test('every dtype, no numbers at all, and any name and string', () => {
    const tensors = {
      weight: tensor([
        [1.5, -0, Number.POSITIVE_INFINITY],
        [0.1, 3e-45, Number.NaN],
      ]),
      précis: tensor([1 / 3], { dtype: 'float64' }),
      '日本 "%41" 😀': tensor([-1, 2 ** 31 - 1], { dtype: 'int32' }),
      scalar: tensor(7),
      empty: zeros([0, 3]),
      constructor: ones([2]),
    };
    const metadata = { note: 'line\nbreak \u007f é 100% \ud800', empty: '' };
    const decoded = decodeSafetensors(encodeSafetensors({ tensors, metadata }));
    expect(decoded.metadata).toEqual(metadata);
    expect(Object.keys(decoded.tensors)).toEqual(Object.keys(tensors));
    for (const [name, t] of Object.entries(tensors)) {
      const back = decoded.tensors[name];
      expect(back?.shape).toEqual(t.shape);
      expect(back?.dtype).toBe(t.dtype);
      expect(back?.data).toEqual(t.data);
    }
  });

  test('nothing at all', () => {
    const nothing = { tensors: {}, metadata: {} };
    expect(decodeSafetensors(encodeSafetensors(nothing))).toEqual(nothing);
  });

  test('bytes at an odd address of a larger buffer', () => {
    const bytes = encodeSafetensors({ tensors: { a: tensor([1, 2]) }, metadata: {} });
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 3);
    expect(decodeSafetensors(larger.subarray(3, -2)).tensors.a?.toArray()).toEqual([1, 2]);
  });
});

test('the layout is that of the format, and the numbers begin at a multiple of 8', () => {
  const bytes = encodeSafetensors({ tensors: { a: tensor([[1, -2]]) }, metadata: { k: 'v' } });
  const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
  const body = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
  expect([...bytes]).toEqual([...fileOf(header.padEnd(88), Uint8Array.from(body))]);
});

test('tensors may stand in another order than their entries, and names in UTF-8', () => {
  const second = { dtype: 'I32', shape: [1], data_offsets: [4, 8] };
  const first = { dtype: 'F32', shape: [], data_offsets: [0, 4] };
  const bytes = fileOf({ ñ: second, '%C3': first }, Uint8Array.of(0, 0, 0x80, 0x3f, 5, 0, 0, 0));
  const { tensors, metadata } = decodeSafetensors(bytes);
  expect(tensors.ñ?.toArray()).toEqual([5]);
  expect(tensors['%C3']?.item()).toBe(1);
  expect(metadata).toEqual({});
});

test("a file of the format's own library is read", () => {
  // `fixtures/huggingface.py` made it.
  const { tensors, metadata } = decodeSafetensors(
    readFileSync(new URL('../fixtures/huggingface.safetensors', import.meta.url)),
  );
  expect(metadata).toEqual({ note: 'a "line"\nbreak, 100% é', format: 'np' });
  expect(Object.keys(tensors).sort()).toEqual(['empty', 'ids', 'précis', 'scalar', '日本.weight']);
  expect(tensors.précis?.data).toEqual(Float32Array.of(1.5, -2.25, 0.1, 3e-45));
  expect(tensors.précis?.shape).toEqual([2, 2]);
  expect(tensors['日本.weight']?.data).toEqual(Float64Array.of(1 / 3, -1e300, 0));
  expect(tensors.ids?.data).toEqual(Int32Array.of(-1, 2 ** 31 - 1));
  expect(tensors.scalar?.toArray()).toBe(7);
  expect(tensors.empty?.shape).toEqual([0, 3]);
});

test('a tensor cannot have the name of the metadata', () => {
  const tensors = { __metadata__: ones([1]) };
  expect(() => encodeSafetensors({ tensors, metadata: {} })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: encodeSafetensors: a tensor is named '__metadata__'; the format keeps this name for the metadata. Give it another name.]`,
  );
});

describe('what is refused says where', () => {
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const whole = fileOf({ a: entry, b: { ...entry, data_offsets: [8, 16] } }, new Uint8Array(16));
  const refusal = (bytes: Uint8Array): string => {
    try {
      decodeSafetensors(bytes);
    } catch (error) {
      return String(error);
    }
    return 'nothing was wrong';
  };

  test('files that are cut off', () => {
    expect(refusal(new Uint8Array())).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: there are only 0 bytes; the first 8 say how long the header is. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, 7))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: there are only 7 bytes; the first 8 say how long the header is. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, 20))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: the bytes end at 20, in the header; it goes from 8 to 116. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, -1))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: the bytes end at 131, in 'b'; it goes from 124 to 132. Check that the file is the right one, and whole."`,
    );
    expect(refusal(whole.subarray(0, -9))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: the bytes end at 123, in 'a'; it goes from 116 to 124. Check that the file is the right one, and whole."`,
    );
    for (let length = 0; length < whole.length; length++) {
      expect(refusal(whole.subarray(0, length))).toMatch(/^ValueError: decodeSafetensors: /);
    }
    expect(refusal(whole)).toBe('nothing was wrong');
  });

  test('other files', () => {
    expect(refusal(Buffer.from('The cat sat on the mat.'))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: this is no safetensors file; its first 8 bytes would be the length of a header, and a header is no longer than 100000000. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf('{"a":'))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: the header, from 8 to 13, is no JSON object. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf('[1]'))).toContain('the header, from 8 to 11, is no JSON object');
    expect(refusal(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0xc3, 0x28]))).toContain('is no JSON object');
  });

  test('headers that contradict themselves', () => {
    const body = new Uint8Array(8);
    expect(refusal(fileOf({ __metadata__: { n: 1 } }))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: __metadata__ in the header is no object of strings. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf({ a: { ...entry, shape: [-2] } }, body))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: the header's entry for 'a' is none; an entry has a dtype, a shape and data_offsets. Check that the file is the right one, and whole."`,
    );
    for (const broken of [null, 3, {}, { ...entry, data_offsets: [0] }, { ...entry, shape: ['2'] }]) {
      expect(refusal(fileOf({ a: broken }, body))).toContain("entry for 'a'");
    }
    expect(refusal(fileOf({ a: { ...entry, shape: [3] } }, body))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: the header says that 'a' goes from 62 to 70; as F32 [3] behind the others it goes from 62 to 74. Check that the file is the right one, and whole."`,
    );
    const overlapping = { a: entry, b: { ...entry, data_offsets: [4, 12] } };
    expect(refusal(fileOf(overlapping, new Uint8Array(12)))).toContain("'b' goes from");
    expect(refusal(fileOf({ a: entry }, new Uint8Array(9)))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: the bytes go on to 71; the last tensor ends at 70. Check that the file is the right one, and whole."`,
    );
    expect(refusal(fileOf({ a: { ...entry, dtype: 'BF16' } }, body))).toMatchInlineSnapshot(
      `"ValueError: decodeSafetensors: 'a' is of the type BF16; F32, F64, I32 can be read. Check that the file is the right one, and whole."`,
    );
  });
});
