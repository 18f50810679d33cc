/** Cells over time, in a file, with sequences of lengths and in numbers that it was not made with. */
import '@unroll/kernels/reference';
import {
  add,
  cast,
  expandDims,
  full,
  mapTensors,
  mul,
  ones,
  Parameter,
  Rng,
  randn,
  type Tensor,
  type TensorTree,
  tensor,
  zeros,
} from '@unroll/core';
import {
  bidirectional,
  type Cell,
  CoupledLSTMCell,
  deep,
  deepTransition,
  Embedding,
  Encoder,
  GRUCell,
  LayerNormGRUCell,
  LayerNormLSTMCell,
  Linear,
  LSTMCell,
  lastOutput,
  learnedInitialState,
  MinimalGatedCell,
  type Module,
  maxOverTime,
  meanOverTime,
  OutputFeedbackCell,
  PeepholeLSTMCell,
  ProjectionLSTMCell,
  RNNCell,
  recurrent,
  residual,
  type SequenceLayer,
  stack,
  sumOverTime,
  Tanh,
  unroll,
  variationalDropout,
  weightDrop,
  withParameters,
  zoneout,
} from '@unroll/nn';
import { describe, expect, test } from 'vitest';
import { exportOnnx } from '../export-onnx.js';
import { expectSame, named } from '../onnx-runtime.fixture.js';
import { operatorsOf, readModel } from '../read-message.fixture.js';
import { knownCell } from '../recording/known-cell.js';

const rng = new Rng(1);
const sizes = { inputSize: 3, hiddenSize: 5, rng } as const;

/** All parameters random, biases and peepholes too. */
function randomly<M extends Module>(module: M): M {
  for (const parameter of module.parameters()) parameter.assign(mul(randn(parameter.shape, { rng }), 0.5));
  return module.eval() as M;
}

type Batch = { readonly x: Tensor; readonly lengths: Tensor };

const batch = (lengths: readonly number[], steps: number): Batch => ({
  x: randn([lengths.length, steps, 3], { rng }),
  lengths: tensor([...lengths], { dtype: 'int32' }),
});

const example: Batch = batch([4, 2], 4);
const others: readonly Batch[] = [batch([7, 1, 3, 9], 9), batch([1], 1), batch([6, 6, 6], 6), batch([2, 5], 7)];

const known: Readonly<Record<string, () => Cell<TensorTree> & Module>> = {
  'RNN, tanh': () => new RNNCell(sizes),
  'RNN, relu': () => new RNNCell({ ...sizes, activation: 'relu' }),
  LSTM: () => new LSTMCell(sizes),
  'LSTM, relu': () => new LSTMCell({ ...sizes, activation: 'relu' }),
  'LSTM with peepholes': () => new PeepholeLSTMCell(sizes),
  'LSTM with coupled gates': () => new CoupledLSTMCell(sizes),
  'GRU, reset after': () => new GRUCell(sizes),
  'GRU, reset before': () => new GRUCell({ ...sizes, resetAfter: false }),
  'LSTM with a learned initial state': () => learnedInitialState(new LSTMCell(sizes)),
  'LSTM with dropped weights': () => weightDrop(new LSTMCell(sizes), { rate: 0.5 }),
};

const unknown: Readonly<Record<string, () => Cell<TensorTree> & Module>> = {
  'LSTM, a function': () => new LSTMCell({ ...sizes, activation: (x) => mul(x, 0.5) }),
  'LSTM whose output gate sees the memory before': () => new PeepholeLSTMCell({ ...sizes, outputPeephole: 'previous' }),
  MinimalGatedCell: () => new MinimalGatedCell(sizes),
  LayerNormLSTMCell: () => new LayerNormLSTMCell(sizes),
  LayerNormGRUCell: () => new LayerNormGRUCell(sizes),
  ProjectionLSTMCell: () => new ProjectionLSTMCell({ ...sizes, projectionSize: 2 }),
  zoneout: () => zoneout(new LSTMCell(sizes), { rate: { h: 0.2, c: 0.5 } }),
  variationalDropout: () => variationalDropout(new LSTMCell(sizes), { input: 0.2, state: { h: 0.3 } }),
  deepTransition: () =>
    deepTransition(new GRUCell(sizes), [new Linear({ inputSize: 5, outputSize: 5, rng }), new Tanh()]),
  OutputFeedbackCell: () => new OutputFeedbackCell({ ...sizes, outputSize: 2 }),
  residual: () => residual(new GRUCell({ ...sizes, hiddenSize: 3 })),
};

