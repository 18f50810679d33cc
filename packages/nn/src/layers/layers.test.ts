import '@unroll/kernels/reference';
import { mul, ones, Rng, randn, tensor, zeros } from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { describe, expect, test } from 'vitest';
import {
  Dropout,
  Embedding,
  LayerNorm,
  Linear,
  ReLU,
  Sequential,
  Sigmoid,
  Softmax,
  Tanh,
  withParameters,
} from '../index.js';

const float64 = { dtype: 'float64' } as const;

describe('Linear', () => {
  test('maps the last axis', () => {
    const layer = new Linear({ inputSize: 2, outputSize: 3 });
    layer.loadStateDict({
      weight: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      bias: tensor([10, 20, 30]),
    });
    expect(layer.forward(tensor([1, 1])).toArray()).toEqual([13, 27, 41]);
    expect(layer.forward(ones([2, 4, 2])).shape).toEqual([2, 4, 3]);
    const plain = new Linear({ inputSize: 2, outputSize: 3, bias: false });
    expect(plain.namedParameters().map(([name]) => name)).toEqual(['weight']);
    expect(plain.forward(zeros([1, 2])).toArray()).toEqual([[0, 0, 0]]);
  });

  test('starts within ±1/√inputSize, equal for equal seeds', () => {
    const build = (seed: number): Linear => new Linear({ inputSize: 16, outputSize: 50, rng: new Rng(seed) });
    const numbers = Array.from(build(1).weight.data);
    expect(Math.max(...numbers.map(Math.abs))).toBeLessThanOrEqual(0.25);
    expect(Math.max(...numbers.map(Math.abs))).toBeGreaterThan(0.24);
    expect(Array.from(build(1).weight.data)).toEqual(numbers);
    expect(Array.from(build(2).weight.data)).not.toEqual(numbers);
  });

  test('refuses bad input', () => {
    const layer = new Linear({ inputSize: 2, outputSize: 3 });
    expect(() => layer.forward(zeros([4, 5]))).toThrow(/^linear: /);
    expect(() => new Linear({ inputSize: -1, outputSize: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Linear: inputSize is -1; it must be a whole number of at least 1. Correct inputSize.]`,
    );
    const misspelt = { inputSize: 2, outputSize: 3, useBias: false };
    expect(() => new Linear(misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Linear: unknown option 'useBias'; the options are inputSize, outputSize, bias, rng, dtype. Correct the name, or leave it out.]`,
    );
    expect(() => new Linear({ inputSize: 2, outputSize: 3, dtype: 'int32' })).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: new Parameter: the values are int32. values is [3, 2]; parameters are float32 or float64. Pass { dtype: 'float32' } to tensor().]`,
    );
  });
});

describe('Embedding', () => {
  test('gives rows by id', () => {
    const layer = new Embedding({ vocabularySize: 3, embeddingSize: 2 });
    layer.loadStateDict({
      weight: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    });
    expect(layer.forward(tensor([[2, 0]], { dtype: 'int32' })).toArray()).toEqual([
      [
        [5, 6],
        [1, 2],
      ],
    ]);
  });

  test('refuses bad input', () => {
    const layer = new Embedding({ vocabularySize: 3, embeddingSize: 2 });
    expect(() => layer.forward(tensor([3], { dtype: 'int32' }))).toThrow(/^gather: index 3/);
    expect(() => layer.forward(tensor([1]))).toThrow(/^gather: ids is float32/);
    const misspelt = { vocabularySize: 3, embeddingSize: 2, size: 1 };
    expect(() => new Embedding(misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Embedding: unknown option 'size'; the options are vocabularySize, embeddingSize, rng, dtype. Correct the name, or leave it out.]`,
    );
  });
});

