import '@unroll/kernels/reference';
import {
  grad,
  matmul,
  mul,
  ones,
  Rng,
  randn,
  square,
  sub,
  sum,
  Tape,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { describe, expect, test } from 'vitest';
import { Linear, LSTMCell, Module, mse, RNNCell, Sequential, stack, unroll, withParameters } from './index.js';

type Values = { readonly [name: string]: Tensor };

const layer = new Linear({ inputSize: 2, outputSize: 1 });
const x = tensor([[3, 4]]);

test('computes with the tensors, and puts the parameters back', () => {
  const { weight, bias } = layer;
  const y = withParameters(layer, { weight: ones([1, 2]), bias: zeros([1]) }, () => layer.forward(x));
  expect(y.item()).toBe(7);
  expect([layer.weight, layer.bias]).toEqual([weight, bias]);
  expect(layer.weight).toBe(weight);
  expect(() =>
    withParameters(layer, { weight: ones([1, 2]) }, () => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(layer.weight).toBe(weight);
});

test('gradients flow to the tensors, through every place of a shared parameter', () => {
  const square = new Linear({ inputSize: 2, outputSize: 2, bias: false });
  const model = new Sequential(square, square);
  const f = (w: Tensor): Tensor => sum(withParameters(model, { 'layers.0.weight': w }, () => model.forward(x)));
  const g = (w: Tensor): Tensor => sum(matmul(matmul(x, transpose(w)), transpose(w)));
  const at = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(grad(f)(at).toArray()).toEqual(grad(g)(at).toArray());
});

test('refuses values that do not fit', () => {
  const run = (values: { readonly [name: string]: Tensor }) => () => withParameters(layer, values, () => 0);
  expect(run({ weights: ones([1, 2]) })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: withParameters: there is no parameter 'weights'; the parameters are weight, bias. Use the names of namedParameters().]`,
  );
  expect(run({ weight: ones([2, 1]) })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: withParameters: the value of 'weight' has another shape. parameter is [1, 2], value is [2, 1]; a value has the shape of the parameter whose place it takes. Reshape it.]`,
  );
  expect(run({ bias: tensor([1], { dtype: 'int32' }) })).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: withParameters: the value of 'bias' is int32, the parameter float32; a value has the dtype of the parameter whose place it takes. Convert it: cast(value, 'float32').]`,
  );
});

const float64 = { dtype: 'float64' } as const;
const valuesOf = (module: Module): Values => Object.fromEntries(module.namedParameters());

test('a cell computes with the tensors in all steps', () => {
  const [cell, other] = [1, 2].map((seed) => new LSTMCell({ inputSize: 2, hiddenSize: 3, rng: new Rng(seed) })) as [
    LSTMCell,
    LSTMCell,
  ];
  const sequences = randn([2, 5, 2], { rng: new Rng(3) });
  const own = unroll(cell, sequences).outputs.toArray();
  const { outputs } = withParameters(cell, valuesOf(other), () => unroll(cell, sequences));
  expect(outputs.toArray()).toEqual(unroll(other, sequences).outputs.toArray());
  expect(outputs.toArray()).not.toEqual(own);
  expect(unroll(cell, sequences).outputs.toArray()).toEqual(own);
});

test('a cell that is used twice has the gradients of two cells together', () => {
  const cell = (seed: number): RNNCell => new RNNCell({ inputSize: 2, hiddenSize: 2, rng: new Rng(seed), ...float64 });
  const [once, first, second] = [cell(1), cell(1), cell(1)];
  const [shared, apart] = [stack([once, once]), stack([first, second])];
  const sequences = randn([2, 4, 2], { rng: new Rng(2), ...float64 });
  const gradientOf = (model: typeof shared): Values =>
    grad((values: Values) => sum(square(withParameters(model, values, () => unroll(model, sequences).outputs))))(
      valuesOf(model),
    );
  const [together, separate] = [gradientOf(shared), gradientOf(apart)];
  expect(Object.keys(together)).toEqual(['cells.0.weightIh', 'cells.0.weightHh', 'cells.0.bias']);
  for (const [name, gradient] of Object.entries(together)) {
    const [below, above] = [separate[name]?.data ?? [], separate[name.replace('0', '1')]?.data ?? []];
    Array.from(gradient.data).forEach((entry, i) => {
      expect(entry).toBeCloseTo((below[i] ?? Number.NaN) + (above[i] ?? Number.NaN), 12);
    });
  }
});

describe('a gradient through a step of gradient descent (MAML)', () => {
  const rate = 0.1;

  /** The values after one step, which depend on those before it. */
  function descend(loss: (values: Values) => Tensor, from: Values): Values {
    const slope = grad(loss)(from);
    return Object.fromEntries(
      Object.entries(from).map(([name, value]) => [name, sub(value, mul(slope[name] ?? Number.NaN, rate))]),
    );
  }

  const draw = (shape: readonly number[], seed: number): Tensor => randn(shape, { rng: new Rng(seed), ...float64 });
  const task = { x: draw([4, 2], 1), y: draw([4, 1], 2) };
  const query = { x: draw([3, 2], 3), y: draw([3, 1], 4) };
  const model = new Linear({ inputSize: 2, outputSize: 1, rng: new Rng(5), ...float64 });
  const error = (values: Values, { x, y }: typeof task): Tensor =>
    mse(
      withParameters(model, values, () => model.forward(x)),
      y,
    );
  const adapted = (values: Values): Tensor =>
    error(
      descend((inner) => error(inner, task), values),
      query,
    );

  test('is that of linear regression, worked out by hand', () => {
    const tape = new Tape();
    tape.backward(tape.record(() => adapted(valuesOf(model))));

    // Rows [x, 1] beside θ = [weight, bias]. Mean squared error: L = |A·θ − y|² / n, L' = (2/n)·Aᵀ·(A·θ − y).
    const rows = ({ x }: typeof task): number[][] => (x.toArray() as number[][]).map((row) => [...row, 1]);
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((total, entry, i) => total + entry * (b[i] ?? Number.NaN), 0);
    const slope = (data: typeof task, theta: readonly number[]): number[] => {
      const A = rows(data);
      const residuals = A.map((row, i) => dot(row, theta) - (data.y.data[i] ?? Number.NaN));
      return theta.map(
        (_, j) =>
          (2 / A.length) *
          dot(
            residuals,
            A.map((row) => row[j] ?? Number.NaN),
          ),
      );
    };
    const theta = [...model.weight.data, ...(model.bias?.data ?? [])];
    const step = slope(task, theta);
    const g = slope(
      query,
      theta.map((entry, j) => entry - rate * (step[j] ?? Number.NaN)),
    );
    // The chain rule through the step: (I − rate·(2/n)·Aᵀ·A)·g, with the query's slope g at the new place.
    const A = rows(task);
    const Ag = A.map((row) => dot(row, g));
    const expected = g.map(
      (entry, j) =>
        entry -
        ((rate * 2) / A.length) *
          dot(
            Ag,
            A.map((row) => row[j] ?? Number.NaN),
          ),
    );

    const actual = [...(model.weight.grad?.data ?? []), ...(model.bias?.grad?.data ?? [])];
    expect(actual.length).toBe(3);
    for (const [j, entry] of actual.entries()) expect(entry).toBeCloseTo(expected[j] ?? Number.NaN, 13);
  });

  test('is that of difference quotients', () => {
    const names = Object.keys(valuesOf(model));
    gradcheck(
      (...values) => adapted(Object.fromEntries(names.map((name, i) => [name, values[i] as Tensor]))),
      model.parameters(),
    );
  });

  test('goes through two steps of a cell in the time loop, and a head', () => {
    class Reader extends Module {
      readonly cell: LSTMCell = new LSTMCell({ inputSize: 2, hiddenSize: 2, rng: new Rng(6), ...float64 });
      readonly head: Linear = new Linear({ inputSize: 2, outputSize: 1, rng: new Rng(7), ...float64 });

      forward(x: Tensor): Tensor {
        return this.head.forward(unroll(this.cell, x, { lengths: [3, 2] }).finalState.h);
      }
    }
    const reader = new Reader();
    const [inner, outer] = [8, 9].map((seed) => ({ x: draw([2, 3, 2], seed), y: draw([2, 1], seed + 2) })) as [
      typeof task,
      typeof task,
    ];
    const cost = (values: Values, { x, y }: typeof task): Tensor =>
      mse(
        withParameters(reader, values, () => reader.forward(x)),
        y,
      );
    const names = Object.keys(valuesOf(reader));
    const afterTwo = (...values: Tensor[]): Tensor => {
      let fast: Values = Object.fromEntries(names.map((name, i) => [name, values[i] as Tensor]));
      for (let i = 0; i < 2; i++) fast = descend((at) => cost(at, inner), fast);
      return cost(fast, outer);
    };
    gradcheck(afterTwo, reader.parameters(), { order: 1 });
    expect(reader.parameters().every(({ grad: written }) => written === null)).toBe(true);
  });
});