describe.each([
  ...Object.entries(known).map(([name, make]) => ({ name, make, isKnown: true })),
  ...Object.entries(unknown).map(([name, make]) => ({ name, make, isKnown: false })),
])('$name', ({ make, isKnown }) => {
  const cell = randomly(make());

  test('is, or is not, an operator of ONNX', () => {
    expect(knownCell(cell) !== null).toBe(isKnown);
  });

  test.each([false, true])('without lengths, reverse %s', async (reverse) => {
    await expectSame(
      (x: Tensor) => unroll(cell, x, { reverse }),
      example.x,
      others.map(({ x }) => x),
    );
  });

  test.each([false, true])('with lengths, reverse %s', async (reverse) => {
    await expectSame(({ x, lengths }: Batch) => unroll(cell, x, { lengths, reverse }), example, others);
  });

  test('from a state to a state', async () => {
    const drawn = ({ x }: Batch) => ({ x, state: mapTensors(cell.initialState(x.shape[0] as number), perturbed) });
    const run = ({ x, state }: { readonly x: Tensor; readonly state: TensorTree }): TensorTree => {
      const { outputs, finalState } = unroll(cell, x, { initialState: state });
      return { outputs, state: finalState };
    };
    // Masks of units are [N, D], and int32 as ids are.
    const axes = Object.keys(named(drawn(example), 'input')).filter((name) => name.includes('masks'));
    const options = { axes: Object.fromEntries(axes.map((name) => [name, ['N', null]])) };
    await expectSame(run, drawn(example), others.map(drawn), options);
  });
});

test.each([RNNCell, LSTMCell, GRUCell])('%o in float64, for which runtimes have no operator', async (Kind) => {
  const dtype = 'float64';
  const cell = new Kind({ ...sizes, dtype }) as Cell<TensorTree>;
  expect(knownCell(cell)).toBeNull();
  const wide = ({ x, lengths }: Batch): Batch => ({ x: cast(x, dtype), lengths });
  await expectSame(({ x, lengths }: Batch) => unroll(cell, x, { lengths }), wide(example), others.map(wide));
});

/** Masks stay what they are. */
const perturbed = (t: Tensor): Tensor => (t.dtype === 'int32' ? t : add(t, mul(randn(t.shape, { rng }), 0.5)));

const lstm = (inputSize: number): LSTMCell => new LSTMCell({ inputSize, hiddenSize: 4, rng });
const gru = (inputSize: number): GRUCell => new GRUCell({ inputSize, hiddenSize: 4, rng });
const mgu = (inputSize: number): MinimalGatedCell => new MinimalGatedCell({ inputSize, hiddenSize: 4, rng });

const layers: Readonly<Record<string, () => SequenceLayer<TensorTree> & Module>> = {
  recurrent: () => recurrent(lstm(3)),
  'recurrent, reverse': () => recurrent(gru(3), { reverse: true }),
  stack: () => recurrent(stack([lstm(3), gru(4), mgu(4)])),
  'stack, residual': () =>
    recurrent(stack([mgu(3), lstm(4), stack([gru(4), lstm(4)], { residual: true })], { residual: true })),
  'bidirectional, concat': () => bidirectional(lstm(3), gru(3)),
  'bidirectional, mean': () => bidirectional(lstm(3), mgu(3), { merge: 'mean' }),
  deep: () => deep([bidirectional(lstm(3), lstm(3)), bidirectional(gru(8), gru(8))], { dropout: 0.5 }),
  'deep, residual': () => deep([gru(3), lstm(4), mgu(4)], { residual: true }),
};

