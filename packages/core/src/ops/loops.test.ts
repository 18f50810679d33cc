/** Reductions, products and softmax against plain loops, over any axes and any order of the numbers in memory. */
import '@unroll/kernels/reference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  abs,
  argmax,
  cast,
  exp,
  linear,
  log,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  mean,
  min,
  mul,
  norm,
  reshape,
  scratch,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  topk,
  variance,
} from '../index.js';
import { draw, entry, indices, laid, narrowed, order, positive, RUNS, seed, shapeOf, size } from '../laws.fixture.js';

type Reduction = (x: Tensor, axes: readonly number[], options: { keepDims: boolean }) => Tensor;

function logSumExp(values: readonly number[]): number {
  const top = Math.max(-Infinity, ...values);
  if (!Number.isFinite(top)) return top;
  return top + Math.log(values.reduce((total, x) => total + Math.exp(x - top), 0));
}

const total = (values: readonly number[]): number => values.reduce((acc, x) => acc + x, 0);
const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
const spread = (values: readonly number[]): number => {
  const centre = total(values) / values.length;
  return total(values.map((x) => (x - centre) ** 2)) / values.length;
};

describe('reductions', () => {
  test.each<[string, Reduction, (values: readonly number[]) => number, boolean]>([
    ['sum', sum, total, true],
    ['mean', mean, (values) => total(values) / values.length, false],
    ['max', max, (values) => Math.max(...values), false],
    ['min', min, (values) => Math.min(...values), false],
    ['logsumexp', logsumexp, logSumExp, true],
    ['variance', (x, axes, options) => variance(x, axes, { ...options, correction: 0 }), spread, false],
    ['norm', norm, (values) => Math.hypot(...values), true],
    [
      'norm 1',
      (x, axes, options) => norm(x, axes, { ...options, ord: 1 }),
      (values) => total(values.map(Math.abs)),
      true,
    ],
    ['norm ∞', (x, axes, options) => norm(x, axes, { ...options, ord: Infinity }), largest, false],
  ])('%s', (_, reduction, loop, ofNothing) => {
    const shapes = shapeOf(0, 4, ofNothing ? size : positive);
    fc.assert(
      fc.property(
        shapes,
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        fc.boolean(),
        seed,
        order,
        (shape, chosen, keepDims, from, how) => {
          const x = draw(shape, from);
          const axes = shape.flatMap((_, axis) => (chosen[axis] === true ? [axis] : []));
          const out = scratch(() =>
            reduction(
              laid(x, how),
              axes.map((axis) => (axis % 2 === 0 ? axis : axis - shape.length)),
              { keepDims },
            ),
          );
          const groups = new Map<string, number[]>();
          const kept = shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
          for (const index of indices(kept)) groups.set(index.join(), []);
          for (const index of indices(shape)) {
            groups.get(index.map((i, axis) => (axes.includes(axis) ? 0 : i)).join())?.push(entry(x, index));
          }
          expect(out.shape).toEqual(keepDims ? kept : shape.filter((_, axis) => !axes.includes(axis)));
          const expected = [...groups.values()].map(loop);
          for (const [i, value] of expected.entries()) {
            if (Number.isFinite(value)) expect(out.data[i]).toBeCloseTo(value, 12);
            else expect(out.data[i]).toBe(value);
          }
        },
      ),
      RUNS,
    );
  });

  test('argmax names the first of equals, along any axis', () => {
    fc.assert(
      fc.property(shapeOf(1, 3, positive), fc.nat(), seed, order, (shape, a, from, how) => {
        const axis = a % shape.length;
        const levels = draw(shape, from).data.map((value) => Math.round(value) + 0);
        const x = tensor(levels, { shape });
        const out = scratch(() => argmax(laid(x, how), axis));
        const expected = indices(shape.map((n, k) => (k === axis ? 1 : n))).map((index) => {
          const along = Array.from({ length: shape[axis] as number }, (_, i) => entry(x, index.with(axis, i)));
          return along.indexOf(Math.max(...along));
        });
        expect([...out.data]).toEqual(expected);
        const { values, indices: places } = topk(x, shape[axis] as number, axis);
        expect([...pickFirst(places, axis)]).toEqual(expected);
        expect([...pickFirst(values, axis)]).toEqual([...max(x, axis).data]);
      }),
      RUNS,
    );
  });
});

