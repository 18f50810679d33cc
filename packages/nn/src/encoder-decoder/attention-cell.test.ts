import '@unroll/kernels/reference';
import {
  concat,
  mul,
  Rng,
  randn,
  reshape,
  slice,
  sum,
  type Tensor,
  type TensorTree,
  tensor,
  valueAndGrad,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { AdditiveAttention } from '../attention/additive-attention.js';
import type { Attention } from '../attention/attention.js';
import { DotAttention } from '../attention/dot-attention.js';
import { GeneralAttention } from '../attention/general-attention.js';
import type { PreparedMemory } from '../attention/memory.js';
import type { Cell } from '../recurrent/cell.js';
import { GRUCell, LSTMCell, RNNCell } from '../recurrent/cells/index.js';
import { gateSums, logistic, product } from '../recurrent/cells/plain.fixture.js';
import { stack } from '../recurrent/stack.js';
import { unroll } from '../recurrent/unroll.js';
import { variationalDropout } from '../recurrent/wrappers/variational-dropout.js';
import { describeCell, type PlainParameters } from '../testing/index.js';
import { withParameters } from '../with-parameters.js';
import { AttentionCell, type AttentionCellOptions, type AttentionState } from './attention-cell.js';

const [D, H, M, T] = [2, 3, 4, 5];
const float64 = { dtype: 'float64' } as const;

/** With a memory of its own, so that it can stand where a cell must have an initial state. */
class WithMemory<Inner extends TensorTree> extends AttentionCell<Inner, PreparedMemory> {
  readonly #dtype: 'float32' | 'float64';

  constructor(options: AttentionCellOptions<Inner, PreparedMemory> & { readonly dtype: 'float32' | 'float64' }) {
    super(options);
    this.#dtype = options.dtype;
  }

  override initialState(batch: number): AttentionState<Inner, PreparedMemory> {
    const rows = Array.from({ length: batch }, (_, n) => randn([1, T, M], { rng: new Rng(n), dtype: this.#dtype }));
    return this.begin({ outputs: concat(rows) });
  }
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const rowsOf = (flat: readonly number[], width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width));

function look(scores: readonly number[], values: readonly number[]): { weights: number[]; context: number[] } {
  const exponentials = scores.map(Math.exp);
  const total = exponentials.reduce((sum, e) => sum + e, 0);
  const weights = exponentials.map((e) => e / total);
  const places = rowsOf(values, M);
  const context = Array.from({ length: M }, (_, j) => weights.reduce((c, w, t) => c + w * (places[t]?.[j] ?? 0), 0));
  return { weights, context };
}

/** The parameters of the cell inside. */
const inside = ({ matrix, vector }: PlainParameters): PlainParameters => ({
  matrix: (name) => matrix(`cell.${name}`),
  vector: (name) => vector(`cell.${name}`),
});

describe('luong', () => {
  for (const inputFeeding of [true, false]) {
    describe(inputFeeding ? 'with input feeding' : 'without input feeding', () => {
      const cases = describeCell({
        create: (options) =>
          new WithMemory({
            cell: new RNNCell({ inputSize: inputFeeding ? D + H : D, hiddenSize: H, ...options }),
            attention: new GeneralAttention({ querySize: H, memorySize: M, ...options }),
            inputFeeding,
            ...options,
          }),
        restatement(parameters, x, { cell, attentional, memory }) {
          const gate = gateSums(inside(parameters), [...x, ...(attentional ?? [])], cell.h);
          const h = cell.h.map((_, u) => Math.tanh(gate(0, u)));
          const scores = rowsOf(memory.keys, H).map((key) => dot(key, h));
          const { weights, context } = look(scores, memory.values);
          const output = product(parameters.matrix('weightContext'), [...context, ...h]).map(Math.tanh);
          return { output, state: { cell: { h }, attentional: inputFeeding ? output : null, weights, memory } };
        },
      });
      for (const { name, run } of cases) test(name, run);
    });
  }
});

describe('bahdanau', () => {
  const cases = describeCell({
    create: (options) =>
      new WithMemory({
        cell: new LSTMCell({ inputSize: D + M, hiddenSize: H, ...options }),
        attention: new AdditiveAttention({ querySize: H, memorySize: M, hiddenSize: 6, ...options }),
        order: 'bahdanau',
        ...options,
      }),
    restatement(parameters, x, { cell, memory }) {
      const query = product(parameters.matrix('attention.weightQuery'), cell.h);
      const [v = []] = parameters.matrix('attention.weightScore');
      const scores = rowsOf(memory.keys, 6).map((key) =>
        dot(
          v,
          key.map((k, i) => Math.tanh(k + (query[i] ?? 0))),
        ),
      );
      const { weights, context } = look(scores, memory.values);
      const gate = gateSums(inside(parameters), [...x, ...context], cell.h);
      const c = cell.c.map((old, u) => logistic(gate(1, u)) * old + logistic(gate(0, u)) * Math.tanh(gate(2, u)));
      const h = c.map((entry, u) => logistic(gate(3, u)) * Math.tanh(entry));
      return { output: [...h, ...context], state: { cell: { h, c }, attentional: null, weights, memory } };
    },
  });
  for (const { name, run } of cases) test(name, run);
});

const attention = (querySize: number): Attention<PreparedMemory> =>
  new GeneralAttention({ querySize, memorySize: M, rng: new Rng(7), ...float64 });

describe.each(['luong', 'bahdanau'] as const)('with lengths on both sides, order %s', (order) => {
  const rng = new Rng(1);
  const cell = new AttentionCell({
    cell: new GRUCell({ inputSize: D + (order === 'luong' ? H : M), hiddenSize: H, rng, ...float64 }),
    attention: attention(H),
    order,
    rng,
    ...float64,
  });
  const [lengths, steps] = [
    [5, 1, 3],
    [4, 4, 2],
  ];
  const memory = randn([3, T, M], { rng, ...float64 });
  const x = randn([3, 4, D], { rng, ...float64 });
  const spoil = (t: Tensor, real: readonly number[]): Tensor => {
    const [, size, width] = t.shape as readonly [number, number, number];
    return tensor(
      Float64Array.from(t.data, (entry, i) => {
        return Math.floor(i / width) % size < (real[Math.floor(i / (size * width))] ?? 0) ? entry : Number.NaN;
      }),
      { shape: t.shape },
    );
  };
  const [spoiltMemory, spoiltX] = [spoil(memory, lengths), spoil(x, steps)];
  const part = (t: Tensor, n: number, length: number): Tensor => slice(slice(t, 0, n, n + 1), 1, 0, length);
  const largest = (a: Tensor, b: Tensor): number => {
    expect(a.shape).toEqual(b.shape);
    return Math.max(...Array.from(a.data, (entry, i) => Math.abs(entry - (b.data[i] ?? Number.NaN))));
  };

  test('a batch equals its sequences one by one, with NaN in all padding', () => {
    const together = unroll(cell, spoiltX, {
      lengths: steps,
      initialState: cell.begin({ outputs: spoiltMemory, lengths }),
    });
    for (const [n, length] of lengths.entries()) {
      const initialState = cell.begin({ outputs: part(memory, n, length) });
      const alone = unroll(cell, part(x, n, steps[n] ?? 0), { initialState });
      expect(largest(part(together.outputs, n, steps[n] ?? 0), alone.outputs)).toBeLessThan(1e-12);
      const { weights } = together.finalState;
      expect(largest(slice(slice(weights, 0, n, n + 1), 1, 0, length), alone.finalState.weights)).toBeLessThan(1e-12);
      expect(Array.from(slice(slice(weights, 0, n, n + 1), 1, length).data)).toEqual(new Array(T - length).fill(0));
    }
  });

  test('gradients are those of clean padding, and 0 there', () => {
    const to = randn([3, 4, cell.outputSize], { rng: new Rng(9), ...float64 });
    const named = Object.fromEntries(cell.namedParameters());
    const gradients = (outputs: Tensor, inputs: Tensor): Record<string, unknown> => {
      const run = (values: { outputs: Tensor; inputs: Tensor; parameters: typeof named }): Tensor =>
        withParameters(cell, values.parameters, () => {
          const initialState = cell.begin({ outputs: values.outputs, lengths });
          return sum(mul(unroll(cell, values.inputs, { lengths: steps, initialState }).outputs, to));
        });
      const { gradient } = valueAndGrad(run)({ outputs, inputs, parameters: named });
      const { outputs: byMemory, inputs: byInputs, parameters } = gradient;
      return {
        byMemory: byMemory.data,
        byInputs: byInputs.data,
        ...Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, data])),
      };
    };
    const spoilt = gradients(spoiltMemory, spoiltX);
    expect(spoilt).toEqual(gradients(memory, x));
    const byMemory = Array.from(spoilt.byMemory as Float64Array);
    expect(byMemory.slice(T * M + M, 2 * T * M)).toEqual(new Array((T - 1) * M).fill(0));
    expect(byMemory.slice(T * M, T * M + M).every((entry) => entry !== 0)).toBe(true);
  });
});

test('asks with h, wherever it is in the state', () => {
  const options = { inputSize: D + M, hiddenSize: H, ...float64 };
  const upper = { inputSize: 4, hiddenSize: H, ...float64 };
  const memory = { outputs: randn([2, T, M], float64) };
  const x = randn([2, 4, D], float64);
  const asking = <State extends TensorTree>(cell: Cell<State>, query?: (state: State) => Tensor): Tensor => {
    const attending = new AttentionCell({ cell, attention: attention(H), order: 'bahdanau', query, rng: new Rng(1) });
    return unroll(attending, x, { initialState: attending.begin(memory) }).outputs;
  };
  const stacked = stack([new GRUCell({ ...options, hiddenSize: 4 }), new GRUCell(upper)]);
  expect(asking(stacked).data).toEqual(asking(stacked, ([, { h }]) => h).data);
  const lstm = new LSTMCell(options);
  expect(asking(lstm).data).toEqual(asking(lstm, ({ h }) => h).data);
  expect(asking(lstm).data).not.toEqual(asking(lstm, ({ c }) => c).data);
  expect(asking(variationalDropout(lstm, { output: 0.5 }).eval()).data).toEqual(asking(lstm).data);
});

test('begins with a given state, and with zeros that say that nobody has looked yet', () => {
  const cell = new AttentionCell({
    cell: new GRUCell({ inputSize: D + H, hiddenSize: H }),
    attention: new DotAttention({ size: H }),
  });
  const h = randn([2, H]);
  const state = cell.begin({ outputs: randn([2, T, H]) }, { h });
  expect(state.cell.h).toBe(h);
  expect(state.weights.toArray()).toEqual(zeros([2, T]).toArray());
  expect(state.attentional?.toArray()).toEqual(zeros([2, H]).toArray());
  const { weights } = cell.step(randn([2, D]), state).state;
  expect(reshape(sum(weights, 1), [2]).toArray()).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
});

test('refuses bad input', () => {
  const gru = new GRUCell({ inputSize: D + H, hiddenSize: H });
  const dotAttention = new DotAttention({ size: H });
  const cell = new AttentionCell({ cell: gru, attention: dotAttention });
  expect(() => unroll(cell, randn([2, 4, D]))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: AttentionCell: there is no memory to look into; its state begins with one. Pass { initialState: cell.begin({ outputs: memory }) }.]`,
  );
  const memory = { outputs: randn([2, T, H]) };
  const state = cell.begin(memory);
  expect(() => cell.step(randn([2, D + H]), state)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AttentionCell: the input does not fit. x is [2, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.begin(memory, { h: randn([2, 2]) })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AttentionCell.begin: the state to begin with does not fit the cell; it is h [2, 2]; the cell's own is h [2, 3]. Pass a Bridge, which makes one of the other, or begin with the cell's own.]`,
  );
  expect(() => cell.begin({ outputs: randn([2, T, M]) })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: DotAttention.prepare: the memory does not fit. memory is [2, 5, 4]; it must be [N, T, 3], with N and T of at least 1. Pass all outputs of an encoder, or check memorySize.]`,
  );
  expect(() => cell.begin({ ...memory, lengths: [T, 0] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: DotAttention.prepare: lengths[1] is 0; a length is a whole number from 1 to 5, the size of the time axis. Leave empty sequences out.]`,
  );
  expect(() => unroll(cell, randn([1, 4, D]), { initialState: state })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: unroll: initialState.cell.h has another batch size. initialState.cell.h is [2, 3]; each tensor of a state has the batch on axis 0, here 1. Pass a state for this batch, or none to begin anew.]`,
  );
  const create = (options: object): unknown => new AttentionCell({ cell: gru, attention: dotAttention, ...options });
  expect(() => create({ attention: new DotAttention({ size: 2 }) })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: new AttentionCell: the attention's querySize is 2; the cell's output asks, and its size is 3. Correct one of them.]`,
  );
  expect(() => create({ cell: new GRUCell({ inputSize: H, hiddenSize: H }) })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: new AttentionCell: the cell's inputSize is 3; it takes 3 numbers of the attentional vector beside the input, which has at least 1. Add 3 to its inputSize.]`,
  );
  const wide = new DotAttention({ size: D + H });
  expect(() => create({ order: 'bahdanau', attention: wide })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: new AttentionCell: the cell's inputSize is 5; it takes 5 numbers of the context beside the input, which has at least 1. Add 5 to its inputSize.]`,
  );
  expect(() => create({ order: 'vaswani' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AttentionCell: order is 'vaswani'; the orders are 'luong' and 'bahdanau'. Correct order, or leave the option out.]`,
  );
  expect(() => create({ order: 'bahdanau', inputFeeding: false })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AttentionCell: there is inputFeeding; with order 'bahdanau' the context is always fed in. Correct order, or leave the option out.]`,
  );
  expect(() => create({ query: ({ h }: { h: Tensor }) => h })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AttentionCell: there is a query; with order 'luong' the cell's output asks. Correct order, or leave the option out.]`,
  );
  expect(() => create({ feeding: true })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AttentionCell: unknown option 'feeding'; the options are cell, attention, order, inputFeeding, query, rng, dtype. Correct the name, or leave it out.]`,
  );
  const sums: Cell<{ sum: Tensor }> = {
    inputSize: D + H,
    outputSize: H,
    initialState: (batch) => ({ sum: zeros([batch, H]) }),
    step: (_, before) => ({ output: before.sum, state: before }),
  };
  const asking = new AttentionCell({ cell: sums, attention: dotAttention, order: 'bahdanau' });
  expect(() => asking.step(randn([2, D]), asking.begin(memory))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: AttentionCell: the state of the cell has no h, with which it could ask; in the order of Bahdanau a part of the state is the query. Say which: { query: (state) => … }.]`,
  );
});
