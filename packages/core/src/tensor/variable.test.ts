/** Numbers that can be written. */
import { views } from '@unroll/kernels';
import '@unroll/kernels/reference';
import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { clone, mul, Parameter, slice, sum, Tape, tensor, transpose, Variable, zeros, zerosLike } from '../index.js';

describe('a variable', () => {
  test('takes a copy of its values', () => {
    const numbers = Float32Array.of(1, 2);
    const v = new Variable(ndarray(numbers));
    numbers[0] = 9;
    expect(v.toArray()).toEqual([1, 2]);
    expect(new Variable(3).item()).toBe(3);
    expect(
      new Variable(
        transpose(
          tensor([
            [1, 2],
            [3, 4],
          ]),
        ),
      ).toArray(),
    ).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  test('has an address, where its numbers stay', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const v = new Variable(tensor([1, 2], { dtype }));
      const { address } = v;
      const at = address / (dtype === 'float32' ? 4 : 8);
      v.assign(tensor([3, 4], { dtype }));
      expect([...views[dtype].subarray(at, at + 2)]).toEqual([3, 4]);
      views[dtype][at] = 5;
      expect(v.toArray()).toEqual([5, 4]);
      expect(v.address).toBe(address);
    }
  });

  test('is assigned tensors, ndarrays and numbers, each write counted', () => {
    const v = new Variable(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    v.assign(
      transpose(
        tensor([
          [5, 6],
          [7, 8],
        ]),
      ),
    );
    expect([v.toArray(), v.version]).toEqual([
      [
        [5, 7],
        [6, 8],
      ],
      1,
    ]);
    v.assign(ndarray(Float32Array.of(1, 2, 3, 4), [2, 2]));
    expect([v.toArray(), v.version]).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      2,
    ]);
    const scalar = new Variable(tensor(1, { dtype: 'float64' }));
    scalar.assign(0.1);
    expect(scalar.item()).toBe(0.1);
  });

  test('may be assigned from a view of itself', () => {
    const v = new Variable(tensor([1, 2, 3, 4]));
    const copy = slice(v, 0, 0, 4).data;
    v.assign(mul(v, 2));
    expect([...v.data]).toEqual([2, 4, 6, 8]);
    expect([...copy]).toEqual([1, 2, 3, 4]);
  });

  test('holds zeros beside a parameter', () => {
    const w = new Parameter(tensor([[1, 2]], { dtype: 'float64' }));
    const zero = zerosLike(w);
    expect([zero.shape, zero.dtype, zero.toArray(), zero instanceof Parameter]).toEqual([
      [1, 2],
      'float64',
      [[0, 0]],
      false,
    ]);
  });

  test('may be int32', () => {
    const v = new Variable(tensor([1, 2], { dtype: 'int32' }));
    v.assign(tensor([3, -4], { dtype: 'int32' }));
    expect(v.toArray()).toEqual([3, -4]);
  });
});

describe('a parameter', () => {
  test('begins without a gradient, thawed and with a name for messages', () => {
    const w = new Parameter(zeros([2]));
    expect([w.grad, w.frozen, w.name, w.version]).toEqual([null, false, 'parameter', 0]);
  });

  test('can be given a gradient, which stays the same tensor', () => {
    const w = new Parameter(tensor([1, 2]));
    w.grad = tensor([3, 4]);
    const first = w.grad;
    expect(w.grad.toArray()).toEqual([3, 4]);
    w.grad = ndarray(Float32Array.of(5, 6));
    expect(w.grad).toBe(first);
    expect(w.grad?.toArray()).toEqual([5, 6]);
    expect(w.version).toBe(0);
    w.grad = null;
    expect(w.grad).toBeNull();
  });

  test('forgets its gradient with zeroGrad, and then begins anew', () => {
    const w = new Parameter(tensor([1, 2]));
    const tape = new Tape();
    const loss = tape.record(() => sum(mul(w, w)));
    tape.backward(loss);
    tape.backward(loss);
    expect(w.grad?.toArray()).toEqual([4, 8]);
    w.zeroGrad();
    expect(w.grad).toBeNull();
    tape.backward(loss);
    expect(w.grad?.toArray()).toEqual([2, 4]);
  });

  test('and its gradient stay as they were in a clone', () => {
    const w = new Parameter(tensor([1, 2]));
    const tape = new Tape();
    const loss = tape.record(() => sum(mul(w, w)));
    tape.backward(loss);
    const before = [clone(w), clone(w.grad ?? 0), clone(slice(w, 0, 1))];
    const ids = new Variable(tensor([3], { dtype: 'int32' }));
    const same = clone(ids);
    tape.backward(loss);
    w.assign(zeros([2]));
    ids.assign(tensor([4], { dtype: 'int32' }));
    expect(before.map((t) => t.toArray())).toEqual([[1, 2], [2, 4], [2]]);
    expect([same.toArray(), same.dtype]).toEqual([[3], 'int32']);
  });

  test('frozen gets none', () => {
    const [w, frozen] = [new Parameter(tensor(2)), new Parameter(tensor(3))];
    frozen.frozen = true;
    const tape = new Tape();
    tape.backward(tape.record(() => mul(w, frozen)));
    expect([w.grad?.item(), frozen.grad]).toEqual([3, null]);
    frozen.frozen = false;
    tape.backward(tape.record(() => mul(w, frozen)));
    expect(frozen.grad?.item()).toBe(2);
  });

  test('keeps parameters apart', () => {
    const all = Array.from({ length: 50 }, (_, i) => new Parameter(tensor([i, i, i])));
    for (const [i, w] of all.entries()) if (i % 2 === 0) w.assign(tensor([-i, -i, -i]));
    for (const [i, w] of all.entries()) expect(w.toArray()).toEqual(new Array(3).fill(i % 2 === 0 ? -i : i));
  });
});
