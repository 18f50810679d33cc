/** Laws that hold for all shapes: what undoes what, and adjoints. */
import '@unroll/kernels/reference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  broadcastTo,
  concat,
  cumsum,
  einsum,
  expandDims,
  flip,
  gather,
  linear,
  linearRecurrence,
  matmul,
  mul,
  neg,
  pad,
  permute,
  pick,
  reshape,
  scatterAdd,
  scratch,
  slice,
  split,
  squeeze,
  stack,
  sub,
  sum,
  Tape,
  type Tensor,
  tensor,
  transpose,
  vjp,
  where,
  zeros,
} from './index.js';
import {
  dot,
  draw,
  entry,
  indices,
  laid,
  narrowed,
  order,
  positive,
  RUNS,
  seed,
  shapeOf,
  size,
} from './laws.fixture.js';

const ids = (values: readonly number[]): Tensor => tensor(values, { dtype: 'int32' });
const same = (a: Tensor, b: Tensor): void => {
  expect(a.shape).toEqual(b.shape);
  expect([...a.data]).toEqual([...b.data]);
};
describe('undoing', () => {
  const anyTensor = fc.record({ shape: shapeOf(1, 4), from: seed }).map(({ shape, from }) => draw(shape, from));

  test('what is split is concatenated, and what is stacked is picked', () => {
    fc.assert(
      fc.property(anyTensor, fc.nat(), fc.array(fc.nat(), { maxLength: 3 }), (x, a, cuts) => {
        const axis = a % x.rank;
        const n = x.shape[axis] as number;
        const borders = [0, ...cuts.map((cut) => cut % (n + 1)).sort((p, q) => p - q), n];
        const parts = borders.slice(1).map((border, i) => border - (borders[i] as number));
        same(concat(split(x, parts, axis), axis), x);
        if (axis === 0) same(concat(split(x, parts)), x);
        if (n > 0)
          same(
            stack(
              Array.from({ length: n }, (_, i) => pick(x, axis, i)),
              axis,
            ),
            x,
          );
        same(
          scratch(() => concat(split(laid(x, 'permuted'), parts, axis), axis)),
          x,
        );
      }),
      RUNS,
    );
  });

  test('twice transposed, flipped, permuted back, reshaped back, padded and sliced', () => {
    fc.assert(
      fc.property(anyTensor, fc.nat(), fc.nat(), order, fc.infiniteStream(fc.nat()), (original, p, q, how, more) => {
        const [a, b] = [p % original.rank, q % original.rank];
        const axes = original.shape.map((_, axis) => axis).sort((i, j) => ((i * 7 + p) % 5) - ((j * 7 + p) % 5));
        const inverse = axes.map((_, axis) => axes.indexOf(axis));
        const [before, after] = [(more.next().value ?? 0) % 3, (more.next().value ?? 0) % 3];
        scratch(() => {
          const x = laid(original, how);
          same(x, original);
          same(transpose(transpose(x, a, b), a, b), x);
          same(flip(flip(x, [a]), [a]), x);
          same(permute(permute(x, axes), inverse), x);
          same(reshape(reshape(x, [x.size]), x.shape), x);
          same(squeeze(expandDims(x, a), a), x);
          same(slice(pad(x, a, before, after, 7), a, before, before + (x.shape[a] as number)), x);
          same(broadcastTo(x, x.shape), x);
          return null;
        });
      }),
      RUNS,
    );
  });

  test('gathering rows in order changes nothing, and scattering them neither', () => {
    fc.assert(
      fc.property(size, positive, seed, order, (rows, cols, from, how) => {
        const x = draw([rows, cols], from);
        const all = ids(Array.from({ length: rows }, (_, i) => i));
        same(
          scratch(() => gather(laid(x, how), all)),
          x,
        );
        same(
          scratch(() => scatterAdd(laid(x, how), all, rows)),
          x,
        );
      }),
      RUNS,
    );
  });
});

