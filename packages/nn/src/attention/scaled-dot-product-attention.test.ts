import '@unroll/kernels/reference';
import { concat, expandDims, Rng, randn, slice, sum, type Tensor, tensor, valueAndGrad } from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { expect, test } from 'vitest';
import { DotAttention } from './dot-attention.js';
import { scaledDotProductAttention } from './scaled-dot-product-attention.js';

const rng = new Rng(1);
const draw = (...shape: number[]): Tensor => randn(shape, { rng, dtype: 'float64' });
const [N, Tq, Tk, D, C] = [2, 3, 4, 3, 2];
const query = draw(N, Tq, D);
const key = draw(N, Tk, D);
const value = draw(N, Tk, C);

test.each([
  { name: 'all keys', causal: false, mask: undefined },
  {
    name: 'a mask',
    causal: false,
    mask: [
      [1, 0, 1, 1],
      [0, 1, 1, 0],
    ],
  },
  { name: 'causal', causal: true, mask: undefined },
  {
    name: 'causal with a mask',
    causal: true,
    mask: [
      [1, 0, 1, 1],
      [1, 1, 1, 0],
    ],
  },
])('equals plain loops: $name', ({ causal, mask }) => {
  const q = causal ? draw(N, Tk, D) : query;
  const { context, weights } = scaledDotProductAttention(q, key, value, { causal, mask });
  type Matrices = readonly (readonly (readonly number[])[])[];
  const [qs, ks, vs] = [q, key, value].map((t) => t.toArray() as unknown as Matrices) as [Matrices, Matrices, Matrices];
  const found = {
    context: context.toArray() as unknown as Matrices,
    weights: weights.toArray() as unknown as Matrices,
  };
  qs.forEach((rows, n) => {
    rows.forEach((row, t) => {
      const exponentials = (ks[n] ?? []).map((k, i) => {
        const isSeen = (mask?.[n]?.[i] ?? 1) === 1 && (!causal || i <= t);
        return isSeen ? Math.exp(k.reduce((sum, entry, j) => sum + entry * (row[j] ?? 0), 0) / Math.sqrt(D)) : 0;
      });
      const total = exponentials.reduce((sum, e) => sum + e, 0);
      exponentials.forEach((e, i) => {
        expect(found.weights[n]?.[t]?.[i]).toBeCloseTo(e / total, 14);
        if (e === 0) expect(found.weights[n]?.[t]?.[i]).toBe(0);
      });
      for (let j = 0; j < C; j++) {
        const wanted = exponentials.reduce((sum, e, i) => sum + (e / total) * (vs[n]?.[i]?.[j] ?? 0), 0);
        expect(found.context[n]?.[t]?.[j]).toBeCloseTo(wanted, 13);
      }
    });
  });
});

test('one query is a scaled DotAttention', () => {
  const lengths = [4, 2];
  const attention = new DotAttention({ size: D, scaled: true });
  const q = draw(N, D);
  const one = attention.attend(q, attention.prepare(key, { lengths }));
  const many = scaledDotProductAttention(expandDims(q, 1), key, key, { lengths });
  expect(many.weights.data).toEqual(one.weights.data);
  expect(many.context.data).toEqual(one.context.data);
});

test('what is masked may hold NaN, and gets no gradient', () => {
  const lengths = [4, 2];
  const spoilt = (t: Tensor): Tensor => {
    const width = t.shape[2] as number;
    return tensor(
      Float64Array.from(t.data, (entry, i) => (i >= (Tk + 2) * width ? Number.NaN : entry)),
      { shape: t.shape },
    );
  };
  const run = ({ q, k, v }: { q: Tensor; k: Tensor; v: Tensor }): Tensor => {
    const { context, weights } = scaledDotProductAttention(q, k, v, { lengths });
    return sum(concat([context, slice(weights, 2, 0, 2)], 2));
  };
  const clean = valueAndGrad(run)({ q: query, k: key, v: value });
  const { value: loss, gradient } = valueAndGrad(run)({ q: query, k: spoilt(key), v: spoilt(value) });
  expect(loss.item()).toBe(clean.value.item());
  for (const part of ['q', 'k', 'v'] as const) expect(gradient[part].data).toEqual(clean.gradient[part].data);
  expect(Array.from(gradient.v.data.slice((Tk + 2) * C))).toEqual([0, 0, 0, 0]);
});

