import '@unroll/kernels/reference';
import {
  concat,
  detectAnomaly,
  expandDims,
  mul,
  neg,
  Rng,
  randn,
  reshape,
  slice,
  square,
  sub,
  sum,
  Tape,
  type Tensor,
  tensor,
  valueAndGrad,
} from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { describe, expect, test } from 'vitest';
import { Module } from '../module.js';
import { withParameters } from '../with-parameters.js';
import { AdditiveAttention } from './additive-attention.js';
import type { Attention } from './attention.js';
import { DotAttention } from './dot-attention.js';
import { GeneralAttention } from './general-attention.js';
import { type PreparedMemory, readMemory, weigh } from './memory.js';

const float64 = { dtype: 'float64' } as const;
const [N, T, M] = [3, 4, 3];
const LENGTHS = [4, 1, 2];

type Plain = readonly (readonly number[])[];
type Weights = Readonly<Record<string, Plain>>;

/** As a stranger would write it: the nearer, the higher the score. */
const nearest: Attention<PreparedMemory> = {
  querySize: M,
  memorySize: M,
  contextSize: M,
  prepare(memory, options) {
    const { values, mask } = readMemory('nearest', memory, M, options);
    return { keys: values, values, mask };
  },
  attend: (query, { keys, values, mask }) => weigh(neg(sum(square(sub(keys, expandDims(query, 1))), -1)), values, mask),
};

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const times = (matrix: Plain, x: readonly number[]): number[] => matrix.map((row) => dot(row, x));

/** Each attention, and the score of one place in plain numbers. */
const attentions: [
  name: string,
  attention: Attention<PreparedMemory>,
  score: (weights: Weights, query: readonly number[], place: readonly number[]) => number,
][] = [
  [
    'additive',
    new AdditiveAttention({ querySize: 2, memorySize: M, hiddenSize: 5, rng: new Rng(1), ...float64 }),
    ({ weightQuery = [], weightKey = [], weightScore = [] }, q, m) => {
      const [fromQuery, fromPlace] = [times(weightQuery, q), times(weightKey, m)];
      return dot(
        weightScore[0] ?? [],
        fromQuery.map((entry, i) => Math.tanh(entry + (fromPlace[i] ?? 0))),
      );
    },
  ],
  ['dot', new DotAttention({ size: M }), (_, q, m) => dot(q, m)],
  ['scaled dot', new DotAttention({ size: M, scaled: true }), (_, q, m) => dot(q, m) / Math.sqrt(M)],
  [
    'general',
    new GeneralAttention({ querySize: 2, memorySize: M, rng: new Rng(1), ...float64 }),
    ({ weight = [] }, q, m) => dot(q, times(weight, m)),
  ],
  ["a stranger's", nearest, (_, q, m) => -dot(q, q) + 2 * dot(q, m) - dot(m, m)],
];

/** A memory with NaN where it is masked. */
function withNaN(memory: Tensor, lengths: readonly number[]): Tensor {
  const isReal = (i: number): boolean => Math.floor(i / M) % T < (lengths[Math.floor(i / (M * T))] ?? 0);
  return tensor(
    Float64Array.from(memory.data, (entry, i) => (isReal(i) ? entry : Number.NaN)),
    { shape: memory.shape },
  );
}

const row = (t: Tensor, n: number): Tensor => slice(t, 0, n, n + 1);
const largest = (a: Tensor, b: Tensor): number =>
  Math.max(...Array.from(a.data, (x, i) => Math.abs(x - (b.data[i] ?? NaN))));

