/** Layers, attention, and an encoder with its decoder, in a file. */
import { cumsum, lengthsToMask, mul, Rng, randn, type Tensor, type TensorTree, tensor } from '@unroll/core';
import {
  AdditiveAttention,
  type Attention,
  AttentionCell,
  Bridge,
  bidirectional,
  ChildSumTreeLSTMCell,
  crossEntropy,
  Decoder,
  DotAttention,
  Dropout,
  Embedding,
  Encoder,
  GeneralAttention,
  GRUCell,
  type Layer,
  LayerNorm,
  Linear,
  LSTMCell,
  type Module,
  mse,
  NaryTreeLSTMCell,
  type PreparedMemory,
  ReLU,
  Sequential,
  Sigmoid,
  Softmax,
  scaledDotProductAttention,
  Tanh,
  type Tree,
  unrollTree,
} from '@unroll/nn';
import { describe, expect, test } from 'vitest';
import { expectSame } from './onnx-runtime.fixture.js';

const rng = new Rng(7);
const draw = (...shape: number[]): Tensor => randn(shape, { rng });
const drawIds = (shape: readonly number[], limit: number): Tensor =>
  tensor(
    Int32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.integer(limit)),
    { shape },
  );
/** The first sequence is whole, the second one step. */
const drawLengths = (count: number, steps: number): Tensor =>
  tensor(Int32Array.from({ length: count }, (_, n) => (n === 0 ? steps : n === 1 ? 1 : 1 + rng.integer(steps))));

/** All parameters random. */
function randomly<M extends Module>(module: M): M {
  for (const parameter of module.parameters()) parameter.assign(mul(randn(parameter.shape, { rng }), 0.5));
  module.eval();
  return module;
}

describe.each<[string, Layer]>([
  ['Linear', new Linear({ inputSize: 3, outputSize: 4 })],
  ['LayerNorm', new LayerNorm({ size: 3 })],
  ['Tanh', new Tanh()],
  ['Sigmoid', new Sigmoid()],
  ['ReLU', new ReLU()],
  ['Softmax', new Softmax()],
  ['Softmax over time', new Softmax({ axis: 1 })],
  ['Dropout, in evaluation', new Dropout({ p: 0.5 })],
  [
    'Sequential',
    new Sequential(new Linear({ inputSize: 3, outputSize: 4 }), new Tanh(), new LayerNorm({ size: 4 }), (x: Tensor) =>
      cumsum(x, 1),
    ),
  ],
])('%s', (_, layer) => {
  const model = randomly(layer);
  test('of sequences', () => expectSame(model, draw(2, 3, 3), [draw(1, 1, 3), draw(5, 9, 3)]));
  test('of vectors', async () => {
    if (!(layer instanceof Softmax && layer.axis === 1) && !(layer instanceof Sequential)) {
      await expectSame(model, draw(2, 3), [draw(1, 3), draw(6, 3)]);
    }
  });
});

test('Embedding', async () => {
  const model = randomly(new Embedding({ vocabularySize: 5, embeddingSize: 3 }));
  await expectSame(model, drawIds([2, 3], 5), [drawIds([1, 1], 5), drawIds([4, 6], 5)]);
  await expectSame(model, drawIds([2], 5), [drawIds([7], 5)]);
});

describe.each([false, true])('scaled dot-product attention, causal %s', (causal) => {
  const sequences = (n: number, t: number) => ({ x: draw(n, t, 4), lengths: drawLengths(n, t) });
  const others = [sequences(1, 1), sequences(4, 7)];

  test('without lengths', async () => {
    const model = ({ x }: { readonly x: Tensor }): TensorTree => scaledDotProductAttention(x, x, x, { causal });
    await expectSame(
      model,
      { x: draw(2, 3, 4) },
      others.map(({ x }) => ({ x })),
    );
  });

  test('with lengths', async () => {
    const model = ({ x, lengths }: ReturnType<typeof sequences>): TensorTree =>
      scaledDotProductAttention(x, x, x, { causal, lengths });
    await expectSame(model, sequences(2, 3), others);
  });
});

test('scaled dot-product attention, causal, with a mask', async () => {
  const masked = (mask: number[][]) => ({ x: draw(mask.length, mask[0]?.length ?? 0, 4), mask: tensor(mask) });
  const model = ({ x, mask }: ReturnType<typeof masked>): TensorTree =>
    scaledDotProductAttention(x, x, x, { causal: true, mask });
  const rows = [
    [1, 0, 1],
    [1, 1, 0],
  ];
  await expectSame(model, masked(rows), [masked([[1]]), masked(rows.map((row) => [...row, 1]))]);
});

