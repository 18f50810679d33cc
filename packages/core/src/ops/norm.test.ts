/** Norms and variances at the ends of the range, where they have no derivative, and where they are refused. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import { add, cast, concat, grad, mul, norm, scratch, sum, type Tensor, tensor, variance, zeros } from '../index.js';
import { draw, laid } from '../laws.fixture.js';
import { gradcheck } from '../testing/gradcheck.js';

const double = (values: readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: 'float64' });

describe('norm', () => {
  test.each([
    ['float32', 1e30, 1e-30],
    ['float32', 2e38, 1e-44],
    ['float64', 1e300, 1e-300],
  ] as const)('neither overflows nor vanishes in %s: %d, %d', (dtype, large, small) => {
    for (const scale of [large, small]) {
      const x = mul(tensor([3, -4, 0], { dtype: 'float64' }), scale / 4);
      const length = norm(cast(x, dtype)).item();
      // A subnormal number is a few units of the smallest.
      const unit = dtype === 'float32' ? 2 ** -24 * length + 2 ** -148 : 2 ** -52 * length;
      expect(Math.abs(length - (5 / 4) * scale)).toBeLessThanOrEqual(4 * unit);
    }
  });

  test('has the same bits for a row, whatever stands beside it', () => {
    const x = cast(draw([4, 50], 1), 'float32');
    const alone = norm(x, 1).data;
    const odd = mul(cast(draw([2, 50], 2), 'float32'), tensor([[1e30], [0]]));
    expect([...norm(concat([x, odd]), 1).data.slice(0, 4)]).toEqual([...alone]);
    expect([...scratch(() => norm(laid(x, 'permuted'), 1)).data]).toEqual([...alone]);
  });

  test('of infinity, of NaN, of zeros, of nothing', () => {
    const rows = tensor([
      [1, -Infinity],
      [Number.NaN, 1],
      [0, -0],
    ]);
    expect(norm(rows, 1).toArray()).toEqual([Infinity, Number.NaN, 0]);
    expect(norm(zeros([2, 0]), 1).toArray()).toEqual([0, 0]);
    expect(norm(zeros([0])).item()).toBe(0);
    expect(norm(zeros([2, 0]), 1, { ord: 1 }).toArray()).toEqual([0, 0]);
  });

  test('of zeros has the gradient 0, to second order, also beside others', () => {
    const x = double([
      [0, 0],
      [3, 4],
    ]);
    const f = (t: Tensor): Tensor => sum(norm(t, 1));
    expect(grad(f)(x).toArray()).toEqual([
      [0, 0],
      [0.6, 0.8],
    ]);
    const curvature = grad((t: Tensor) => sum(grad(f)(t)))(x).data;
    expect([curvature[0], curvature[1]]).toEqual([0, 0]);
    // (I − xxᵀ/25)/5 times (1, 1).
    expect(curvature[2]).toBeCloseTo((1 - (9 + 12) / 25) / 5, 14);
    expect(curvature[3]).toBeCloseTo((1 - (12 + 16) / 25) / 5, 14);
  });

  test('has gradients of both orders', () => {
    for (const ord of [1, 2, Infinity]) {
      gradcheck((t) => norm(t, [0, 2], { ord }), [draw([2, 3, 4], 1)]);
      gradcheck((t) => norm(t, undefined, { ord, keepDims: true }), [draw([2, 3], 2)]);
    }
  });

  test('refuses other norms, axes and options', () => {
    expect(() => norm(zeros([2]), 0, { ord: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: norm: ord is 3; there are the norms 1, 2 and Infinity. Pass one of them, or compute it with pow and sum.]`,
    );
    expect(() => norm(zeros([2, 0]), 1, { ord: Infinity })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: norm: there is nothing along axis 1. x is [2, 0]; norm needs at least one entry. Leave empty tensors out.]`,
    );
    expect(() => norm(zeros([2]), 1)).toThrow('norm: there is no axis 1');
    expect(() => norm(zeros([2]), 0, { order: 1 } as object)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: norm: unknown option 'order'; the options are keepDims, ord. Correct the name, or leave it out.]`,
    );
    expect(() => norm(tensor([1], { dtype: 'int32' }))).toThrow('norm: x is int32');
  });
});

describe('variance', () => {
  test('divides by one less than there are, unless told', () => {
    const x = double([
      [1, 2, 6],
      [0, 4, 5],
    ]);
    expect(variance(x, 1).toArray()).toEqual([7, 7]);
    expect(variance(x, 1, { correction: 0, keepDims: true }).shape).toEqual([2, 1]);
    expect(variance(x, 0, { correction: 0 }).toArray()).toEqual([0.25, 1, 0.25]);
    expect(variance(x).item()).toBeCloseTo(28 / 5, 14);
  });

  test('loses no digits to what the numbers have in common', () => {
    // Multiples of 2⁻⁸, so that moving them does not round.
    const near = mul(cast(cast(mul(draw([1000], 1), 2 ** 8), 'int32'), 'float32'), 2 ** -8);
    const far = add(near, 4096);
    expect(variance(far).item() / variance(near).item()).toBeCloseTo(1, 5);
  });

  test('has gradients of both orders', () => {
    gradcheck((t) => variance(t, [0, 2]), [draw([2, 3, 4], 1)]);
    gradcheck((t) => variance(t, 1, { correction: 0, keepDims: true }), [draw([3, 2], 2)]);
    gradcheck((t) => variance(t, 1, { correction: 0 }), [draw([3, 1], 3)]);
  });

  test('refuses too few entries, and corrections that are none', () => {
    expect(() => variance(zeros([3, 1]), 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: variance: 1 entry is too few for a correction of 1. x is [3, 1]; the sum of squares is divided by the number of entries less the correction. Name axes with more entries, or lower the correction.]`,
    );
    expect(() => variance(zeros([3, 0]), 1, { correction: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: variance: 0 entries are too few for a correction of 0. x is [3, 0]; the sum of squares is divided by the number of entries less the correction. Name axes with more entries, or lower the correction.]`,
    );
    expect(() => variance(1)).toThrow('variance: 1 entry is too few for a correction of 1');
    expect(() => variance(zeros([3]), 0, { correction: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: variance: correction is -1; it is a number of at least 0. Pass 1 for a sample, or 0.]`,
    );
    expect(() => variance(zeros([3]), 0, { correction: Number.NaN })).toThrow('variance: correction is NaN');
    expect(() => variance(zeros([3]), 0, { ddof: 1 } as object)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: variance: unknown option 'ddof'; the options are keepDims, correction. Correct the name, or leave it out.]`,
    );
    expect(() => variance(zeros([3]), 1)).toThrow('variance: there is no axis 1');
    expect(() => variance(tensor([1, 2], { dtype: 'int32' }))).toThrow('variance: x is int32');
  });
});