describe.each(Object.entries(layers))('%s', (_, make) => {
  const layer = randomly(make());

  test('with lengths', async () => {
    await expectSame(({ x, lengths }: Batch) => layer.forward(x, { lengths }), example, others);
  });

  test('without', async () => {
    await expectSame(
      layer,
      example.x,
      others.map(({ x }) => x),
    );
  });
});

test('an example without padding, of one number everywhere', async () => {
  const layer = randomly(bidirectional(lstm(3), mgu(3)));
  const full = { x: zeros([2, 4, 3]), lengths: tensor([4, 4], { dtype: 'int32' }) };
  await expectSame(({ x, lengths }: Batch) => layer.forward(x, { lengths }), full, others);
  const masked = { x: zeros([2, 4, 3]), mask: ones([2, 4]) };
  const other = {
    x: randn([2, 3, 3], { rng }),
    mask: tensor([
      [0, 1, 1],
      [1, 1, 0],
    ]),
  };
  await expectSame(({ x, mask }: typeof masked) => layer.forward(x, { mask }), masked, [other]);
  const words = randomly(
    new Encoder({ layer: lstm(3), embedding: new Embedding({ vocabularySize: 9, embeddingSize: 3 }) }),
  );
  const texts = (ids: readonly (readonly number[])[], lengths: readonly number[]) => ({
    ids: tensor(
      ids.map((row) => [...row]),
      { dtype: 'int32' },
    ),
    lengths: tensor([...lengths], { dtype: 'int32' }),
  });
  await expectSame(
    ({ ids, lengths }: ReturnType<typeof texts>) => words.forward(ids, { lengths }).outputs,
    texts([[8, 8, 8]], [3]),
    [
      texts(
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
        [4, 2],
      ),
    ],
  );
});

test('a cell that runs twice has its weights once', async () => {
  const cell = randomly(gru(3));
  const twice = (x: Tensor): Tensor => unroll(cell, x, { initialState: unroll(cell, x).finalState }).outputs;
  await expectSame(
    twice,
    example.x,
    others.map(({ x }) => x),
  );
  const { graph } = readModel(exportOnnx(twice, example.x));
  expect(operatorsOf(graph).filter((name) => name === 'GRU')).toHaveLength(2);
  expect(graph.initializer.filter(({ dims }) => dims.length === 3)).toHaveLength(2);
});

test('ids in the place of one-hot inputs', async () => {
  const cell = randomly(stack([lstm(6), mgu(4)]));
  const ids = (shape: readonly [number, number]): Tensor =>
    tensor(
      Int32Array.from({ length: shape[0] * shape[1] }, () => rng.integer(6)),
      { shape },
    );
  await expectSame((x: Tensor) => unroll(cell, x), ids([2, 3]), [ids([4, 7]), ids([1, 1])]);
  const other = randomly(mgu(6));
  await expectSame((x: Tensor) => unroll(other, x), ids([2, 3]), [ids([4, 7]), ids([1, 1])]);
});

test('from a sequence to a vector', async () => {
  const layer = randomly(recurrent(lstm(3)));
  const vectors = ({ x, lengths }: Batch): TensorTree => {
    const { outputs } = layer.forward(x, { lengths });
    return [lastOutput, sumOverTime, meanOverTime, maxOverTime].map((pool) => pool(outputs, { lengths }));
  };
  await expectSame(vectors, example, others);
  await expectSame(
    (x: Tensor) => [lastOutput, sumOverTime, meanOverTime, maxOverTime].map((pool) => pool(layer.forward(x).outputs)),
    example.x,
    others.map(({ x }) => x),
  );
});

