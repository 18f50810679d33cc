/** The same numbers as PyTorch: values, gradients, and the slopes of gradients. */
import { readFileSync } from 'node:fs';
import '@unroll/kernels/reference';
import { expect, test } from 'vitest';
import { cumprod, cumsum, einsum, hvp, mul, norm, sum, type Tensor, tensor, valueAndGrad, variance } from '../index.js';
import type { NestedNumbers } from '../tensor/nested.js';

/** One entry of `fixtures/pytorch.json`. */
interface Case {
  readonly name: 'cumsum' | 'cumprod' | 'variance' | 'norm' | 'einsum';
  readonly axis: number;
  readonly axes: readonly number[];
  readonly correction: number;
  readonly ord: 1 | 2 | 'Infinity';
  readonly equation: string;
  readonly inputs: readonly NestedNumbers[];
  readonly value: NestedNumbers;
  readonly weights: NestedNumbers;
  readonly gradients: readonly NestedNumbers[];
  readonly directions: readonly NestedNumbers[];
  readonly second: readonly unknown[];
}

const file = readFileSync(new URL('../../fixtures/pytorch.json', import.meta.url), 'utf8');
const { cases } = JSON.parse(file) as { cases: readonly Case[] };
const double = (values: NestedNumbers): Tensor => tensor(values, { dtype: 'float64' });

const functions: Record<Case['name'], (c: Case, x: Tensor, y?: Tensor) => Tensor> = {
  cumsum: ({ axis }, x) => cumsum(x, axis),
  cumprod: ({ axis }, x) => cumprod(x, axis),
  variance: ({ axes, correction }, x) => variance(x, axes, { correction }),
  norm: ({ axes, ord }, x) => norm(x, axes, { ord: Number(ord) }),
  einsum: ({ equation }, x, y) => (y === undefined ? einsum(equation, x) : einsum(equation, x, y)),
};

function expectClose(actual: Tensor, expected: unknown): void {
  const numbers = [expected].flat(Infinity) as (number | null)[];
  expect(actual.size).toBe(numbers.length);
  // Where PyTorch has no curvature (a norm at 0), it is 0.
  for (const [i, value] of numbers.entries()) expect(actual.data[i]).toBeCloseTo(value ?? 0, 12);
}

test.each(
  cases.map((entry, i) => ({ i, about: `${entry.name} ${entry.equation ?? entry.axes ?? entry.axis}`, entry })),
)('$i: $about', ({ entry }) => {
  const inputs = entry.inputs.map(double);
  const weights = double(entry.weights);
  const f = ([x, y]: readonly Tensor[]): Tensor => functions[entry.name](entry, x as Tensor, y);
  const weighed = (at: readonly Tensor[]): Tensor => sum(mul(f(at), weights));
  expect(f(inputs).shape).toEqual(weights.shape);
  expectClose(f(inputs), entry.value);
  for (const [i, gradient] of valueAndGrad(weighed)(inputs).gradient.entries())
    expectClose(gradient, entry.gradients[i]);
  const slopes = hvp(weighed)(inputs, entry.directions.map(double));
  for (const [i, slope] of slopes.entries()) expectClose(slope, entry.second[i]);
});