test('un-broadcasting: a gradient is summed over what was repeated', () => {
  fc.assert(
    fc.property(
      shapeOf(0, 4),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      fc.tuple(fc.nat(2), fc.nat(2)),
      seed,
      order,
      (shape, ones, missing, from, how) => {
        const a = draw(narrowed(shape, ones.slice(0, 4), missing[0]), from);
        const b = draw(narrowed(shape, ones.slice(4), missing[1]), from + 1);
        const tape = new Tape();
        const out = tape.record(() => sub(mul(laid(a, how), b), b));
        const g = draw(out.shape, from + 2);
        const [ga, gb] = tape.gradient(out, [a, b], { seed: g }) as [Tensor, Tensor];
        const expectedA = new Float64Array(a.size);
        const expectedB = new Float64Array(b.size);
        const flat = (x: Tensor, index: readonly number[]): number =>
          x.shape.reduce((at, n, axis) => at * n + (n === 1 ? 0 : (index[index.length - x.rank + axis] as number)), 0);
        for (const index of indices(out.shape)) {
          const [i, j] = [flat(a, index), flat(b, index)];
          expectedA[i] = (expectedA[i] as number) + entry(g, index) * entry(b, index);
          expectedB[j] = (expectedB[j] as number) + entry(g, index) * (entry(a, index) - 1);
        }
        expect([ga.shape, gb.shape]).toEqual([a.shape, b.shape]);
        for (const [i, value] of expectedA.entries()) expect(ga.data[i]).toBeCloseTo(value, 10);
        for (const [i, value] of expectedB.entries()) expect(gb.data[i]).toBeCloseTo(value, 10);
      },
    ),
    RUNS,
  );
});

/** A linear map, and the shape of what it maps. */
interface LinearMap {
  readonly name: string;
  readonly shape: readonly number[];
  readonly map: (x: Tensor) => Tensor;
}

