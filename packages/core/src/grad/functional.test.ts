/** Gradients as functions: of structures, of each other, and where there is none. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  abs,
  add,
  div,
  exp,
  grad,
  greater,
  log,
  matmul,
  max,
  maximum,
  min,
  mul,
  Parameter,
  pick,
  pow,
  Rng,
  randn,
  relu,
  sigmoid,
  slice,
  sqrt,
  square,
  stack,
  stopGradient,
  sub,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  transpose,
  valueAndGrad,
  vjp,
  where,
} from '../index.js';

const double = (values: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: 'float64' });
type Scalar = (x: Tensor) => Tensor;

/** The n-th derivative of a function of one number. */
const derivative = (f: Scalar, order: number): Scalar => (order === 0 ? f : derivative(grad(f), order - 1));
const at = (f: Scalar, x: number): number => f(double(x)).item();

describe('structures', () => {
  test('the gradient is built like the argument', () => {
    const x = { layers: [{ w: double([1, 2]), b: double(3) }], scale: double(4), label: 'kept', n: 2 };
    const f = (p: typeof x): Tensor => {
      const layer = p.layers[0] as { w: Tensor; b: Tensor };
      return mul(p.scale, sum(mul(layer.w, layer.b)), p.n);
    };
    const { value, gradient } = valueAndGrad(f)(x);
    expect(value.item()).toBe(72);
    expect(gradient.layers[0]?.w.toArray()).toEqual([24, 24]);
    expect(gradient.layers[0]?.b.item()).toBe(24);
    expect([gradient.scale.item(), gradient.label, gradient.n]).toEqual([18, 'kept', 2]);
  });

  test('a tensor in two places has a gradient in each', () => {
    const x = double(3);
    expect(grad(([a, b]: readonly [Tensor, Tensor]) => mul(square(a), b))([x, x]).map((g) => g.item())).toEqual([
      18, 9,
    ]);
  });

  test('vjp multiplies from the left by the Jacobian', () => {
    const a = double([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const { value, gradient } = vjp((x: Tensor) => matmul(a, x))(double([[1], [0], [2]]), double([[1], [10]]));
    expect(value.toArray()).toEqual([[7], [16]]);
    expect(gradient.toArray()).toEqual([[41], [52], [63]]);
    expect(vjp((x: Tensor) => mul(x, 3))(double([1, 2]), 2).gradient.toArray()).toEqual([6, 6]);
  });

  test('parameters are arguments like others, and get no .grad', () => {
    const w = new Parameter(double([1, 2]));
    expect(grad((x: Tensor) => sum(square(x)))(w).toArray()).toEqual([2, 4]);
    expect(w.grad).toBeNull();
  });

  test('of the identity is 1', () => {
    const { value, gradient } = valueAndGrad((x: Tensor) => x)(double(3));
    expect([value.item(), gradient.item()]).toEqual([3, 1]);
  });

  test('float32 stays float32', () => {
    expect(grad((x: Tensor) => sum(square(x)))(tensor([1, 2])).dtype).toBe('float32');
  });
});

describe('orders', () => {
  const t = Math.tanh(0.3);
  const s = 1 - t * t;
  const sig = 1 / (1 + Math.exp(-0.3));
  test.each<[string, Scalar, readonly number[]]>([
    ['exp', exp, [1, 1, 1, 1, 1].map(() => Math.exp(0.3))],
    ['tanh', tanh, [t, s, -2 * t * s, s * (6 * t * t - 2), s * t * (16 - 24 * t * t)]],
    ['log', log, [Math.log(0.3), 1 / 0.3, -1 / 0.3 ** 2, 2 / 0.3 ** 3, -6 / 0.3 ** 4]],
    ['1 / x', (x) => div(1, x), [1 / 0.3, -1 / 0.3 ** 2, 2 / 0.3 ** 3, -6 / 0.3 ** 4, 24 / 0.3 ** 5]],
    ['x⁴', (x) => mul(x, x, x, x), [0.3 ** 4, 4 * 0.3 ** 3, 12 * 0.3 ** 2, 24 * 0.3, 24]],
    ['x³ by pow', (x) => pow(x, 3), [0.3 ** 3, 3 * 0.3 ** 2, 6 * 0.3, 6, 0]],
    [
      'sigmoid',
      sigmoid,
      [sig, sig * (1 - sig), sig * (1 - sig) * (1 - 2 * sig), sig * (1 - sig) * (1 - 6 * sig + 6 * sig * sig)],
    ],
    [
      'through slices of one tensor',
      (x) => {
        const row = stack([x, mul(x, 2), mul(x, 3)]);
        return sum(mul(slice(row, 0, 0, 2), slice(row, 0, 1, 3), pick(row, 0, 0)));
      },
      // 2x·x·x + 6x²·x = 8x³
      [8 * 0.3 ** 3, 24 * 0.3 ** 2, 48 * 0.3, 48, 0],
    ],
  ])('%s', (_, f, expected) => {
    for (const [order, value] of expected.entries()) {
      expect(Math.abs(at(derivative(f, order), 0.3) - value)).toBeLessThan(1e-12 * (1 + Math.abs(value)));
    }
  });

  test('the Hessian of a quadratic is its matrix, added to its transpose', () => {
    const a = randn([3, 3], { dtype: 'float64', rng: new Rng(1) });
    const f = (x: Tensor): Tensor => sum(mul(x, matmul(a, x)));
    const x = randn([3, 1], { dtype: 'float64', rng: new Rng(2) });
    const rows = [0, 1, 2].map((i) => grad((p: Tensor) => pick(pick(grad(f)(p), 0, i), 0, 0))(x).data);
    const expected = add(a, transpose(a)).toArray() as number[][];
    for (const [i, row] of rows.entries()) {
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[i]?.[j] as number, 13);
    }
  });
});

describe('nesting', () => {
  test('an inner gradient sees the outer variable as a constant', () => {
    // d/dx (x · d/dy (x + y)) = 1: confusing the two would give 2.
    const f = (x: Tensor): Tensor => mul(x, grad((y: Tensor) => add(x, y))(double(1)));
    expect(at(grad(f), 1)).toBe(1);
    // d/dx (x · d/dy (x·y)) = d/dx x² = 2x
    expect(
      at(
        grad((x) => mul(x, grad((y: Tensor) => mul(x, y))(double(5)))),
        3,
      ),
    ).toBe(6);
    // … and of an inner gradient at x itself: d/dx [d/dy (x·y²) at y = x] = d/dx 2x² = 4x
    expect(
      at(
        grad((x) => grad((y: Tensor) => mul(x, y, y))(x)),
        3,
      ),
    ).toBe(12);
  });

  test('a function that closes over what is differentiated outside', () => {
    const outer = (x: Tensor): Tensor => {
      const inner = (y: Tensor): Tensor => mul(tanh(mul(x, y)), x);
      return sum(grad(inner)(stopGradient(x)));
    };
    // d/dy = x² (1 − tanh²(xy)), whose derivative by x, y held: 2x(1 − t²) − 2x²·t(1 − t²)·y
    const [x, t] = [0.7, Math.tanh(0.49)];
    expect(at(grad(outer), x)).toBeCloseTo(2 * x * (1 - t * t) - 2 * x * x * t * (1 - t * t) * x, 12);
  });

  test('inside a recording it is part of it', () => {
    const w = new Parameter(double(2));
    const tape = new Tape();
    let slope: Tensor | undefined;
    const loss = tape.record(() => {
      slope = grad((x: Tensor) => mul(w, x, x, x))(double(3));
      return mul(slope, slope);
    });
    expect(slope?.item()).toBe(54);
    tape.backward(loss);
    // (3w·x²)², whose derivative by w is 18·w·x⁴
    expect(w.grad?.item()).toBe(18 * 2 * 81);
    expect(tape.gradient(loss, [slope as Tensor]).map((g) => g.item())).toEqual([108]);
  });

  test('the argument may be what the recording computes', () => {
    const tape = new Tape();
    const x = double(2);
    const result = tape.record(() => {
      const h = square(x);
      return { direct: grad(square)(h), value: mul(h, 1) };
    });
    expect(result.direct.item()).toBe(8);
    expect(tape.gradient(result.direct, [x]).map((g) => g.item())).toEqual([8]);
  });

  test('an exception inside leaves everything as it was', () => {
    const f = grad((x: Tensor) => {
      mul(x, 2);
      throw new Error('stop');
    });
    expect(() => f(double(1))).toThrow('stop');
    const tape = new Tape();
    const loss = tape.record(() => {
      expect(() => f(double(1))).toThrow('stop');
      return square(new Parameter(double(3)));
    });
    tape.backward(loss);
    expect(at(grad(square), 2)).toBe(4);
  });

  test('thousands in a row', () => {
    let x = double(1);
    for (let i = 0; i < 2000; i++) x = sub(x, mul(grad((t: Tensor) => square(sub(t, 3)))(x), 0.1));
    expect(x.item()).toBeCloseTo(3, 12);
  });
});

describe('where there is none', () => {
  test('it is zero', () => {
    const x = double([1, 2]);
    expect(grad(() => double(5))(x).toArray()).toEqual([0, 0]);
    expect(grad((p: { a: Tensor; b: Tensor }) => sum(p.a))({ a: x, b: x }).b.toArray()).toEqual([0, 0]);
    expect(grad((p: Tensor) => sum(stopGradient(p)))(x).toArray()).toEqual([0, 0]);
    expect(derivative((p) => mul(p, 3), 2)(double(1)).item()).toBe(0);
    expect(new Tape().record(() => grad(() => double(5))(x)).toArray()).toEqual([0, 0]);
  });

  test('nor for int32 beside it', () => {
    const ids = tensor([1, 2], { dtype: 'int32' });
    const g = grad((p: { x: Tensor; ids: Tensor }) => sum(p.x))({ x: double([1]), ids });
    expect([g.x.toArray(), g.ids.toArray(), g.ids.dtype]).toEqual([[1], [0, 0], 'int32']);
  });
});

describe('special places', () => {
  test('where selects its gradient, so that NaN and infinity on the other side do not pass', () => {
    const x = double([-1, 2]);
    const guarded = (t: Tensor): Tensor => sum(where(greater(t, 0), log(t), 0));
    expect(grad(guarded)(x).toArray()).toEqual([-0, 0.5]);
    const infinite = double([Infinity, Number.NaN]);
    const [a, b] = vjp((p: readonly Tensor[]) => where(double([1, 0]), p[0] as Tensor, p[1] as Tensor))(
      [x, x],
      infinite,
    ).gradient as [Tensor, Tensor];
    expect([a.toArray(), b.toArray()]).toEqual([
      [Infinity, 0],
      [0, Number.NaN],
    ]);
  });

  test.each([
    ['sqrt', (t: Tensor) => sqrt(t), [0, 0, 0.25]],
    ['log', (t: Tensor) => log(t), [0, 0, 0.25]],
    ['1/x', (t: Tensor) => div(1, t), [0, 0, -0.0625]],
    ['pow', (t: Tensor) => pow(t, -0.5), [0, 0, -0.0625]],
  ] as const)('nothing flows where nothing arrives, even through an infinite slope: %s', (_, f, expected) => {
    const x = double([-1, 0, 4]);
    const guarded = (t: Tensor): Tensor => sum(where(greater(t, 0), f(t), 0));
    const unsigned = (values: Tensor): number[] => Array.from(values.data, (value) => value + 0);
    expect(unsigned(grad(guarded)(x))).toEqual(expected);
    // And twice: the derivative of the gradient does not see them either.
    const second = unsigned(grad((t: Tensor) => sum(grad(guarded)(t)))(x));
    expect([second[0], second[1]]).toEqual([0, 0]);
    expect(Number.isFinite(second[2])).toBe(true);
  });

  test('a finite slope stays in the second derivative where the gradient is 0', () => {
    // (√x − 2)² at x = 4: the gradient is 0, the second derivative 2 · (1/4)².
    const f = (t: Tensor): Tensor => sum(square(sub(sqrt(t), 2)));
    expect(grad(f)(double([4])).toArray()).toEqual([0]);
    expect(grad((t: Tensor) => sum(grad(f)(t)))(double([4])).toArray()).toEqual([0.125]);
  });

  test('ties share evenly', () => {
    expect(grad((x: Tensor) => max(x))(double([1, 3, 3])).toArray()).toEqual([0, 0.5, 0.5]);
    expect(
      grad((x: Tensor) => sum(min(x, 1)))(
        double([
          [2, 2, 2, 2],
          [1, 2, 3, 4],
        ]),
      ).toArray(),
    ).toEqual([
      [0.25, 0.25, 0.25, 0.25],
      [1, 0, 0, 0],
    ]);
    expect(grad((x: Tensor) => sum(maximum(x, 1)))(double([1, 2, 0])).toArray()).toEqual([0.5, 1, 0]);
  });

  test('kinks', () => {
    expect(grad((x: Tensor) => sum(relu(x)))(double([-1, 0, 1])).toArray()).toEqual([0, 0, 1]);
    expect(grad((x: Tensor) => sum(abs(x)))(double([-1, 0, 1])).toArray()).toEqual([-1, 0, 1]);
  });

  test('pow at 0', () => {
    const byBase = (b: number): number =>
      at(
        grad((x) => pow(x, b)),
        0,
      );
    expect([0, 1, 2, 3].map(byBase)).toEqual([0, 1, 0, 0]);
    expect(
      at(
        derivative((x) => pow(x, 2), 2),
        0,
      ),
    ).toBe(2);
    expect(
      at(
        grad((b) => pow(0, b)),
        2,
      ),
    ).toBe(0);
    expect(
      at(
        grad((b) => pow(2, b)),
        3,
      ),
    ).toBeCloseTo(8 * Math.LN2, 12);
    expect(
      at(
        grad((x) => pow(x, 3)),
        -2,
      ),
    ).toBe(12);
  });
});
