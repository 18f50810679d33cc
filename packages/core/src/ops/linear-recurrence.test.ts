/** Recurrences against plain loops, with every way of broadcasting, and the gradient of a product with zeros in it. */
import '@unroll/kernels/reference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  cast,
  cumprod,
  cumsum,
  grad,
  linearRecurrence,
  mul,
  scratch,
  sum,
  type Tensor,
  tensor,
  vjp,
  zeros,
} from '../index.js';
import { draw, entry, indices, laid, narrowed, order, RUNS, seed, shapeOf, size } from '../laws.fixture.js';
import { gradcheck } from '../testing/gradcheck.js';

const double = (values: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: 'float64' });
const broadcasts = fc.record({
  ones: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  missing: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
});

describe('linearRecurrence', () => {
  test('is its loop, whatever broadcasts, and however the numbers lie', () => {
    fc.assert(
      fc.property(
        shapeOf(1, 4, size),
        fc.nat(),
        broadcasts,
        fc.tuple(order, order),
        fc.record({ reverse: fc.boolean(), begun: fc.boolean() }),
        seed,
        (shape, k, { ones, missing }, [howA, howB], { reverse, begun }, from) => {
          const axis = k % shape.length;
          // One of a and b has the whole shape.
          const isNarrow = ones[0] === true;
          const [whole, narrow] = [draw(shape, from), draw(narrowed(shape, ones.slice(1, 5), missing[0]), from + 1)];
          const [a, b] = isNarrow ? [narrow, whole] : [whole, narrow];
          const step = shape.filter((_, i) => i !== axis);
          const initial = draw(narrowed(step, ones.slice(5), missing[1]), from + 2);
          const y = scratch(() => {
            const options = begun ? { reverse, initial: laid(initial, howA) } : { reverse };
            return linearRecurrence(laid(a, howA), laid(b, howB), axis - (k % 2) * shape.length, options);
          });
          expect(y.shape).toEqual(shape);
          for (const index of indices(shape)) {
            const t = index[axis] as number;
            const before = reverse ? t + 1 : t - 1;
            const outside = before < 0 || before >= (shape[axis] as number);
            const known = outside
              ? begun
                ? entry(initial, index.toSpliced(axis, 1))
                : 0
              : entry(y, index.with(axis, before));
            expect(entry(y, index)).toBeCloseTo(entry(a, index) * known + entry(b, index), 12);
          }
        },
      ),
      { ...RUNS, numRuns: 400 },
    );
  });

  test.each([
    ['a decay for all', [], [3, 4], 1],
    ['a decay for each unit', [2], [3, 4, 2], 1],
    ['a factor for each step', [3, 1], [2, 3, 2], 1],
    ['one input for all steps', [3, 2], [1, 2], 0],
    ['one step', [1, 2], [1, 2], 0],
    ['none', [0, 2], [0, 2], 0],
  ])('has the gradient of its loop, with and without a beginning: %s', (_, shapeA, shapeB, axis) => {
    const [a, b] = [draw(shapeA, 1), draw(shapeB, 2)];
    for (const reverse of [false, true]) {
      gradcheck((p, q) => linearRecurrence(p, q, axis, { reverse }), [a, b]);
      gradcheck((p, q, r) => linearRecurrence(p, q, axis, { reverse, initial: r }), [a, b, double(0.7)]);
    }
  });

  test('without a beginning does not read the factor before the first entry', () => {
    const y = linearRecurrence(double([Infinity, 2, 3]), double([1, 1, 1]));
    expect(y.toArray()).toEqual([1, 3, 10]);
    expect(linearRecurrence(double([2, 3, Number.NaN]), double([1, 1, 1]), 0, { reverse: true }).toArray()).toEqual([
      9, 4, 1,
    ]);
    const g = grad((a) => sum(linearRecurrence(a, double([1, 1, 1]))))(double([Infinity, 2, 3]));
    expect(g.toArray()).toEqual([0, 4, 3]);
  });

  test('runs on the fast kernels as in float64', () => {
    // Sequences beside each other, one after another, and single ones; more than a vector of each.
    for (const [shape, axis] of [
      [[40, 37], 0],
      [[5, 40, 37], 1],
      [[37, 40], 1],
      [[300], 0],
    ] as const) {
      const [a, b] = [cast(mul(draw(shape, 1), 0.5), 'float32'), cast(draw(shape, 2), 'float32')];
      for (const factors of [a, tensor(0.9)]) {
        const single = linearRecurrence(factors, b, axis).data;
        const exact = linearRecurrence(cast(factors, 'float64'), cast(b, 'float64'), axis).data;
        for (const [i, value] of exact.entries()) expect(Math.abs((single[i] as number) - value)).toBeLessThan(1e-5);
      }
    }
  });

  test('continues where another ended: a sequence in two parts', () => {
    const [a, b] = [draw([6, 2], 1), draw([6, 2], 2)];
    const whole = linearRecurrence(a, b, 0).data;
    const rows = (t: Tensor, from: number, to: number): Tensor =>
      tensor(t.data.slice(2 * from, 2 * to), { shape: [to - from, 2] });
    const first = linearRecurrence(rows(a, 0, 4), rows(b, 0, 4), 0);
    const last = tensor(first.data.slice(6, 8), { shape: [2] });
    const second = linearRecurrence(rows(a, 4, 6), rows(b, 4, 6), 0, { initial: last });
    expect([...first.data, ...second.data]).toEqual([...whole]);
  });

  test('refuses what does not fit', () => {
    expect(() => linearRecurrence(zeros([3]), zeros([2, 4]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linearRecurrence: shapes do not broadcast. a is [3], b is [2, 4]; from right to left, sizes must be equal or one of them 1, and 3 meets 4. Reshape, transpose or expandDims one of them.]`,
    );
    expect(() => linearRecurrence(0.5, zeros([2, 4]), 2)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linearRecurrence: there is no axis 2. y is [2, 4]; axes go from -2 to 1. Pass an axis that y has.]`,
    );
    expect(() => linearRecurrence(0.5, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linearRecurrence: there is no axis -1. y is []; a scalar has no axes. Give it one with expandDims.]`,
    );
    expect(() =>
      linearRecurrence(0.5, zeros([2, 4, 3]), 1, { initial: zeros([4, 3]) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linearRecurrence: initial does not broadcast to one step. initial is [4, 3], y is [2, 4, 3]; from right to left, each size of initial must be 1 or that of y without axis 1. Reshape initial, or check axis.]`,
    );
    expect(() => linearRecurrence(0.5, zeros([2]), 0, { initial: zeros([1, 1]) })).toThrow(
      'initial does not broadcast to one step',
    );
    const misspelt = { reversed: true } as object;
    expect(() => linearRecurrence(0.5, zeros([2]), 0, misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: linearRecurrence: unknown option 'reversed'; the options are reverse, initial. Correct the name, or leave it out.]`,
    );
    expect(() =>
      linearRecurrence(0.5, zeros([2]), 0, { initial: zeros([], { dtype: 'float64' }) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: linearRecurrence: b is float32, initial is float64. b is [2], initial is []; operands have one dtype, and only numbers adapt. Convert one of them: cast(initial, 'float32').]`,
    );
    expect(() => linearRecurrence(0.5, tensor([1], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: linearRecurrence: b is int32. b is [1]; int32 tensors hold indices and are not computed with. Convert with cast(b, 'float32').]`,
    );
  });
});

describe('cumsum and cumprod', () => {
  test('are their loops along any axis', () => {
    fc.assert(
      fc.property(shapeOf(1, 4, size), fc.nat(), order, seed, (shape, k, how, from) => {
        const axis = k % shape.length;
        const x = draw(shape, from);
        const [sums, products] = scratch(() => [cumsum(laid(x, how), axis), cumprod(laid(x, how), axis)]) as [
          Tensor,
          Tensor,
        ];
        expect([sums.shape, products.shape]).toEqual([shape, shape]);
        for (const index of indices(shape)) {
          const t = index[axis] as number;
          const before = index.with(axis, t - 1);
          expect(entry(sums, index)).toBe((t === 0 ? 0 : entry(sums, before)) + entry(x, index));
          expect(entry(products, index)).toBe((t === 0 ? 1 : entry(products, before)) * entry(x, index));
        }
      }),
      RUNS,
    );
  });

  test('go along the last axis unless told', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(cumsum(x).toArray()).toEqual([
      [1, 3, 6],
      [4, 9, 15],
    ]);
    expect(cumprod(x).toArray()).toEqual([
      [1, 2, 6],
      [4, 20, 120],
    ]);
  });

  test('of whole numbers are exact in float32, up to 2²⁴', () => {
    const x = Float32Array.from({ length: 5000 }, (_, i) => i);
    expect(cumsum(tensor(x)).data.at(-1)).toBe((4999 * 5000) / 2);
  });

  test('a product keeps the sign of its zero', () => {
    expect(cumprod(double([-1, 0, 2, -3])).toArray()).toEqual([-1, -0, -0, 0]);
  });

  test('the gradient of a product leaves one factor out, zeros or not', () => {
    const cases = fc.array(fc.constantFrom(0, 0, 1.5, -2, 0.5), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cases, seed, (x, from) => {
        const g = draw([x.length], from);
        const { gradient } = vjp((t: Tensor) => cumprod(t))(double(x), g);
        for (const k of x.keys()) {
          let expected = 0;
          for (let t = k; t < x.length; t++) {
            const others = x.slice(0, t + 1).filter((_, i) => i !== k);
            expected += (g.data[t] as number) * others.reduce((product, factor) => product * factor, 1);
          }
          expect(gradient.data[k]).toBeCloseTo(expected, 12);
        }
      }),
      RUNS,
    );
  });

  test('the second derivative of a product with zeros is right too', () => {
    for (const x of [
      [0, 2, 3],
      [2, 0, 0, 1.5],
      [0, 0, 0],
      [-1, 0.5, 2],
    ]) {
      gradcheck((t) => cumprod(t), [double(x)]);
    }
    gradcheck(
      (t) => add(cumsum(t, 0), cumprod(t, 1)),
      [
        double([
          [1, 0, 2],
          [0, 0, 1],
        ]),
      ],
    );
  });

  test('refuse what they cannot take', () => {
    expect(() => cumsum(1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: cumsum: there is no axis -1. x is []; a scalar has no axes. Give it one with expandDims.]`,
    );
    expect(() => cumprod(zeros([2, 3]), 2)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: cumprod: there is no axis 2. x is [2, 3]; axes go from -2 to 1. Pass an axis that x has.]`,
    );
    expect(() => cumsum(tensor([1, 2], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: cumsum: x is int32. x is [2]; int32 tensors hold indices and are not computed with. Convert with cast(x, 'float32').]`,
    );
    expect(() => cumprod(tensor([1, 2], { dtype: 'int32' }))).toThrow('cumprod: x is int32.');
  });
});
