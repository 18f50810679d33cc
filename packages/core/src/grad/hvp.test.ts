/** Hessian–vector products against whole Hessians, slopes of gradients, and formulas. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  add,
  cast,
  grad,
  hvp,
  linear,
  logsumexp,
  matmul,
  mul,
  Parameter,
  pick,
  reshape,
  square,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  transpose,
} from '../index.js';
import { draw } from '../laws.fixture.js';

const double = (values: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: 'float64' });

/** A network with a layer of hidden units, of its input and both weights. */
interface Network extends Readonly<Record<string, Tensor | readonly Tensor[]>> {
  readonly x: Tensor;
  readonly layers: readonly Tensor[];
}
const output = ({ x, layers: [w, v] }: Network): Tensor => logsumexp(linear(tanh(linear(x, w as Tensor)), v as Tensor));
const network = (from: number): Network => ({
  x: draw([2, 3], from),
  layers: [draw([4, 3], from + 1), draw([2, 4], from + 2)],
});

function expectClose(actual: Tensor, expected: Tensor, digits: number): void {
  expect(actual.shape).toEqual(expected.shape);
  for (const [i, value] of expected.data.entries()) expect(actual.data[i]).toBeCloseTo(value, digits);
}

describe('hvp', () => {
  test('is the Hessian times the vector', () => {
    const f = (x: Tensor): Tensor => logsumexp(mul(tanh(x), x, double([1, -2, 3])));
    const [x, v] = [draw([3], 1), draw([3], 2)];
    const rows = [0, 1, 2].map((i) => grad((y: Tensor) => pick(grad(f)(y), 0, i))(x));
    const expected = rows.map((row) => sum(mul(row, v)).item());
    expectClose(hvp(f)(x, v), double(expected), 13);
  });

  test('of a quadratic form adds its matrix to its transpose', () => {
    const a = draw([4, 4], 1);
    const f = (x: Tensor): Tensor => sum(mul(x, matmul(a, x)));
    const v = draw([4, 1], 3);
    expectClose(hvp(f)(draw([4, 1], 2), v), matmul(add(a, transpose(a)), v), 13);
  });

  test('is the slope of the gradient along v, in the structure of x', () => {
    const [at, v] = [network(1), network(10)];
    const product = hvp(output)(at, v);
    const moved = (distance: number): Network => {
      const step = (t: Tensor, d: Tensor): Tensor => add(t, mul(d, distance));
      return { x: step(at.x, v.x), layers: at.layers.map((t, i) => step(t, v.layers[i] as Tensor)) };
    };
    const [after, before] = [grad(output)(moved(1e-5)), grad(output)(moved(-1e-5))];
    const slope = (a: Tensor, b: Tensor): Tensor => mul(add(a, mul(b, -1)), 1 / 2e-5);
    expectClose(product.x, slope(after.x, before.x), 8);
    for (const [i, t] of product.layers.entries())
      expectClose(t, slope(after.layers[i] as Tensor, before.layers[i] as Tensor), 8);
  });

  test('is symmetric: ⟨u, H·v⟩ = ⟨v, H·u⟩', () => {
    const f = (x: Tensor): Tensor => output({ x: draw([2, 3], 7), layers: [reshape(x, [4, 3]), draw([2, 4], 8)] });
    const [x, u, v] = [draw([12], 1), draw([12], 2), draw([12], 3)];
    const product = (a: Tensor, b: Tensor): number => sum(mul(a, hvp(f)(x, b))).item();
    expect(product(u, v)).toBeCloseTo(product(v, u), 12);
  });

  test('has derivatives itself, by x and by v', () => {
    const x4 = (x: Tensor): Tensor => sum(square(square(x)));
    // vᵀHv = 12·Σ x²v², with gradients 24·x·v² and 24·x²·v.
    const form = ({ x, v }: { x: Tensor; v: Tensor }): Tensor => sum(mul(v, hvp(x4)(x, v)));
    const { x, v } = grad(form)({ x: double([1, 2]), v: double([3, -1]) });
    expect([x.toArray(), v.toArray()]).toEqual([
      [216, 48],
      [72, -96],
    ]);
  });

  test('inside a recording it is part of it', () => {
    const w = new Parameter(double([2, 3]));
    const tape = new Tape();
    const loss = tape.record(() => sum(hvp((x: Tensor) => sum(mul(w, x, x, x)))(double([1, 2]), double([1, 1]))));
    // Σ 6·w·x, whose derivative by w is 6·x.
    expect(loss.item()).toBe(48);
    tape.backward(loss);
    expect(w.grad?.toArray()).toEqual([6, 12]);
  });

  test('passes over int32, numbers and what the function does not look at', () => {
    const ids = tensor([1, 2], { dtype: 'int32' });
    const x = { a: double([1, 2]), b: double([5]), ids, n: 3 };
    const product = hvp((p: typeof x) => sum(mul(square(p.a), p.n)))(x, {
      a: double([1, 10]),
      b: double([1]),
      ids,
      n: 0,
    });
    expect([product.a.toArray(), product.b.toArray(), product.ids.toArray()]).toEqual([[6, 60], [0], [0, 0]]);
    expect(hvp((t: Tensor) => sum(t))(x.a, x.a).toArray()).toEqual([0, 0]);
    expect(hvp(() => double(1))(x.a, x.a).toArray()).toEqual([0, 0]);
    expect(hvp((p: { n: number }) => double(p.n))({ n: 1 }, { n: 0 })).toEqual({ n: 1 });
  });

  test('in float32, and of both dtypes together', () => {
    const x = tensor([1, 2]);
    const product = hvp((t: Tensor) => sum(mul(t, t, t)))(x, x);
    expect([product.dtype, product.toArray()]).toEqual(['float32', [6, 24]]);
    const both = { single: x, double: double([1, 2]) };
    const f = ({ single, double: wide }: typeof both): Tensor =>
      sum(mul(square(cast(single, 'float64')), square(wide)));
    const mixed = hvp(f)(both, both);
    // Along x itself a form of degree 4 has H·x = 3·∇f.
    expect([mixed.single.toArray(), mixed.double.toArray()]).toEqual([
      [6, 48],
      [6, 48],
    ]);
    expect([mixed.single.dtype, mixed.double.dtype]).toEqual(['float32', 'float64']);
  });
});

