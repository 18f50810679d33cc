/** Functions of single numbers against the language's own, and the draws of dropout. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  abs,
  clamp,
  dropout,
  dropoutMask,
  equal,
  exp,
  expm1,
  grad,
  greater,
  lengthsToMask,
  less,
  log,
  log1p,
  maximum,
  minimum,
  neg,
  oneHot,
  ones,
  pow,
  Rng,
  relu,
  sigmoid,
  sign,
  softmaxCrossEntropy,
  softplus,
  sqrt,
  square,
  squeeze,
  sum,
  type Tensor,
  tanh,
  tensor,
  topk,
  where,
  zeros,
} from '../index.js';

const PLACES = [-Infinity, -800, -20, -2, -1, -0.5, -1e-10, -0, 0, 1e-10, 0.5, 1, 2, 20, 800, Infinity, Number.NaN];
const double = (values: readonly number[]): Tensor => tensor(values, { dtype: 'float64' });

describe('as the language computes them', () => {
  test.each<[string, (x: Tensor) => Tensor, (x: number) => number]>([
    ['neg', neg, (x) => -x],
    ['abs', abs, Math.abs],
    ['sign', sign, Math.sign],
    ['square', square, (x) => x * x],
    ['sqrt', sqrt, Math.sqrt],
    ['exp', exp, Math.exp],
    ['expm1', expm1, Math.expm1],
    ['log', log, Math.log],
    ['log1p', log1p, Math.log1p],
    ['tanh', tanh, Math.tanh],
    ['sigmoid', sigmoid, (x) => 1 / (1 + Math.exp(-x))],
    ['relu', relu, (x) => Math.max(x, 0)],
    ['softplus', softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
    ['clamp', (x) => clamp(x, { min: -0.7, max: 1.5 }), (x) => Math.min(Math.max(x, -0.7), 1.5)],
    ['clamp above', (x) => clamp(x, { max: 0.25 }), (x) => Math.min(x, 0.25)],
    ['clamp nowhere', (x) => clamp(x, {}), (x) => x],
  ])('%s', (_, f, g) => {
    const result = f(double(PLACES)).data;
    for (const [i, x] of PLACES.entries()) {
      const [actual, expected] = [result[i] as number, g(x)];
      if (Number.isFinite(expected))
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(4e-16 * Math.abs(expected));
      else expect(actual).toBe(expected);
    }
  });

  test.each<[string, (a: Tensor, b: Tensor) => Tensor, (a: number, b: number) => number]>([
    ['maximum', maximum, Math.max],
    ['minimum', minimum, Math.min],
    ['equal', equal, (a, b) => Number(a === b)],
    ['greater', greater, (a, b) => Number(a > b)],
    ['less', less, (a, b) => Number(a < b)],
    // IEEE 754, where the language says NaN: 1 to any power, and −1 to ±∞.
    ['pow', pow, (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b)],
  ])('%s', (_, f, g) => {
    const places = PLACES.filter((x) => !Object.is(x, -0));
    const column = tensor(places, { dtype: 'float64', shape: [places.length, 1] });
    const result = f(column, double(places)).data;
    for (const [i, a] of places.entries()) {
      for (const [j, b] of places.entries()) {
        const [actual, expected] = [result[i * places.length + j] as number, g(a, b)];
        if (Number.isFinite(expected))
          expect(Math.abs(actual - expected)).toBeLessThanOrEqual(4e-16 * Math.abs(expected));
        else expect([a, b, actual]).toEqual([a, b, expected]);
      }
    }
  });
});

test('comparisons of int32 answer in int32', () => {
  const ids = tensor([1, 2, 3], { dtype: 'int32' });
  expect([equal(ids, 2).toArray(), greater(ids, 1).toArray(), equal(ids, 2).dtype]).toEqual([
    [0, 1, 0],
    [0, 1, 1],
    'int32',
  ]);
});

test('squeeze takes away the axes that are named, or all of size 1', () => {
  const x = zeros([1, 2, 1, 3, 1]);
  expect([squeeze(x), squeeze(x, 0), squeeze(x, [-1, 2])].map(({ shape }) => shape)).toEqual([
    [2, 3],
    [2, 1, 3, 1],
    [1, 2, 3],
  ]);
});

test('topk sorts along any axis, equal ones in order', () => {
  const x = tensor([
    [1, 5, 3],
    [5, 5, -Infinity],
  ]);
  expect(topk(x, 2).values.toArray()).toEqual([
    [5, 3],
    [5, 5],
  ]);
  expect(topk(x, 2).indices.toArray()).toEqual([
    [1, 2],
    [0, 1],
  ]);
  expect(topk(x, 1, 0).indices.toArray()).toEqual([[1, 0, 0]]);
});

test('lengthsToMask counts steps from the first, of a tensor, an array or typed numbers', () => {
  const mask = [
    [1, 1, 0],
    [0, 0, 0],
    [1, 1, 1],
  ];
  for (const lengths of [[2, 0, 3], Int32Array.of(2, 0, 3), tensor([2, 0, 3], { dtype: 'int32' })]) {
    expect(lengthsToMask(lengths, 3).toArray()).toEqual(mask);
  }
  expect(lengthsToMask([], 3).shape).toEqual([0, 3]);
});

test('oneHot in any shape and dtype', () => {
  const ids = tensor([[2], [0]], { dtype: 'int32' });
  expect(oneHot(ids, 3, { dtype: 'float64' }).toArray()).toEqual([[[0, 0, 1]], [[1, 0, 0]]]);
  expect(oneHot(ids, 3, { dtype: 'int32' }).dtype).toBe('int32');
});

describe('softmaxCrossEntropy', () => {
  const logits = double([1, 2, 3, 1000, 0, -1000]);
  const rows = tensor(logits.data, { shape: [2, 3] });

  test('is ln Σ eˣ − x, without overflow', () => {
    const losses = softmaxCrossEntropy(rows, tensor([0, 1], { dtype: 'int32' })).data;
    expect(losses[0]).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 1, 14);
    expect(losses[1]).toBe(1000);
  });

  test('refuses what does not fit', () => {
    const ids = tensor([0, 3], { dtype: 'int32' });
    expect(() => softmaxCrossEntropy(rows, ids)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: softmaxCrossEntropy: index 3, entry 1 of ids, is out of range. ids is [2]; indices go from 0 to 2. Check the ids, or the size of the vocabulary.]`,
    );
    expect(() => softmaxCrossEntropy(logits, ids)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: softmaxCrossEntropy: there is not one class for each row. logits is [6], ids is [2]; logits are [N, K] and ids [N]. Reshape both.]`,
    );
    expect(() => softmaxCrossEntropy(rows, double([0, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: softmaxCrossEntropy: ids is float64. ids is [2]; indices are int32. Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32').]`,
    );
  });
});

describe('dropout', () => {
  const x = ones([100, 200]);

  test('keeps the mean: zeros with probability p, the others larger', () => {
    const kept = dropout(x, 0.25, { rng: new Rng(1) }).data;
    expect(new Set(kept)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    const zerosDrawn = kept.filter((value) => value === 0).length;
    expect(Math.abs(zerosDrawn - 5000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.25 * 0.75));
  });

  test('follows its generator, and hands the same mask to the gradient', () => {
    const f = (rng: Rng) => (t: Tensor) => sum(dropout(t, 0.5, { rng }));
    expect([...grad(f(new Rng(2)))(x).data]).toEqual([...dropout(x, 0.5, { rng: new Rng(2) }).data]);
    expect([...dropoutMask([3, 5], 0.5, new Rng(3)).data]).toEqual([
      ...dropout(ones([3, 5]), 0.5, { rng: new Rng(3) }).data,
    ]);
    const rng = new Rng(4);
    expect([...dropout(x, 0.5, { rng }).data]).not.toEqual([...dropout(x, 0.5, { rng }).data]);
  });

  test('of probability 0 draws nothing', () => {
    const rng = new Rng(5);
    expect(dropout(x, 0, { rng })).toBe(x);
    expect(rng.bits()).toBe(new Rng(5).bits());
  });

  test('masks are checked too', () => {
    expect(() => dropoutMask([2], 1, new Rng(1))).toThrow('dropoutMask: p is 1; p is the probability of a zero');
    expect(() => dropoutMask([-2], 0.5, new Rng(1))).toThrow('dropoutMask: [-2] is not a shape;');
  });
});

test.each(Object.entries({ abs, exp, expm1, log1p, relu, sigmoid, softplus, sqrt, square, tanh }))(
  'where hides %s of what is no number, in both orders',
  (_, f) => {
    const slope = grad((t: Tensor) => sum(where(greater(t, 0), f(log(t)), 0)));
    const curvature = grad((t: Tensor) => sum(slope(t)));
    for (const derivative of [slope, curvature]) {
      const [hidden, seen] = derivative(tensor([-1, 2])).data;
      expect(hidden).toBeCloseTo(0, 15);
      expect(seen).toBe(derivative(tensor([2])).item());
    }
  },
);
