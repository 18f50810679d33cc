/** The shortcuts of products: gathered columns, packed weights, deferred gradients. Each equals the plain product. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  add,
  linear,
  matmul,
  mul,
  oneHot,
  Parameter,
  Rng,
  randn,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  transpose,
  zeros,
} from '../index.js';

const draw = (shape: number[], seed: number): Tensor => randn(shape, { dtype: 'float64', rng: new Rng(seed) });

function expectClose(actual: Tensor | null | undefined, expected: Tensor | null | undefined): void {
  const [a, b] = [actual?.data ?? [], expected?.data ?? []];
  expect(a.length).toBeGreaterThan(0);
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(a[i]).toBeCloseTo(b[i] as number, 12);
}

describe.each([
  ['fewer ids than half of the columns', [3, 0]],
  ['many ids', [3, 0, 6, 6, 1, 2, 3, 3]],
])('one-hot rows, %s', (_, list) => {
  const ids = tensor(list, { dtype: 'int32' });
  const rows = oneHot(ids, 7, { dtype: 'float64' });
  const copied = tensor(rows.data, { shape: rows.shape });

  test.each([true, false])('bias: %s', (biased) => {
    const g = draw([list.length, 4], 9);
    const gradients = [rows, copied].map((x) => {
      const w = new Parameter(draw([4, 7], 1));
      const parameters = biased ? [w, new Parameter(draw([4], 2))] : [w];
      const tape = new Tape();
      // Twice, so that the second writes where something is already.
      const loss = tape.record(() => {
        const once = linear(x, ...(parameters as [Parameter, Parameter?]));
        return sum(mul(add(once, mul(linear(x, w), 2)), g));
      });
      tape.backward(loss);
      return [loss, ...parameters.map(({ grad }) => grad)];
    });
    for (const [i, gathered] of (gradients[0] ?? []).entries()) expectClose(gathered, gradients[1]?.[i]);
  });

  test.each([false, true])('of a product with a table that is transposed: %s', (turned) => {
    const g = draw([list.length, 4], 9);
    const gradients = [rows, copied].map((x) => {
      const w = new Parameter(draw(turned ? [4, 7] : [7, 4], 1));
      const tape = new Tape();
      const loss = tape.record(() => {
        const table = turned ? transpose(w) : w;
        return sum(mul(add(matmul(x, table), mul(matmul(x, table), 2)), g));
      });
      tape.backward(loss);
      return [loss, w.grad];
    });
    for (const [i, gathered] of (gradients[0] ?? []).entries()) expectClose(gathered, gradients[1]?.[i]);
  });

  test('made inside a recording, and differentiated themselves', () => {
    const w = draw([4, 7], 3);
    const tape = new Tape();
    let x: Tensor | undefined;
    const loss = tape.record(() => {
      x = oneHot(ids, 7, { dtype: 'float64' });
      return sum(linear(x, w));
    });
    const [gx] = tape.gradient(loss, [x as Tensor]);
    const columns = matmul(tensor(new Float64Array(4).fill(1), { shape: [1, 4] }), w).data;
    for (const [i, value] of (gx as Tensor).data.entries()) expect(value).toBeCloseTo(columns[i % 7] as number, 12);
  });
});

test('a weight that many products read gives each of them the same bits', () => {
  const w = new Parameter(randn([40, 24], { rng: new Rng(1) }));
  const x = randn([8, 24], { rng: new Rng(2) });
  const alone = linear(x, w).data;
  const tape = new Tape();
  const results = tape.record(() => [1, 2, 3, 4].map(() => linear(x, w)));
  for (const result of results) expect(result.data).toEqual(alone);
  const transposed = tape.record(() => [1, 2, 3].map(() => matmul(x, transpose(w))));
  for (const result of transposed) expect(result.data).toEqual(alone);
  w.assign(zeros([40, 24]));
  const cleared = tape.record(() => [1, 2, 3].map(() => linear(x, w)));
  for (const result of cleared) expect(result.data.every((value) => value === 0)).toBe(true);
});

test('deferred gradients of a recurrent weight equal those of one product a step', () => {
  const w = draw([5, 5], 1);
  const xs = Array.from({ length: 150 }, (_, t) => draw([4, 5], t + 2));
  // With one parameter a step nothing can be summed over time.
  const gradient = (weights: readonly Parameter[]): (Tensor | null)[] => {
    const tape = new Tape();
    const loss = tape.record(() => {
      let h: Tensor = zeros([4, 5], { dtype: 'float64' });
      for (const [t, x] of xs.entries()) h = tanh(add(linear(h, weights[t % weights.length] as Parameter), x));
      return sum(h);
    });
    tape.backward(loss);
    return weights.map(({ grad }) => grad);
  };
  const [together] = gradient([new Parameter(w)]);
  const apart = gradient(xs.map(() => new Parameter(w)));
  const total = apart.reduce<Tensor>((all, part) => add(all, part as Tensor), zeros([5, 5], { dtype: 'float64' }));
  expectClose(together, total);
});

test.each([
  [
    [2, 3],
    [2, 5],
  ],
  [
    [4, 2, 3],
    [4, 2, 5],
  ],
  [[3], [5]],
])('x %j adds its product to all of b %j', (xShape, bShape) => {
  const [x, w, b] = [draw(xShape, 1), draw([5, 3], 2), draw(bShape, 3)];
  const gradients = [() => linear(x, w, b), () => add(b, linear(x, w))].map((result) => {
    const tape = new Tape();
    const loss = tape.record(() => sum(tanh(result())));
    return [loss, ...tape.gradient(loss, [x, w, b])];
  });
  for (const [i, t] of (gradients[0] ?? []).entries()) expectClose(t, gradients[1]?.[i]);
});