describe.each(attentions)('%s', (_, attention, score) => {
  const memory = randn([N, T, M], { rng: new Rng(2), ...float64 });
  const query = randn([N, attention.querySize], { rng: new Rng(3), ...float64 });
  const named = attention instanceof Module ? attention.namedParameters() : [];
  const weights = Object.fromEntries(named.map(([name, p]) => [name, p.toArray() as unknown as Plain]));

  test('equals plain loops', () => {
    const { context, weights: found } = attention.attend(query, attention.prepare(memory, { lengths: LENGTHS }));
    for (const [n, length] of LENGTHS.entries()) {
      const q = Array.from(row(query, n).data);
      const places = (row(memory, n).toArray() as unknown as Plain[])[0]?.slice(0, length) ?? [];
      const exponentials = places.map((place) => Math.exp(score(weights, q, place)));
      const total = exponentials.reduce((sum, e) => sum + e, 0);
      const shares = Array.from({ length: T }, (_, t) => (exponentials[t] ?? 0) / total);
      const wanted = Array.from({ length: M }, (_, j) =>
        places.reduce((c, m, t) => c + (m[j] ?? 0) * (shares[t] ?? 0), 0),
      );
      expect(largest(row(found, n), tensor(Float64Array.from(shares)))).toBeLessThan(1e-14);
      expect(largest(row(context, n), tensor(Float64Array.from(wanted)))).toBeLessThan(1e-14);
    }
  });

  test('weights add up to 1, and are exactly 0 where the memory is masked', () => {
    const mask = [
      [1, 0, 1, 1],
      [0, 0, 1, 0],
      [true, true, false, false],
    ];
    const { weights: found } = attention.attend(query, attention.prepare(memory, { mask }));
    for (const [n, flags] of mask.entries()) {
      const entries = Array.from(row(found, n).data);
      expect(entries.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 14);
      flags.forEach((flag, t) => {
        if (flag) expect(entries[t]).toBeGreaterThan(0);
        else expect(entries[t]).toBe(0);
      });
    }
  });

  test('a batch with lengths, and NaN beyond them, equals its sequences one by one', () => {
    const prepared = attention.prepare(withNaN(memory, LENGTHS), { lengths: LENGTHS });
    const together = attention.attend(query, prepared);
    for (const [n, length] of LENGTHS.entries()) {
      const alone = attention.attend(row(query, n), attention.prepare(slice(row(memory, n), 1, 0, length)));
      expect(largest(row(together.context, n), alone.context)).toBeLessThan(1e-14);
      expect(largest(slice(row(together.weights, n), 1, 0, length), alone.weights)).toBeLessThan(1e-14);
    }
  });

  test('masked places get no gradient, whatever stands there', () => {
    const [toContext, toWeights] = [randn([N, M], float64), randn([N, T], float64)];
    const run = (x: Tensor): Tensor => {
      const { context, weights } = attention.attend(query, attention.prepare(x, { lengths: LENGTHS }));
      return sum(concat([reshape(mul(context, toContext), [-1]), reshape(mul(weights, toWeights), [-1])]));
    };
    const { value, gradient } = valueAndGrad(run)(withNaN(memory, LENGTHS));
    const clean = valueAndGrad(run)(memory);
    expect(value.item()).toBe(clean.value.item());
    expect(gradient.data).toEqual(clean.gradient.data);
    for (const [n, length] of LENGTHS.entries()) {
      const entries = Array.from(row(gradient, n).data);
      expect(entries.slice(length * M)).toEqual(new Array<number>((T - length) * M).fill(0));
      expect(entries.slice(0, length * M).every((entry) => entry !== 0)).toBe(true);
    }
    if (!(attention instanceof Module)) return;
    const byParameters = (x: Tensor): unknown[] => {
      const { gradient } = valueAndGrad((values: Readonly<Record<string, Tensor>>) =>
        withParameters(attention, values, () => run(x)),
      )(Object.fromEntries(named));
      return Object.values(gradient).map(({ data }) => data);
    };
    expect(byParameters(withNaN(memory, LENGTHS))).toEqual(byParameters(memory));
  });

  test('derivatives of both orders', () => {
    const f = (x: Tensor, q: Tensor, ...values: Tensor[]): Tensor => {
      const look = (): Tensor => {
        const { context, weights } = attention.attend(q, attention.prepare(x, { lengths: LENGTHS }));
        return concat([context, weights], 1);
      };
      if (!(attention instanceof Module)) return look();
      return withParameters(attention, Object.fromEntries(named.map(([name], i) => [name, values[i] as Tensor])), look);
    };
    gradcheck(f, [memory, query, ...named.map(([, parameter]) => parameter)]);
  });

  test('is no anomaly', () => {
    const tape = new Tape();
    detectAnomaly(() => {
      const loss = tape.record(() => {
        return sum(square(attention.attend(query, attention.prepare(mul(memory, 2), { lengths: LENGTHS })).context));
      });
      tape.gradient(loss, []);
    });
  });
});

test('a query that is much like one place finds that place', () => {
  const prepared = new DotAttention({ size: 2 }).prepare(
    tensor([
      [
        [100, 0],
        [0, 100],
        [-100, 0],
      ],
    ]),
  );
  const { context, weights } = new DotAttention({ size: 2 }).attend(tensor([[-3, 0]]), prepared);
  expect(weights.toArray()).toEqual([[0, 0, 1]]);
  expect(context.toArray()).toEqual([[-100, 0]]);
});

test('lengths that say nothing need no mask', () => {
  const attention = new DotAttention({ size: 2 });
  const memory = randn([2, 3, 2]);
  expect(attention.prepare(memory, { lengths: [3, 3] }).mask).toBeNull();
  expect(attention.prepare(memory, { lengths: [3, 2] }).mask?.toArray()).toEqual([
    [1, 1, 1],
    [1, 1, 0],
  ]);
});