/** Each linear operation, in each of its arguments, for a shape `[p, …shape]` with further numbers to choose by. */
function linearMaps(shape: readonly number[], p: number, i: number, j: number, from: number): LinearMap[] {
  const axis = i % shape.length;
  const n = shape[axis] as number;
  const start = n === 0 ? 0 : j % (n + 1);
  const axes = shape.map((_, k) => k).sort((a, b) => ((a * 5 + i) % 7) - ((b * 5 + i) % 7));
  const without = shape.filter((_, k) => k !== axis);
  const last = shape.at(-1) as number;
  const [outer, inner] = [shape.at(-2) ?? p, last];
  const ones = shape.map((own, k) => (k === axis ? 1 : own));
  const mask = tensor(
    Array.from({ length: last }, (_, k) => (k + j) % 2),
    { dtype: 'float64' },
  );
  const rows = ids(Array.from({ length: 5 }, (_, k) => (k * (j + 1)) % p));
  return [
    { name: 'slice', shape, map: (x) => slice(x, axis, start, n, 1 + (j % 3)) },
    { name: 'pad', shape, map: (x) => pad(x, axis, i % 3, j % 2) },
    { name: 'permute', shape, map: (x) => permute(x, axes) },
    { name: 'reshape', shape, map: (x) => reshape(x, [...without, n]) },
    { name: 'reshape of a view', shape, map: (x) => reshape(permute(x, axes), [x.size]) },
    { name: 'flip', shape, map: (x) => flip(x, axis) },
    { name: 'expandDims', shape, map: (x) => expandDims(x, axis) },
    { name: 'concat', shape, map: (x) => concat([x, slice(x, axis, start), x], axis) },
    { name: 'stack', shape, map: (x) => stack([x, flip(x), neg(x)], i % (shape.length + 1)) },
    { name: 'sum', shape, map: (x) => sum(x, axis) },
    { name: 'sum of all', shape, map: (x) => sum(x, undefined, { keepDims: true }) },
    { name: 'cumsum', shape, map: (x) => cumsum(x, axis) },
    {
      name: 'linearRecurrence by b',
      shape: ones,
      map: (x) => linearRecurrence(draw(shape, from), x, axis, { reverse: j % 2 === 0 }),
    },
    {
      name: 'linearRecurrence by initial',
      shape: without,
      map: (x) =>
        linearRecurrence(draw([n, ...shape.slice(axis + 1)], from), zeros(shape, { dtype: 'float64' }), axis, {
          reverse: j % 2 === 0,
          initial: x,
        }),
    },
    { name: 'einsum', shape: [p, last], map: (x) => einsum('...i,ji->j...', draw(shape, from), x) },
    { name: 'diagonal', shape: [p, last, p], map: (x) => einsum('iji->ji', x) },
    { name: 'broadcastTo', shape: ones, map: (x) => broadcastTo(x, [2, ...shape]) },
    { name: 'mul', shape, map: (x) => mul(x, draw(ones, from)) },
    { name: 'mul, repeated', shape: ones, map: (x) => mul(draw(shape, from), x) },
    { name: 'add to itself', shape, map: (x) => add(x, flip(x), mul(x, 3)) },
    { name: 'where', shape, map: (x) => where(mask, x, mul(x, 2)) },
    { name: 'gather', shape: [p, ...shape], map: (x) => gather(x, rows) },
    { name: 'scatterAdd', shape: [5, p], map: (x) => scatterAdd(x, rows, p + 1) },
    {
      name: 'matmul by the left',
      shape: [...shape.slice(0, -2), outer, inner],
      map: (x) => matmul(x, draw([inner, p], from)),
    },
    {
      name: 'matmul by the right',
      shape: [inner, p],
      map: (x) => matmul(draw([...shape.slice(0, -2), outer, inner], from), x),
    },
    { name: 'matmul, batches', shape: [2, 1, p, inner], map: (x) => matmul(x, draw([3, inner, 2], from)) },
    { name: 'matmul, repeated', shape: [inner, 2], map: (x) => matmul(draw([2, 3, p, inner], from), x) },
    { name: 'linear by x', shape, map: (x) => linear(x, draw([p, last], from)) },
    { name: 'linear by w', shape: [p, last], map: (x) => linear(draw(shape, from), x) },
    {
      name: 'linear by b',
      shape: [p],
      map: (x) =>
        sub(linear(draw(shape, from), draw([p, last], from), x), linear(draw(shape, from), draw([p, last], from))),
    },
    ...(n === 0 ? [] : [{ name: 'pick', shape, map: (x: Tensor) => pick(x, axis, j % n) }]),
  ];
}

describe('⟨g, J·v⟩ = ⟨Jᵀ·g, v⟩', () => {
  const chosen = fc.record({ shape: shapeOf(1, 3), p: positive, i: fc.nat(20), j: fc.nat(20), from: seed });
  const names = linearMaps([2, 2], 2, 0, 0, 0).map(({ name }) => name);

  test.each(names)('%s', (name) => {
    let applied = 0;
    fc.assert(
      fc.property(chosen, order, ({ shape, p, i, j, from }, how) => {
        const found = linearMaps(shape, p, i, j, from).find((candidate) => candidate.name === name);
        if (found === undefined) return; // pick, of nothing
        applied += 1;
        const v = draw(found.shape, from + 3);
        const through = (x: Tensor): Tensor => found.map(laid(x, how));
        const tape = new Tape();
        const image = tape.record(() => through(v));
        const g = draw(image.shape, from + 4);
        const forth = dot(g, image);
        const inPlace = tape.gradient(image, [v], { seed: g })[0] as Tensor;
        const recorded = new Tape().record(() => vjp(through)(v, g).gradient);
        for (const back of [inPlace, recorded]) {
          const { value, scale } = dot(back, v);
          expect(back.shape).toEqual(v.shape);
          expect(Math.abs(value - forth.value)).toBeLessThanOrEqual(1e-13 * (scale + forth.scale));
        }
      }),
      { ...RUNS, numRuns: 60 },
    );
    expect(applied).toBeGreaterThan(30);
  });
});