/** The entries at 0 along an axis. */
function pickFirst(x: Tensor, axis: number): number[] {
  return indices(x.shape.map((n, k) => (k === axis ? 1 : n))).map((index) => entry(x, index));
}

describe('logsumexp and softmax', () => {
  const special = fc.oneof(
    fc.double({ min: -800, max: 800, noNaN: true }),
    fc.constantFrom(-Infinity, 1e30, -1e30, 700, -745, 0),
  );
  const rows = fc.array(special, { minLength: 1, maxLength: 6 });

  test('with large numbers and −∞', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const x = tensor(values, { dtype: 'float64' });
        const expected = logSumExp(values);
        const result = logsumexp(x).item();
        if (Number.isFinite(expected))
          expect(Math.abs(result - expected)).toBeLessThanOrEqual(1e-15 * (8 + Math.abs(expected)));
        else expect(result).toBe(expected);
      }),
      RUNS,
    );
    expect(logsumexp(tensor([1, Infinity])).item()).toBe(Infinity);
    expect(logsumexp(tensor([-Infinity, -Infinity])).item()).toBe(-Infinity);
    expect(logsumexp(tensor([1, Number.NaN])).item()).toBeNaN();
    expect(logsumexp(tensor([])).item()).toBe(-Infinity);
  });

  test('shares add up to 1 and are the exponentials of their logarithms', () => {
    fc.assert(
      fc.property(
        shapeOf(1, 3, positive),
        fc.nat(),
        seed,
        order,
        fc.constantFrom(1, 100, 1e5),
        (shape, a, from, how, scale) => {
          const axis = a % shape.length;
          const x = mul(draw(shape, from), scale);
          const shares = scratch(() => softmax(laid(x, how), axis));
          for (const one of sum(shares, axis).data) expect(one).toBeCloseTo(1, 13);
          const logarithms = scratch(() => logSoftmax(laid(x, how), axis));
          const fromLogarithms = exp(logarithms).data;
          const direct = logsumexp(x, axis, { keepDims: true });
          for (const [i, index] of indices(shape).entries()) {
            expect(fromLogarithms[i]).toBeCloseTo(shares.data[i] as number, 13);
            const expected = entry(x, index) - entry(direct, index);
            expect(Math.abs((logarithms.data[i] as number) - expected)).toBeLessThanOrEqual(1e-15 * (8 + scale * 8));
          }
        },
      ),
      RUNS,
    );
  });
});

/** Unit roundoff of float32. */
const U = 2 ** -24;

