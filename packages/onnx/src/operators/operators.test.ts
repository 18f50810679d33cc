/** Every operation of core, in a file of its own, at sizes that the file was not made with. */
import '@unroll/kernels/reference';
import { readFileSync } from 'node:fs';
import {
  abs,
  add,
  argmax,
  broadcastTo,
  cast,
  clamp,
  clone,
  concat,
  cumprod,
  cumsum,
  div,
  einsum,
  equal,
  exp,
  expm1,
  flip,
  gather,
  grad,
  greater,
  less,
  linear,
  linearRecurrence,
  log,
  log1p,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mul,
  neg,
  norm,
  oneHot,
  pad,
  permute,
  pick,
  pow,
  Rng,
  randn,
  relu,
  reshape,
  scatterAdd,
  sigmoid,
  sign,
  slice,
  softmax,
  softmaxCrossEntropy,
  softplus,
  sqrt,
  square,
  stack,
  stopGradient,
  sub,
  sum,
  type Tensor,
  type TensorTree,
  tanh,
  tensor,
  transpose,
  variance,
  where,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { expectSame } from '../onnx-runtime.fixture.js';
import { forms } from './index.js';

const rng = new Rng(1);
const draw = (...shape: number[]): Tensor => randn(shape, { rng });

const weight = draw(4, 3);

/** A program of `x`, which is `[N, T, 3]`. */
type Program = (x: Tensor) => TensorTree;

/** By operation. */
const programs: Readonly<Record<string, readonly Program[]>> = {
  abs: [abs],
  alias: [(x) => grad((y) => sum(exp(y)))(x)],
  add: [(x) => add(x, x, 3, tensor([1, 2, 3])), (x) => add(x, x.shape[1] as number)],
  argmax: [(x) => argmax(x), (x) => argmax(x, 0)],
  broadcastTo: [(x) => broadcastTo(pick(x, 2, 0), [2, ...x.shape.slice(0, 2)]), (x) => broadcastTo(sum(x), x.shape)],
  cast: [(x) => cast(mul(x, 10), 'int32'), (x) => cast(x, 'float64')],
  clamp: [(x) => clamp(x, { min: -0.5, max: 0.75 }), (x) => clamp(x, { max: 0 })],
  clone: [clone],
  concat: [(x) => concat([x, slice(x, 1, 1), x], 1), (x) => concat([x, x], 0)],
  div: [(x) => div(x, add(square(x), 1)), (x) => mean(x, 1), (x) => variance(x, [0, 1])],
  equal: [(x) => equal(x, pick(x, 0, 0))],
  exp: [exp],
  expm1: [expm1, (x) => expm1(mul(x, 1e-4))],
  flip: [(x) => flip(x), (x) => flip(x, 1)],
  gather: [(x) => gather(x, tensor([[1, 0]], { dtype: 'int32' })), (x) => gather(permute(x, [2, 0, 1]), argmax(x))],
  greater: [(x) => greater(x, 0)],
  less: [(x) => less(x, tensor([0.5, 0, -0.5]))],
  linear: [(x) => linear(x, weight, pick(weight, 1, 0)), (x) => linear(x, weight)],
  linearRecurrence: [
    (x) => linearRecurrence(sigmoid(x), x, 1),
    (x) => linearRecurrence(0.5, x, 1, { reverse: true }),
    (x) => linearRecurrence(tensor([0.9, 0.5, 0.1]), x, 1, { initial: 2 }),
    (x) => linearRecurrence(sigmoid(x), x, 0, { reverse: true, initial: 1 }),
    (x) => cumsum(x, 1),
    (x) => cumprod(x, 1),
  ],
  log: [(x) => log(add(square(x), 0.1))],
  log1p: [(x) => log1p(square(x)), (x) => log1p(mul(x, 1e-4)), (x) => log1p(mul(square(x), 1e-12))],
  logSoftmax: [(x) => logSoftmax(x), (x) => logSoftmax(mul(x, 1000), 1)],
  logsumexp: [(x) => logsumexp(x, 1), (x) => logsumexp(mul(x, 100)), (x) => logsumexp(x, [0, 2], { keepDims: true })],
  matmul: [
    (x) => matmul(x, transpose(x)),
    (x) => matmul(x, transpose(weight)),
    (x) => einsum('ntd,nsd->nts', x, x),
    (x) => einsum('ntd,ntd->n', x, x),
  ],
  max: [(x) => max(x, 1), (x) => max(x), (x) => max(x, [0, 2], { keepDims: true })],
  maximum: [(x) => maximum(x, 0.25)],
  min: [(x) => min(x, 1), (x) => min(x)],
  minimum: [(x) => minimum(x, 1 / (x.shape[1] as number))],
  mul: [(x) => mul(x, 2, x)],
  neg: [neg],
  norm: [(x) => norm(x, 1), (x) => norm(x, [0, 2], { keepDims: true }), (x) => norm(x)],
  oneHot: [(x) => oneHot(argmax(x), 3), (x) => oneHot(argmax(x, 1), x.shape[1] as number)],
  pad: [
    (x) => pad(x, 1, 2, 1),
    (x) => pad(x, 0, 0, 3, 0.5),
    (x) => grad((y) => sum(exp(slice(y, 2, 0, 3, 2))))(x),
    (x) => grad((y) => sum(exp(slice(y, 1, 0, 2, 2))))(x),
  ],
  permute: [(x) => permute(x, [2, 0, 1])],
  pick: [(x) => pick(x, 2, 1), (x) => pick(x, 1, -1), (x) => pick(x, 0, -2)],
  pow: [(x) => pow(abs(x), 1.5), (x) => pow(add(abs(x), 0.1), x)],
  relu: [relu],
  reshape: [
    (x) => reshape(x, [-1]),
    (x) => reshape(x, [-1, 3]),
    (x) => reshape(x, [x.shape[1] as number, x.shape[0] as number, 3]),
    (x) => reshape(x, [x.shape[0] as number, -1]),
    (x) => reshape(x, [1, ...x.shape, 1]),
  ],
  scatterAdd: [
    (x) => scatterAdd(pick(x, 1, 0), argmax(pick(x, 1, 1)), 3),
    (x) => scatterAdd(reshape(x, [-1, 3]), argmax(x), 3 * (x.shape[1] as number)),
  ],
  sigmoid: [sigmoid],
  sign: [sign],
  slice: [(x) => slice(x, 1, 1), (x) => slice(x, 1, 0, -1), (x) => slice(x, 2, 0, 3, 2), (x) => slice(x, 1, 1, 2)],
  softmax: [(x) => softmax(x), (x) => softmax(mul(x, 1000), 1)],
  softmaxCrossEntropy: [(x) => softmaxCrossEntropy(reshape(x, [-1, 3]), reshape(argmax(x), [-1]))],
  softplus: [(x) => softplus(mul(x, 50))],
  sqrt: [(x) => sqrt(abs(x))],
  square: [square],
  stack: [(x) => stack([x, neg(x)], 1), (x) => stack([pick(x, 1, 0), pick(x, 1, 1), pick(x, 1, -1)], 2)],
  stopGradient: [stopGradient],
  sub: [(x) => sub(1, x)],
  sum: [(x) => sum(x, 1), (x) => sum(x), (x) => sum(x, [0, 2], { keepDims: true }), (x) => sum(x, [])],
  tanh: [tanh],
  where: [(x) => where(greater(x, 0), x, exp(x)), (x) => where(x, 1, 0)],
};

describe.each(Object.keys(programs))('%s', (op) => {
  test.each((programs[op] ?? []).map((program, i) => ({ i, program })))('program $i', async ({ program }) => {
    await expectSame(program, draw(2, 3, 3), [draw(4, 7, 3), draw(5, 2, 3), draw(3, 4, 3)]);
  });
});

test('every operation of core has a form and a program', () => {
  const list = readFileSync(new URL('../../../core/src/ops/ops.test.ts', import.meta.url), 'utf8');
  const [, snapshot = ''] = /toMatchInlineSnapshot\(`([^`]*)`\)/.exec(list) ?? [];
  const names = [...snapshot.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(50);
  const random = ['dropoutMask'];
  const here = [...Object.keys(forms), ...random];
  expect(names.filter((name) => !here.includes(name ?? ''))).toEqual([]);
  expect(Object.keys(forms).filter((name) => programs[name] === undefined)).toEqual([]);
});
