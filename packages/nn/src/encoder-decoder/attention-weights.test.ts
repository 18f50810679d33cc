import '@unroll/kernels/reference';
import { pick, Rng, slice, sum, tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { DotAttention } from '../attention/dot-attention.js';
import { Linear } from '../layers/linear.js';
import { GRUCell } from '../recurrent/cells/index.js';
import { AttentionCell } from './attention-cell.js';
import { attentionWeights } from './attention-weights.js';
import { Decoder } from './decoder.js';
import { Encoder } from './encoder.js';

const [V, H] = [4, 3];
const options = { rng: new Rng(1), dtype: 'float64' } as const;
const gru = (inputSize: number): GRUCell => new GRUCell({ inputSize, hiddenSize: H, ...options });
const encoder = new Encoder({ layer: gru(V) });
const decoder = new Decoder({
  vocabularySize: V,
  cell: new AttentionCell({ cell: gru(V + H), attention: new DotAttention({ size: H }), ...options }),
  head: new Linear({ inputSize: H, outputSize: V, ...options }),
});
const int32 = { dtype: 'int32' } as const;
const source = tensor(
  [
    [3, 1, 0, 2, 2],
    [2, 3, 0, 0, 0],
  ],
  int32,
);
const ids = tensor(
  [
    [2, 1, 0],
    [3, 0, 0],
  ],
  int32,
);
const { state } = decoder.begin(encoder.forward(source, { lengths: [5, 2] }));

test('gathers how each step has looked', () => {
  const weights = attentionWeights(decoder, ids, state);
  expect(weights.shape).toEqual([2, 3, 5]);
  for (const total of sum(weights, 2).data) expect(total).toBeCloseTo(1, 14);
  let current = state;
  for (let t = 0; t < 3; t++) {
    current = decoder.step(pick(ids, 1, t), current).state;
    expect(pick(weights, 1, t).toArray()).toEqual(current.weights.toArray());
  }
  expect(slice(pick(weights, 0, 1), 1, 2).toArray()).toEqual(zeros([3, 3]).toArray());
});

test('refuses bad input', () => {
  expect(() => attentionWeights(decoder, tensor([[]], int32), state)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: attentionWeights: the ids do not fit. ids is [1, 0]; they are [N, T], with N and T of at least 1. Reshape them.]`,
  );
  expect(() => attentionWeights(decoder, tensor([1, 2], int32), state)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: attentionWeights: the ids do not fit. ids is [2]; they are [N, T], with N and T of at least 1. Add a batch: expandDims(ids, 0).]`,
  );
  expect(() => attentionWeights(decoder, zeros([2, 3]), state)).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: attentionWeights: ids is float32. ids is [2, 3]; indices are int32. Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32').]`,
  );
});