test('derivatives of both orders', () => {
  const q = draw(N, Tk, D);
  for (const options of [{}, { lengths: [4, 2] }, { causal: true }, { causal: true, lengths: [4, 2] }]) {
    const f = (...[a, b, c]: Tensor[]): Tensor => {
      const { context, weights } = scaledDotProductAttention(a as Tensor, b as Tensor, c as Tensor, options);
      return concat([context, weights], 2);
    };
    gradcheck(f, [q, key, value]);
  }
});

test('refuses bad input', () => {
  const attend = scaledDotProductAttention;
  expect(() => attend(draw(N, Tq, 2), key, value)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scaledDotProductAttention: query, key and value do not fit together. query is [2, 3, 2], key is [2, 4, 3], value is [2, 4, 2]; they are [N, Tq, D], [N, Tk, D] and [N, Tk, C], each size at least 1. Reshape them, or add an axis with expandDims.]`,
  );
  expect(() => attend(query, key, draw(N, 3, C))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scaledDotProductAttention: query, key and value do not fit together. query is [2, 3, 3], key is [2, 4, 3], value is [2, 3, 2]; they are [N, Tq, D], [N, Tk, D] and [N, Tk, C], each size at least 1. Reshape them, or add an axis with expandDims.]`,
  );
  expect(() => attend(draw(1, Tq, D), key, value)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scaledDotProductAttention: query, key and value do not fit together. query is [1, 3, 3], key is [2, 4, 3], value is [2, 4, 2]; they are [N, Tq, D], [N, Tk, D] and [N, Tk, C], each size at least 1. Reshape them, or add an axis with expandDims.]`,
  );
  expect(() => attend(query, key, draw(1, Tk, C))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scaledDotProductAttention: query, key and value do not fit together. query is [2, 3, 3], key is [2, 4, 3], value is [1, 4, 2]; they are [N, Tq, D], [N, Tk, D] and [N, Tk, C], each size at least 1. Reshape them, or add an axis with expandDims.]`,
  );
  expect(() => attend(draw(N, D), key, value)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scaledDotProductAttention: query, key and value do not fit together. query is [2, 3], key is [2, 4, 3], value is [2, 4, 2]; they are [N, Tq, D], [N, Tk, D] and [N, Tk, C], each size at least 1. Reshape them, or add an axis with expandDims.]`,
  );
  expect(() => attend(draw(N, 0, D), key, value)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scaledDotProductAttention: query, key and value do not fit together. query is [2, 0, 3], key is [2, 4, 3], value is [2, 4, 2]; they are [N, Tq, D], [N, Tk, D] and [N, Tk, C], each size at least 1. Reshape them, or add an axis with expandDims.]`,
  );
  expect(() => attend(query, key, value, { causal: true })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scaledDotProductAttention: there are not as many queries as keys. query is [2, 3, 3], key is [2, 4, 3], value is [2, 4, 2]; with causal, query t and key t stand at the same place. Leave causal out, or pass them of one length.]`,
  );
  const nothing = [
    [1, 1, 1, 1],
    [0, 0, 0, 0],
  ];
  expect(() => attend(query, key, value, { mask: nothing })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: scaledDotProductAttention: sequence 1 has no real step. mask is [2, 4]; each sequence has at least one. Leave empty sequences out.]`,
  );
  const front = [
    [1, 1, 1, 1],
    [0, 1, 1, 1],
  ];
  expect(() => attend(key, key, value, { mask: front, causal: true })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: scaledDotProductAttention: query 0 of sequence 1 sees no key; with causal it sees the keys from 0 to its own, of which the mask leaves none. Put the padding at the end.]`,
  );
  const misspelt = { causal: true, isCausal: true };
  expect(() => attend(query, key, value, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: scaledDotProductAttention: unknown option 'isCausal'; the options are lengths, mask, causal. Correct the name, or leave it out.]`,
  );
  expect(() => attend(tensor([[[1]]], { dtype: 'int32' }), key, value)).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: scaledDotProductAttention: query is int32. query is [1, 1, 1]; int32 tensors hold indices and are not computed with. Convert with cast(query, 'float32').]`,
  );
});
