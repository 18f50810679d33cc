/** Making tensors. */
import '@unroll/kernels/reference';
import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { add, arange, fromNdarray, full, ones, Rng, randn, tensor, uniform, zeros } from '../index.js';

describe('tensor', () => {
  test('takes a number, nested arrays, and arrays of no entries', () => {
    expect([tensor(3).shape, tensor(3).toArray()]).toEqual([[], 3]);
    expect([
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).size,
    ]).toEqual([[2, 3], 6]);
    expect([tensor([[[7]]]).shape, tensor([[[7]]]).rank]).toEqual([[1, 1, 1], 3]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([[], []]).toArray()).toEqual([[], []]);
  });

  test('is float32 unless the numbers or an option say otherwise', () => {
    expect(tensor(0.1).item()).toBe(Math.fround(0.1));
    expect(tensor(0.1, { dtype: 'float64' }).item()).toBe(0.1);
    expect(tensor([1.9, -1.9], { dtype: 'int32' }).toArray()).toEqual([1, -1]);
    expect(tensor(new Float64Array([0.1])).dtype).toBe('float64');
    expect(tensor(new Int32Array([1])).dtype).toBe('int32');
    expect(tensor(new Float64Array([0.1]), { dtype: 'float32' }).item()).toBe(Math.fround(0.1));
  });

  test('copies typed arrays, in the shape that is named', () => {
    const numbers = Float32Array.of(1, 2, 3, 4, 5, 6);
    const t = tensor(numbers, { shape: [3, 2] });
    numbers[0] = 9;
    expect(t.toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(tensor(numbers.subarray(1, 3)).toArray()).toEqual([2, 3]);
  });

  test('copies the shape', () => {
    const shape = [2, 1];
    const [named, zero] = [tensor([1, 2], { shape }), zeros(shape)];
    shape[0] = 3;
    expect([named.shape, zero.shape]).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });
});

test('zeros, ones and full', () => {
  expect(zeros([2, 1]).toArray()).toEqual([[0], [0]]);
  expect(ones([2], { dtype: 'int32' }).toArray()).toEqual([1, 1]);
  expect(full([1, 2], -0.5, { dtype: 'float64' }).toArray()).toEqual([[-0.5, -0.5]]);
  expect(full([], 4).item()).toBe(4);
  expect(zeros([3, 0, 2]).size).toBe(0);
});

test('arange stops before the end', () => {
  expect(arange(4).toArray()).toEqual([0, 1, 2, 3]);
  expect(arange(2, 5).toArray()).toEqual([2, 3, 4]);
  expect(arange(1, 0, -0.25).toArray()).toEqual([1, 0.75, 0.5, 0.25]);
  expect(arange(0, 1, 0.3, { dtype: 'float64' }).size).toBe(4);
  expect(arange(3, 1).shape).toEqual([0]);
  expect(arange(3, undefined, 1, { dtype: 'int32' }).dtype).toBe('int32');
});

test('random tensors follow their generator, and every dtype draws the same', () => {
  const draw = (dtype: 'float32' | 'float64'): number[] => [...randn([2, 3], { dtype, rng: new Rng(3) }).data];
  expect(draw('float32')).toEqual(draw('float64').map(Math.fround));
  const drawn = uniform([1000], -2, 3, { rng: new Rng(3) }).data;
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...drawn)).toBeLessThan(3);
  expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(4.9);
  const rng = new Rng(3);
  expect(randn([4], { rng }).toArray()).not.toEqual(randn([4], { rng }).toArray());
});

describe('ndarrays', () => {
  const flat = Float32Array.from({ length: 24 }, (_, i) => i);

  test.each([
    ['whole', ndarray(flat, [2, 3, 4])],
    ['transposed', ndarray(flat, [2, 3, 4]).transpose(2, 0, 1)],
    ['with steps', ndarray(flat, [2, 3, 4]).step(1, -2, 3)],
    ['with an offset', ndarray(flat, [2, 3, 4]).lo(1, 1, 2).hi(1, 2, 2)],
    ['with an axis picked', ndarray(flat, [2, 3, 4]).pick(1, null, null)],
    ['repeated', ndarray(flat, [2, 3], [0, 1], 4)],
    ['empty', ndarray(flat, [2, 0])],
  ])('%s', (_, array) => {
    const t = fromNdarray(array);
    expect(t.shape).toEqual(array.shape);
    const expected: number[] = [];
    const visit = (index: number[]): void => {
      if (index.length === array.shape.length) expected.push(array.get(...index));
      else for (let i = 0; i < (array.shape[index.length] as number); i++) visit([...index, i]);
    };
    visit([]);
    expect([...t.data]).toEqual(expected);
  });

  test('are copied', () => {
    const array = ndarray(Float32Array.of(1, 2));
    const t = fromNdarray(array);
    array.set(0, 9);
    expect(t.toArray()).toEqual([1, 2]);
  });

  test('of other numbers need a dtype', () => {
    expect(fromNdarray(ndarray([1, 2.5]), { dtype: 'float32' }).toArray()).toEqual([1, 2.5]);
    expect(fromNdarray(ndarray(Uint8Array.of(3, 4, 5, 6), [2], [2], 1), { dtype: 'int32' }).toArray()).toEqual([4, 6]);
    expect(fromNdarray(ndarray(new Float64Array(2))).dtype).toBe('float64');
    expect(fromNdarray(ndarray(Float64Array.of(0.1)), { dtype: 'float32' }).item()).toBe(Math.fround(0.1));
  });

  test('are operands', () => {
    expect(add(ndarray(Float32Array.of(1, 2)), tensor([[1], [2]])).toArray()).toEqual([
      [2, 3],
      [3, 4],
    ]);
  });
});
