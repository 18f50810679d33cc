import { concat, pick, Rng, randn, slice, stack as stackTensors, type Tensor, tensor } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import type { TokenModel } from '../decode/token-model.js';
import { Embedding } from '../layers/embedding.js';
import { Linear } from '../layers/linear.js';
import { GRUCell, type GRUState, LSTMCell } from '../recurrent/cells/index.js';
import { stack } from '../recurrent/stack.js';
import { unroll } from '../recurrent/unroll.js';
import { compare } from '../testing/compare.js';
import { traceStates } from './trace-states.js';

const lstm = new LSTMCell({ inputSize: 2, hiddenSize: 3, rng: new Rng(1) });
const x = randn([2, 5, 2], { rng: new Rng(2) });

test('is the state after each step', () => {
  const trace = traceStates(lstm, x);
  let state = lstm.initialState(2);
  const after = Array.from({ length: 5 }, (_, t) => {
    state = lstm.step(pick(x, 1, t), state).state;
    return state;
  });
  const expected = {
    h: stackTensors(
      after.map(({ h }) => h),
      1,
    ),
    c: stackTensors(
      after.map(({ c }) => c),
      1,
    ),
  };
  compare('trace', trace, expected, 1e-6);
  expect(trace.c.shape).toEqual([2, 5, 3]);
});

test('has the names of the state', () => {
  const options = { hiddenSize: 3, rng: new Rng(1) };
  const cells = [new GRUCell({ inputSize: 2, ...options }), new LSTMCell({ inputSize: 3, ...options })] as const;
  const [lower, upper] = traceStates(stack(cells), x);
  expect(Object.keys(lower)).toEqual(['h']);
  expect(Object.keys(upper)).toEqual(['h', 'c']);
  expect(upper.h.toArray()).toEqual(unroll(stack(cells), x).outputs.toArray());
});

test('ids stand for one-hot rows, and a state may be given', () => {
  const ids = tensor([[1, 0, 1]], { dtype: 'int32' });
  const first = traceStates(lstm, slice(ids, 1, 0, 2));
  const initialState = { h: pick(first.h, 1, -1), c: pick(first.c, 1, -1) };
  const second = traceStates(lstm, slice(ids, 1, 2), { initialState });
  expect(concat([first.h, second.h], 1).toArray()).toEqual(traceStates(lstm, ids).h.toArray());
});

test('in the padding the state is that before', () => {
  const { h } = traceStates(lstm, x, { lengths: [5, 2] });
  const alone = traceStates(lstm, slice(slice(x, 0, 1, 2), 1, 0, 2)).h;
  const [first, second] = [pick(pick(alone, 0, 0), 0, 0), pick(pick(alone, 0, 0), 0, 1)].map((row) => row.toArray());
  expect(pick(h, 0, 1).toArray()).toEqual([first, second, second, second, second]);
});

describe('a token model', () => {
  const rng = new Rng(3);
  const embedding = new Embedding({ vocabularySize: 4, embeddingSize: 2, rng });
  const cell = new GRUCell({ inputSize: 2, hiddenSize: 3, rng });
  const head = new Linear({ inputSize: 3, outputSize: 4, rng });
  const model: TokenModel<GRUState> = {
    vocabularySize: 4,
    step(ids: Tensor, state: GRUState) {
      const { output, state: next } = cell.step(embedding.forward(ids), state);
      return { logits: head.forward(output), state: next };
    },
  };
  const ids = tensor(
    [
      [3, 0, 2],
      [1, 1, 0],
    ],
    { dtype: 'int32' },
  );

  test('is traced as its cell is', () => {
    const trace = traceStates(model, ids, { initialState: cell.initialState(2) });
    compare('trace', trace, traceStates(cell, embedding.forward(ids)), 1e-6);
  });

  test('needs a state', () => {
    expect(() => traceStates(model, ids)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: traceStates: there is no initial state; a token model has none of its own. Pass { initialState }.]`,
    );
  });
});

test('refuses bad input', () => {
  expect(() => traceStates(lstm, tensor([1, 0], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: unroll: the sequences do not fit. x is [2]; x must be [N, T] when it holds ids. Reshape x, or check the cell's inputSize.]`,
  );
  expect(() => traceStates(lstm, x, { reverse: true } as object)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: traceStates: unknown option 'reverse'; the options are initialState, lengths, mask. Correct the name, or leave it out.]`,
  );
});