describe('hvp refuses', () => {
  const product = hvp((p: { a: Tensor; b: Tensor }) => sum(mul(p.a, p.b)));
  const x = { a: double([1, 2]), b: double([3, 4]) };
  const wrong = <T>(value: unknown): T => value as T;

  test('directions that are not like x', () => {
    expect(() => product(x, wrong({ a: x.a }))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: hvp: v has nothing in the place of x.b; v is built like x, with a floating-point tensor for each of x. Make v with mapTensors from x.]`,
    );
    expect(() => product(x, wrong({ ...x, c: x.a }))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: hvp: x has nothing in the place of v.c; v is built like x, with a floating-point tensor for each of x. Make v with mapTensors from x.]`,
    );
    expect(() => hvp((t: Tensor) => sum(t))(x.a, wrong(3))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: hvp: v has nothing in the place of x; v is built like x, with a floating-point tensor for each of x. Make v with mapTensors from x.]`,
    );
    expect(() => product(x, { ...x, b: double([1]) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: hvp: v.b has another shape than x.b. x.b is [2], v.b is [1]; a direction is like what moves along it. Reshape v.b.]`,
    );
    expect(() =>
      hvp(([t]: readonly Tensor[]) => sum(t as Tensor))([x.a], [tensor([1, 2])]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: hvp: v[0] is float32, x[0] is float64. x[0] is [2], v[0] is [2]; a direction is like what moves along it. Convert with cast(v[0], 'float64').]`,
    );
    expect(() => product(x, wrong(new Map()))).toThrow('hvp: v is an instance of Map');
  });

  test('functions whose result is no single number', () => {
    expect(() => hvp((t: Tensor) => mul(t, 2))(x.a, x.a)).toThrow('hvp: the result is not a single number.');
  });
});
