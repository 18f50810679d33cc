/** Reading tensors. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  arange,
  expandDims,
  flip,
  matmul,
  mul,
  pick,
  reshape,
  slice,
  sum,
  Tape,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from '../index.js';

const t = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('snapshots', () => {
  test.each<[string, () => Tensor]>([
    [
      'on the heap',
      () =>
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
    ],
    ['kept by a tape', () => new Tape().record(() => mul(t, 1))],
  ])('of a tensor %s change nothing', (_, make) => {
    const x = make();
    x.data.fill(9);
    x.value.set(0, 0, 9);
    (x.toArray() as number[][])[0]?.fill(9);
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test('of kernel memory are on an ordinary buffer and stay as they are', () => {
    const tape = new Tape();
    let inner = t;
    tape.record(() => {
      inner = mul(t, 2);
      return null;
    });
    const { data, value } = inner;
    tape.record(() => mul(zeros([100]), 3));
    expect([...data]).toEqual([2, 4, 6, 8, 10, 12]);
    expect(value.get(1, 2)).toBe(12);
    expect(Object.prototype.toString.call(data.buffer)).toBe('[object ArrayBuffer]');
  });

  test('of views are in row-major order', () => {
    expect([...transpose(t).data]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...transpose(t).value.shape]).toEqual([3, 2]);
    expect(flip(t, 1).toArray()).toEqual([
      [3, 2, 1],
      [6, 5, 4],
    ]);
    expect([...pick(t, 1, 1).data]).toEqual([2, 5]);
  });
});

describe('item', () => {
  test('reads the only number, whatever the shape and the place', () => {
    expect(tensor([[5]]).item()).toBe(5);
    expect(pick(pick(t, 0, 1), 0, 2).item()).toBe(6);
    expect(slice(slice(flip(t), 0, 0, 1), 1, 1, 2).item()).toBe(5);
    expect(new Tape().record(() => pick(pick(flip(mul(t, 10)), 0, 0), 0, 1)).item()).toBe(50);
  });
});

describe('views of the heap', () => {
  test('share its numbers: cutting up a large dataset costs nothing', () => {
    const all = zeros([10_000_000]);
    const views = [
      slice(all, 0, 5, 9_000_000, 3),
      reshape(all, [10_000, 1000]),
      pick(reshape(all, [10_000, 1000]), 0, 7),
      transpose(reshape(all, [10_000, 1000])),
      flip(all),
      expandDims(all, 0),
    ];
    expect(views.map((view) => view.host?.data === all.host?.data)).toEqual(views.map(() => true));
  });

  test('are read by operations', () => {
    const x = arange(12);
    const part = transpose(slice(reshape(x, [3, 4]), 1, 1, 4, 2)); // [[1, 5, 9], [3, 7, 11]]
    expect(part.toArray()).toEqual([
      [1, 5, 9],
      [3, 7, 11],
    ]);
    expect(sum(part, 1).toArray()).toEqual([15, 21]);
    expect(matmul(part, tensor([[1], [0], [0]])).toArray()).toEqual([[1], [3]]);
    expect(part.toArray()).toEqual([
      [1, 5, 9],
      [3, 7, 11],
    ]);
  });
});

describe('toString', () => {
  test('of scalars and vectors', () => {
    expect(String(tensor(3))).toMatchInlineSnapshot(`"Tensor(float32 []) 3."`);
    expect(String(tensor(-0.25))).toMatchInlineSnapshot(`"Tensor(float32 []) -0.2500"`);
    expect(String(tensor([1, -2.5, 1e-7, 123456789]))).toMatchInlineSnapshot(`
      "Tensor(float32 [4])
      [      1.  -2.5000 1.000e-7 1.235e+8]"
    `);
    expect(
      String(
        tensor(
          [
            [1, 2],
            [3, 40],
          ],
          { dtype: 'int32' },
        ),
      ),
    ).toMatchInlineSnapshot(`
      "Tensor(int32 [2, 2])
      [[ 1  2]
       [ 3 40]]"
    `);
  });

  test('of what is no ordinary number', () => {
    expect(String(tensor([Number.NaN, Infinity, -Infinity, 0, -0]))).toMatchInlineSnapshot(`
      "Tensor(float32 [5])
      [      NaN  Infinity -Infinity        0.        0.]"
    `);
  });

  test('abbreviates long axes', () => {
    expect(String(reshape(arange(1000), [10, 2, 50]))).toMatchInlineSnapshot(`
      "Tensor(float32 [10, 2, 50])
      [[[  0.   1.   2. …  47.  48.  49.]
        [ 50.  51.  52. …  97.  98.  99.]]
       [[100. 101. 102. … 147. 148. 149.]
        [150. 151. 152. … 197. 198. 199.]]
       [[200. 201. 202. … 247. 248. 249.]
        [250. 251. 252. … 297. 298. 299.]]
       …
       [[700. 701. 702. … 747. 748. 749.]
        [750. 751. 752. … 797. 798. 799.]]
       [[800. 801. 802. … 847. 848. 849.]
        [850. 851. 852. … 897. 898. 899.]]
       [[900. 901. 902. … 947. 948. 949.]
        [950. 951. 952. … 997. 998. 999.]]]"
    `);
    expect(String(arange(7))).toMatchInlineSnapshot(`
      "Tensor(float32 [7])
      [0. 1. 2. 3. 4. 5. 6.]"
    `);
    expect(String(arange(8))).toMatchInlineSnapshot(`
      "Tensor(float32 [8])
      [0. 1. 2. … 5. 6. 7.]"
    `);
  });

  test('of nothing', () => {
    expect(String(zeros([2, 0]))).toMatchInlineSnapshot(`"Tensor(float32 [2, 0]) []"`);
  });

  test('is what the console of Node shows', async () => {
    const { inspect } = await import('node:util');
    expect(inspect({ t })).toMatchInlineSnapshot(`
      "{
        t: Tensor(float32 [2, 3])
        [[1. 2. 3.]
         [4. 5. 6.]]
      }"
    `);
  });

  test('stays short', () => {
    expect(String(zeros([3000, 3000])).length).toBeLessThan(400);
  });
});