describe('Dropout', () => {
  test('acts in training only, and keeps the mean', () => {
    const layer = new Dropout({ p: 0.25, rng: new Rng(1) });
    const { data } = layer.forward(ones([4000]));
    const zerosAmong = data.filter((x) => x === 0).length;
    expect(zerosAmong / 4000).toBeCloseTo(0.25, 1);
    expect(new Set(data)).toEqual(new Set([0, Math.fround(4 / 3)]));
    const x = ones([3]);
    expect(layer.eval().forward(x)).toBe(x);
  });

  test('resumes its masks from a state dictionary', () => {
    const layer = new Dropout({ p: 0.5, rng: new Rng(1) });
    const state = layer.stateDict();
    const masks = [1, 2].map(() => layer.forward(ones([20])).toArray());
    expect(masks[0]).not.toEqual(masks[1]);
    layer.loadStateDict(state);
    expect([1, 2].map(() => layer.forward(ones([20])).toArray())).toEqual(masks);
  });

  test('leaves the generator that it was made from alone', () => {
    const rng = new Rng(1);
    const layer = new Dropout({ p: 0.5, rng });
    const before = rng.state();
    layer.forward(ones([5]));
    expect(rng.state()).toEqual(before);
  });

  test('refuses bad input', () => {
    expect(() => new Dropout({ p: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Dropout: p is 1; p is the probability of a zero: at least 0 and below 1. Pass such a p.]`,
    );
    expect(() => new Dropout({ p: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Dropout: p is NaN; p is the probability of a zero: at least 0 and below 1. Pass such a p.]`,
    );
    const misspelt = { p: 0.5, rate: 0.5 };
    expect(() => new Dropout(misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Dropout: unknown option 'rate'; the options are p, rng. Correct the name, or leave it out.]`,
    );
  });
});

describe('LayerNorm', () => {
  test('brings each row to mean 0 and variance 1', () => {
    const layer = new LayerNorm({ size: 50, eps: 1e-12, ...float64 });
    const x = mul(randn([2, 3, 50], { rng: new Rng(1), ...float64 }), 7);
    const { data, shape } = layer.forward(x);
    expect(shape).toEqual([2, 3, 50]);
    for (let row = 0; row < 6; row++) {
      const numbers = Array.from(data.slice(row * 50, (row + 1) * 50));
      const mean = numbers.reduce((a, b) => a + b) / 50;
      expect(mean).toBeCloseTo(0, 12);
      expect(numbers.reduce((total, n) => total + (n - mean) ** 2, 0) / 50).toBeCloseTo(1, 10);
    }
  });

  test('has the derivatives that it should', () => {
    const layer = new LayerNorm({ size: 4, ...float64 });
    const draw = (shape: number[], seed: number) => randn(shape, { rng: new Rng(seed), ...float64 });
    gradcheck(
      (x, weight, bias) => withParameters(layer, { weight, bias }, () => layer.forward(x)),
      [draw([3, 4], 1), draw([4], 2), draw([4], 3)],
    );
  });

  test('refuses bad input', () => {
    expect(() => new LayerNorm({ size: 4 }).forward(zeros([2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: LayerNorm: x's last axis has another size. x is [2, 3], weight is [4]; the last axis must be 4. Correct size, or transpose x.]`,
    );
    expect(() => new LayerNorm({ size: 4, eps: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new LayerNorm: eps is 0; eps keeps the root away from 0: it is finite and above 0. Pass such an eps.]`,
    );
    const misspelt = { size: 4, epsilon: 1e-3 };
    expect(() => new LayerNorm(misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new LayerNorm: unknown option 'epsilon'; the options are size, eps, dtype. Correct the name, or leave it out.]`,
    );
  });
});

describe('Sequential', () => {
  test('runs layers and functions in order, given singly or in an array', () => {
    const layers = [new Tanh(), new Sigmoid(), (x: ReturnType<typeof zeros>) => mul(x, -2), new ReLU()] as const;
    const x = tensor([0.5, -0.5], float64);
    const sequence = new Sequential(...layers.slice(0, 3));
    const expected = [0.5, -0.5].map((n) => -2 / (1 + Math.exp(-Math.tanh(n))));
    Array.from(sequence.forward(x).data).forEach((y, i) => {
      expect(y).toBeCloseTo(expected[i] ?? Number.NaN, 14);
    });
    expect(new Sequential(layers).forward(x).toArray()).toEqual([0, 0]);
    expect(new Sequential().forward(x)).toBe(x);
  });

  test('names the place of an error', () => {
    const model = new Sequential(new Linear({ inputSize: 2, outputSize: 3 }), new LayerNorm({ size: 4 }));
    expect(() => model.forward(zeros([1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: LayerNorm (in Sequential.layers[1], LayerNorm): x's last axis has another size. x is [1, 3], weight is [4]; the last axis must be 4. Correct size, or transpose x.]`,
    );
    expect(() => new Sequential((x) => mul(x, zeros([7]))).forward(zeros([1, 2]))).toThrow(
      /^mul \(in Sequential.layers\[0\]\): /,
    );
    expect(() => new Sequential(new Tanh(), {} as Tanh)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Sequential: layers[1] is no layer; layers have a method forward, or are functions of a tensor. Pass such a layer.]`,
    );
    expect(() => new Sequential(null as unknown as Tanh)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Sequential: layers[0] is no layer; layers have a method forward, or are functions of a tensor. Pass such a layer.]`,
    );
  });
});

test('Softmax goes along an axis', () => {
  const x = tensor(
    [
      [0, Math.log(3)],
      [0, 0],
    ],
    float64,
  );
  expect((new Softmax().forward(x).toArray() as number[][])[0]?.[1]).toBeCloseTo(0.75, 14);
  expect((new Softmax({ axis: 0 }).forward(x).toArray() as number[][])[0]?.[1]).toBeCloseTo(0.75, 14);
  expect((new Softmax({ axis: 0 }).forward(x).toArray() as number[][])[0]?.[0]).toBeCloseTo(0.5, 14);
  const misspelt = { axis: 0, dim: 1 };
  expect(() => new Softmax(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Softmax: unknown option 'dim'; the options are axis. Correct the name, or leave it out.]`,
  );
});