test.each(['mean', 'sum', 'none'] as const)('losses over a mask, %s', async (reduction) => {
  const scored = (n: number, t: number) => ({
    scores: draw(n, t, 5),
    targets: drawIds([n, t], 5),
    lengths: drawLengths(n, t),
  });
  const losses = ({ scores, targets, lengths }: ReturnType<typeof scored>): TensorTree => {
    const mask = lengthsToMask(lengths, scores.shape[1] as number);
    const options = { mask, reduction };
    return [crossEntropy(scores, targets, options), mse(scores, mul(scores, scores), options)];
  };
  await expectSame(losses, scored(2, 3), [scored(1, 1), scored(4, 7)]);
});

/** Of memories of one size. */
const attentions: Readonly<Record<string, Attention<PreparedMemory>>> = {
  AdditiveAttention: randomly(new AdditiveAttention({ querySize: 4, memorySize: 4, hiddenSize: 5 })),
  GeneralAttention: randomly(new GeneralAttention({ querySize: 4, memorySize: 4 })),
  DotAttention: new DotAttention({ size: 4, scaled: true }),
};

describe.each(Object.entries(attentions))('%s', (_, attention) => {
  test('with lengths', async () => {
    type Looks = { readonly query: Tensor; readonly memory: Tensor; readonly lengths: Tensor };
    const looks = (n: number, t: number): Looks => ({
      query: draw(n, 4),
      memory: draw(n, t, 4),
      lengths: drawLengths(n, t),
    });
    const look = ({ query, memory, lengths }: Looks): TensorTree =>
      attention.attend(query, attention.prepare(memory, { lengths }));
    await expectSame(look, looks(2, 3), [looks(1, 1), looks(4, 7)]);
  });
});

describe.each(['luong', 'bahdanau'] as const)('an encoder and a decoder in the order of %s', (order) => {
  const [V, E, H, A] = [7, 3, 4, 5];
  const layer = bidirectional(
    new LSTMCell({ inputSize: E, hiddenSize: H, rng }),
    new LSTMCell({ inputSize: E, hiddenSize: H, rng }),
  );
  const encoder = randomly(
    new Encoder({ layer, embedding: new Embedding({ vocabularySize: V, embeddingSize: E, rng }) }),
  );
  const attention = new AdditiveAttention({ querySize: H, memorySize: 2 * H, hiddenSize: A, rng });
  const inner = new GRUCell({ inputSize: E + (order === 'luong' ? H : 2 * H), hiddenSize: H, rng });
  const cell = new AttentionCell({ cell: inner, attention, order, rng });
  const decoder = randomly(
    new Decoder({
      vocabularySize: V,
      cell,
      embedding: new Embedding({ vocabularySize: V, embeddingSize: E, rng }),
      head: new Linear({ inputSize: cell.outputSize, outputSize: V, rng }),
      initialState: new Bridge({ inputSize: 4 * H, cell: inner, rng }),
    }),
  );
  type Source = { readonly source: Tensor; readonly sourceLengths: Tensor };
  const sources = (n: number, s: number): Source => ({ source: drawIds([n, s], V), sourceLengths: drawLengths(n, s) });
  const encode = ({ source, sourceLengths }: Source) => encoder.forward(source, { lengths: sourceLengths });

  test('the encoder', () => expectSame(encode, sources(3, 5), [sources(2, 3), sources(5, 9)]));

  test('one step, from a state to a state', async () => {
    const steps = (n: number, s: number) => {
      const { state } = decoder.begin(encode(sources(n, s)));
      return { ids: drawIds([n], V), state };
    };
    const axes = { 'state.weights': ['N', 'T'] } as const;
    const given = steps(3, 5);
    expect(Object.keys(given.state.memory as object)).toContain('mask');
    await expectSame(
      ({ ids, state }: ReturnType<typeof steps>) => decoder.step(ids, state),
      given,
      [steps(2, 4), steps(6, 9)],
      { axes },
    );
  });

  test('both, over sequences of two lengths', async () => {
    const pairs = (n: number, s: number, t: number) => ({ ...sources(n, s), target: drawIds([n, t], V) });
    const model = ({ target, ...source }: ReturnType<typeof pairs>): TensorTree =>
      decoder.forward(target, decoder.begin(encode(source)).state).logits;
    const axes = { target: ['N', 'U'] } as const;
    await expectSame(model, pairs(3, 5, 4), [pairs(2, 3, 7), pairs(5, 9, 1)], { axes });
  });
});

test.each([
  new ChildSumTreeLSTMCell({ inputSize: 3, hiddenSize: 4, rng }),
  new NaryTreeLSTMCell({ inputSize: 3, hiddenSize: 4, arity: 2, rng }),
])('trees of fixed shapes', async (cell) => {
  randomly(cell);
  const leaf: Tree = { children: [] };
  const pair: Tree = { children: [leaf, leaf] };
  const trees: Tree[] = [{ children: [pair, leaf] }, pair];
  const model = (x: Tensor): TensorTree => unrollTree(cell, trees, { x });
  await expectSame(model, draw(8, 3), [draw(8, 3)], { axes: { input: [null, null] } });
});