test('draws its weights from the generator', () => {
  const options = { querySize: 2, memorySize: 3, hiddenSize: 4 };
  const draw = (seed: number): unknown[] => {
    const rng = new Rng(seed);
    const modules = [
      new AdditiveAttention({ ...options, rng }),
      new GeneralAttention({ querySize: 2, memorySize: 3, rng }),
    ];
    return modules.flatMap((module) => module.parameters().map(({ data }) => data));
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('refuses bad input', () => {
  const attention = new AdditiveAttention({ querySize: 2, memorySize: 3, hiddenSize: 4 });
  const memory = randn([2, 5, 3]);
  expect(() => attention.prepare(randn([2, 5, 4]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AdditiveAttention.prepare: the memory does not fit. memory is [2, 5, 4]; it must be [N, T, 3], with N and T of at least 1. Pass all outputs of an encoder, or check memorySize.]`,
  );
  expect(() => attention.prepare(randn([5, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AdditiveAttention.prepare: the memory does not fit. memory is [5, 3]; it must be [N, T, 3], with N and T of at least 1. Pass all outputs of an encoder, or check memorySize.]`,
  );
  expect(() => attention.prepare(randn([2, 0, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AdditiveAttention.prepare: the memory does not fit. memory is [2, 0, 3]; it must be [N, T, 3], with N and T of at least 1. Pass all outputs of an encoder, or check memorySize.]`,
  );
  expect(() => attention.prepare(tensor([[[1, 2, 3]]], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: AdditiveAttention.prepare: memory is int32. memory is [1, 1, 3]; int32 tensors hold indices and are not computed with. Convert with cast(memory, 'float32').]`,
  );
  expect(() => attention.prepare(memory, { lengths: [5, 0] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: AdditiveAttention.prepare: lengths[1] is 0; a length is a whole number from 1 to 5, the size of the time axis. Leave empty sequences out.]`,
  );
  const nothing = [
    [1, 1, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ];
  expect(() => attention.prepare(memory, { mask: nothing })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: AdditiveAttention.prepare: sequence 1 has no real step. mask is [2, 5]; each sequence has at least one. Leave empty sequences out.]`,
  );
  const misspelt = { mask: undefined, length: [5, 3] };
  expect(() => attention.prepare(memory, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: AdditiveAttention.prepare: unknown option 'length'; the options are lengths, mask. Correct the name, or leave it out.]`,
  );
  const prepared = attention.prepare(memory);
  expect(() => attention.attend(randn([2, 3]), prepared)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AdditiveAttention: the query does not fit. query is [2, 3]; for a memory of 2 sequences it must be [2, 2]. Check querySize.]`,
  );
  expect(() => attention.attend(randn([1, 2]), prepared)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AdditiveAttention: the query does not fit. query is [1, 2]; for a memory of 2 sequences it must be [2, 2]. Prepare the memory of the same batch.]`,
  );
  const sizes = { querySize: 2, memorySize: 3, hiddenSize: 4 };
  expect(() => new AdditiveAttention({ ...sizes, querySize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AdditiveAttention: querySize is 0; it must be a whole number of at least 1. Correct querySize.]`,
  );
  expect(() => new AdditiveAttention({ ...sizes, memorySize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AdditiveAttention: memorySize is 0; it must be a whole number of at least 1. Correct memorySize.]`,
  );
  expect(() => new AdditiveAttention({ ...sizes, hiddenSize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AdditiveAttention: hiddenSize is 0; it must be a whole number of at least 1. Correct hiddenSize.]`,
  );
  const unknown = { ...sizes, size: 2 };
  expect(() => new AdditiveAttention(unknown)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AdditiveAttention: unknown option 'size'; the options are querySize, memorySize, hiddenSize, rng, dtype. Correct the name, or leave it out.]`,
  );
  expect(() => new GeneralAttention(unknown)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new GeneralAttention: unknown option 'hiddenSize'; the options are querySize, memorySize, rng, dtype. Correct the name, or leave it out.]`,
  );
  expect(() => new GeneralAttention({ querySize: 0, memorySize: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new GeneralAttention: querySize is 0; it must be a whole number of at least 1. Correct querySize.]`,
  );
  expect(() => new GeneralAttention({ querySize: 1, memorySize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new GeneralAttention: memorySize is 0; it must be a whole number of at least 1. Correct memorySize.]`,
  );
  expect(() => new DotAttention({ size: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new DotAttention: size is 0; it must be a whole number of at least 1. Correct size.]`,
  );
  expect(() => new DotAttention(unknown)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new DotAttention: unknown option 'querySize'; the options are size, scaled. Correct the name, or leave it out.]`,
  );
  const wide = new DotAttention({ size: 3 });
  expect(() => wide.attend(randn([2, 2]), wide.prepare(memory))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: DotAttention: the query does not fit. query is [2, 2]; for a memory of 2 sequences it must be [2, 3]. Check querySize.]`,
  );
});