describe('products', () => {
  test('matmul, with batches that broadcast and operands in any order', () => {
    fc.assert(
      fc.property(
        fc.tuple(size, size, size),
        shapeOf(0, 2),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        fc.tuple(fc.nat(2), fc.nat(2)),
        fc.tuple(order, order),
        seed,
        ([m, k, n], batch, ones, missing, [howA, howB], from) => {
          const a = cast(draw([...narrowed(batch, ones.slice(0, 2), missing[0]), m, k], from), 'float32');
          const b = cast(draw([...narrowed(batch, ones.slice(2), missing[1]), k, n], from + 1), 'float32');
          const product = (x: Tensor, y: Tensor): Tensor => scratch(() => matmul(laid(x, howA), laid(y, howB)));
          const single = product(a, b);
          const double = product(cast(a, 'float64'), cast(b, 'float64'));
          expect(double.shape).toEqual(single.shape);
          for (const [at, index] of indices(single.shape).entries()) {
            const [row, col] = index.slice(-2) as [number, number];
            let [value, scale] = [0, 0];
            for (let i = 0; i < k; i++) {
              const term = entry(a, [...index.slice(0, -2), row, i]) * entry(b, [...index.slice(0, -2), i, col]);
              value += term;
              scale += Math.abs(term);
            }
            expect(Math.abs((double.data[at] as number) - value)).toBeLessThanOrEqual(1e-14 * scale);
            // k products and k sums, each rounded once: (k + 1)·u·Σ|aᵢ·bᵢ|.
            expect(Math.abs((single.data[at] as number) - value)).toBeLessThanOrEqual((k + 1) * U * scale);
          }
        },
      ),
      { ...RUNS, numRuns: 300 },
    );
  });

  test('linear is the product with the transposed weight, plus the bias', () => {
    fc.assert(
      fc.property(shapeOf(0, 2), size, size, fc.tuple(order, order), seed, (batch, d, h, [howX, howW], from) => {
        const [x, w, b] = [draw([...batch, d], from), draw([h, d], from + 1), draw([h], from + 2)];
        const out = scratch(() => linear(laid(x, howX), laid(w, howW), laid(b, 'flipped')));
        expect(out.shape).toEqual([...batch, h]);
        for (const [at, index] of indices(out.shape).entries()) {
          const unit = index.at(-1) as number;
          let value = entry(b, [unit]);
          for (let i = 0; i < d; i++) value += entry(x, index.with(-1, i)) * entry(w, [unit, i]);
          expect(out.data[at]).toBeCloseTo(value, 12);
        }
      }),
      RUNS,
    );
  });
});

describe('float32 is float64, rounded', () => {
  /** `f` in both, of the same float32 numbers. */
  function both(f: (x: Tensor) => Tensor, from: number, count: number): { single: Tensor; double: Tensor; x: Tensor } {
    const x = cast(mul(draw([count], from), 3), 'float32');
    return { x, single: f(x), double: f(cast(x, 'float64')) };
  }

  test.each<[string, (x: Tensor) => Tensor]>([
    ['tanh', tanh],
    ['sigmoid', sigmoid],
    ['softplus', softplus],
    ['exp', exp],
    ['log', (x) => log(abs(x))],
    ['sqrt', (x) => sqrt(abs(x))],
    ['square', square],
  ])('%s to 8 units of roundoff of its size', (_, f) => {
    const { single, double } = both(f, 1, 2000);
    for (const [i, value] of double.data.entries()) {
      expect(Math.abs((single.data[i] as number) - value)).toBeLessThanOrEqual(8 * U * Math.abs(value));
    }
  });

  test('softmax to 8 units of roundoff of its size, and one for each unit of distance from the maximum', () => {
    // x − max is rounded before its exponential is taken: u·|x − max| there is as much, relatively, of the share.
    const { x, single, double } = both(softmax, 1, 2000);
    const top = max(x).item();
    for (const [i, value] of double.data.entries()) {
      const distance = top - (x.data[i] as number);
      expect(Math.abs((single.data[i] as number) - value)).toBeLessThanOrEqual((8 + distance) * U * value);
    }
  });

  test('sums to n units of roundoff of the sum of sizes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), seed, (count, from) => {
        const { x, single, double } = both((t) => sum(t), from, count);
        expect(Math.abs(single.item() - double.item())).toBeLessThanOrEqual(
          count * U * sum(abs(cast(x, 'float64'))).item(),
        );
      }),
      { ...RUNS, numRuns: 40 },
    );
  });

  test('strides do not change a bit of a sum over the last axis', () => {
    const x = cast(draw([12, 40], 5), 'float32');
    const plain = sum(x, 1).data;
    const { flipped, permuted } = scratch(() => ({
      flipped: sum(laid(x, 'flipped'), 1),
      permuted: sum(laid(x, 'permuted'), 1),
    }));
    expect([...flipped.data]).toEqual([...plain]);
    expect([...permuted.data]).toEqual([...plain]);
    expect([...sum(reshape(x, [3, 4, 40]), 2).data]).toEqual([...plain]);
  });
});
