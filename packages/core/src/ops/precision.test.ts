/**
 * Each operation in float32, on the kernels in use, against float64 on the reference, within bounds that are stated here:
 * on its samples, and on larger ones where its attributes do not hold sizes.
 */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import { type Tensor, tensor } from '../index.js';
import { Rng } from '../random.js';
import { apply } from '../tape/apply.js';
import type { Op, Sample, SampleInput } from '../tape/op.js';
import type { NestedNumbers } from '../tensor/nested.js';
import { drawSample } from '../testing/samples.js';
import { add, mul, sub } from './arithmetic.js';
import { cast } from './cast.js';
import { abs } from './extrema.js';
import { ops } from './ops.fixture.js';
import { max } from './reductions.js';

/** Unit roundoff of float32: half the distance from 1 to the next number. */
const U = 2 ** -24;

/** A call in float64. */
interface Call {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attributes: unknown;
}

/** The error allowed at each entry of the output, in units of U. */
type Bound = (call: Call) => Tensor;

/** So many roundings of the result: a unit in the last place is up to two of them. */
const ofResult =
  (units: number): Bound =>
  ({ output }) =>
    mul(abs(output), units);

/** So many roundings of what the same operation makes of magnitudes, in which nothing cancels. */
const ofMagnitudes =
  (units: number): Bound =>
  ({ op, inputs, attributes }) =>
    mul(
      apply(
        op,
        inputs.map((t) => (t.dtype === 'int32' ? t : abs(t))),
        attributes,
      ),
      units,
    );

/** A logarithm of a sum: roundings of the result, and as many of 1, since that is how precise a relative error of the sum makes it. */
const ofLogarithm =
  (units: number): Bound =>
  ({ output }) =>
    mul(add(abs(output), 1), units);

/** x − max is rounded before its exponential is taken, which the share then has as a relative error. */
const ofShares: Bound = ({ inputs: [x], output, attributes }) => {
  const distance = sub(max(x as Tensor, attributes as number, { keepDims: true }), x as Tensor);
  return mul(output, add(distance, 4));
};

/** Operations that only move, choose, compare or negate numbers. */
const exact = [
  ...['alias', 'broadcastTo', 'cast', 'clone', 'concat', 'dropoutMask', 'flip', 'gather', 'oneHot', 'pad', 'permute'],
  ...[
    'pick',
    'reshape',
    'slice',
    'stack',
    'abs',
    'argmax',
    'clamp',
    'equal',
    'greater',
    'less',
    'max',
    'maximum',
    'min',
  ],
  ...['minimum', 'neg', 'relu', 'sign', 'where'],
];

const bounds: Readonly<Record<string, Bound>> = {
  // Correctly rounded.
  ...Object.fromEntries(['div', 'mul', 'sqrt', 'square', 'sub'].map((name) => [name, ofResult(1)])),
  // The largest errors that the kernels state, in units in the last place, twice.
  exp: ofResult(1.94),
  expm1: ofResult(3.08),
  log: ofResult(1.7),
  log1p: ofResult(1.7),
  pow: ofResult(1.02),
  sigmoid: ofResult(4.68),
  softplus: ofResult(3.34),
  tanh: ofResult(11.99),
  // Sums. Of random numbers roundings have random signs: they stay far below one for each term.
  add: ofMagnitudes(2),
  sum: ofMagnitudes(2),
  scatterAdd: ofMagnitudes(2),
  norm: ofResult(3),
  // Sums that do not run in several parts: of 63 products, and of steps that multiply what was rounded before.
  matmul: ofMagnitudes(8),
  linear: ofMagnitudes(8),
  linearRecurrence: ofMagnitudes(8),
  softmax: ofShares,
  logSoftmax: ofLogarithm(3),
  logsumexp: ofLogarithm(3),
  softmaxCrossEntropy: ofLogarithm(3),
};

/** Their attributes say how long axes are. */
const fixed = new Set(['broadcastTo', 'pad', 'reshape']);

const longer = (size: number, more: number): number => (size > 1 ? size + more : size);

function cycled(values: NestedNumbers, more: number): NestedNumbers {
  if (typeof values === 'number') return values;
  const length = longer(values.length, more);
  return Array.from({ length }, (_, i) => cycled(values[i % values.length] as NestedNumbers, more));
}

function grown(input: SampleInput, more: number): SampleInput {
  if ('values' in input) return { ...input, values: cycled(input.values, more) };
  return { ...input, shape: input.shape.map((size) => longer(size, more)) };
}

/** The samples of an operation, and each again with longer axes. */
function callsOf(op: Op): Sample<unknown>[] {
  if (fixed.has(op.name)) return [...op.samples];
  // A batch of matrix products of this length costs the reference seconds.
  const more = op.name === 'matmul' ? 20 : 60;
  return [...op.samples, ...op.samples.map((s) => ({ ...s, inputs: s.inputs.map((input) => grown(input, more)) }))];
}

/** The largest ratio of an error to what is allowed there. */
function worstOf(op: Op, sample: Sample<unknown>, prepare: (x: Tensor) => Tensor = (x) => x): number {
  const { attributes } = sample;
  const singles = drawSample(sample, 'float32', new Rng(7));
  const inputs = singles.map((t) => (t.dtype === 'int32' ? t : cast(t, 'float64')));
  const single = apply(op, singles.map(prepare), attributes);
  const output = apply(op, inputs, attributes);
  expect(single.shape).toEqual(output.shape);
  const [actual, expected] = [single.data, output.data];
  const allowed = bounds[op.name]?.({ op, inputs, output, attributes }).data;
  let worst = 0;
  for (const [i, value] of expected.entries()) {
    const error = Math.abs((actual[i] as number) - value);
    const ratio = error === 0 ? 0 : error / (U * (allowed?.[i] ?? 0));
    worst = Math.max(worst, ratio);
  }
  return worst;
}

test('every operation has a bound, or is exact', () => {
  const named = [...exact, ...Object.keys(bounds)].sort();
  expect(named).toEqual([...new Set(ops.map(({ name }) => name))].sort());
});

test.each(ops.map((op) => ({ name: op.name, op })))('$name', ({ op }) => {
  for (const sample of callsOf(op)) expect(worstOf(op, sample)).toBeLessThanOrEqual(1);
});

describe('the bounds are so narrow that inputs rounded to 16 of their 24 bits leave them', () => {
  const coarse = (x: Tensor): Tensor => {
    if (x.dtype === 'int32') return x;
    const data = x.data.map((value) => {
      // Veltkamp's splitting of a float64, whose upper part keeps 16 bits.
      const large = (2 ** 37 + 1) * value;
      return large - (large - value);
    });
    return tensor(data, { shape: x.shape });
  };

  test.each(ops.filter(({ name }) => name in bounds).map((op) => ({ name: op.name, op })))('$name', ({ op }) => {
    expect(Math.max(...callsOf(op).map((sample) => worstOf(op, sample, coarse)))).toBeGreaterThan(1);
  });
});