test('from a sequence to a vector, by a mask', async () => {
  type Masked = { readonly x: Tensor; readonly mask: Tensor };
  const vectors = ({ x, mask }: Masked): TensorTree =>
    [lastOutput, sumOverTime, meanOverTime, maxOverTime].map((pool) => pool(x, { mask }));
  const gaps: Masked = { x: randn([2, 3, 3], { rng }), mask: tensor(GAPS) };
  await expectSame(vectors, gaps, [
    { x: randn([1, 1, 3], { rng }), mask: tensor([[1]]) },
    { x: randn([2, 4, 3], { rng }), mask: tensor([...GAPS].map((row) => [0, ...row])) },
  ]);
});

const GAPS = [
  [1, 0, 1],
  [1, 1, 0],
];

test('a mask of any steps', async () => {
  const layer = randomly(bidirectional(lstm(3), gru(3)));
  type Masked = { readonly x: Tensor; readonly mask: Tensor };
  const masked = (rows: readonly (readonly number[])[]): Masked => ({
    x: randn([rows.length, rows[0]?.length ?? 0, 3], { rng }),
    mask: tensor(rows.map((row) => [...row])),
  });
  await expectSame(
    ({ x, mask }: Masked) => layer.forward(x, { mask }),
    masked([
      [0, 1, 1],
      [1, 0, 1],
    ]),
    [
      masked([
        [0, 1, 0, 0, 1],
        [1, 1, 1, 1, 1],
        [0, 0, 0, 0, 1],
      ]),
    ],
  );
});

test('weights that the program computes', async () => {
  const cell = randomly(lstm(3));
  const dropped = randomly(weightDrop(lstm(3), { rate: 0.5 }));
  const weights = cell.parameters().map((parameter) => randn(parameter.shape, { rng }));
  const [weightIh, weightHh, bias] = weights as [Tensor, Tensor, Tensor];
  const replaced = (x: Tensor): TensorTree =>
    withParameters(cell, { weightIh: mul(weightIh, 0.5), weightHh, bias }, () => unroll(cell, x));
  await expectSame(
    replaced,
    example.x,
    others.map(({ x }) => x),
  );
  expect(() => exportOnnx((x: Tensor) => unroll(dropped.train(), x), example.x)).toThrow(/drops numbers at random/);
});

test('a cell that runs another one inside of its step', async () => {
  const inner = [randomly(gru(1)), randomly(mgu(1))] as const;
  const cell: Cell<{ readonly sum: Tensor }> = {
    inputSize: 3,
    outputSize: 4,
    initialState: (count) => ({ sum: zeros([count, 4]) }),
    step(x, { sum }) {
      const letters = expandDims(x, 2);
      const read = inner.map((own) => unroll(own, letters).finalState.h);
      const next = add(mul(sum, 0.5), ...(read as [Tensor, Tensor]));
      return { output: next, state: { sum: next } };
    },
  };
  await expectSame(({ x, lengths }: Batch) => unroll(cell, x, { lengths }), example, others);
});

test('a cell without a state', async () => {
  const cell: Cell<Record<string, never>> = {
    inputSize: 3,
    outputSize: 3,
    initialState: () => ({}),
    step: (x) => ({ output: mul(x, x), state: {} }),
  };
  await expectSame(({ x, lengths }: Batch) => unroll(cell, x, { lengths }), example, others);
  await expectSame(
    (x: Tensor) => unroll(cell, x, { reverse: true }).outputs,
    example.x,
    others.map(({ x }) => x),
  );
});

test('a cell of somebody else', async () => {
  const decay = new Parameter(tensor([0.5, 0.25, 0.125]));
  const cell: Cell<{ readonly sum: Tensor }> = {
    inputSize: 3,
    outputSize: 3,
    initialState: (count) => ({ sum: full([count, 3], 0.5) }),
    step(x, { sum }) {
      const next = add(mul(sum, decay), x);
      return { output: next, state: { sum: next } };
    },
  };
  await expectSame(
    (x: Tensor) => unroll(cell, x),
    example.x,
    others.map(({ x }) => x),
  );
});
