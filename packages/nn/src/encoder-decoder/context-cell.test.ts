import '@unroll/kernels/reference';
import { concat, Rng, randn } from '@unroll/core';
import { expect, test } from 'vitest';
import { LSTMCell, type LSTMState, RNNCell, type RNNState } from '../recurrent/cells/index.js';
import { gateSums } from '../recurrent/cells/plain.fixture.js';
import { repeatOverTime } from '../recurrent/over-time.js';
import { unroll } from '../recurrent/unroll.js';
import { describeCell } from '../testing/index.js';
import { ContextCell, type ContextState } from './context-cell.js';

const [D, C, H] = [2, 3, 4];
const float64 = { dtype: 'float64' } as const;

/** With a context of its own, so that it can stand where a cell must have an initial state. */
class WithContext extends ContextCell<RNNState> {
  override initialState(batch: number): ContextState<RNNState> {
    const { dtype } = this.cell.initialState(1).h;
    return this.begin({ finalState: randn([batch, C], { rng: new Rng(1), dtype }) });
  }
}

const cases = describeCell({
  create: (options) =>
    new WithContext({ cell: new RNNCell({ inputSize: D + C, hiddenSize: H, ...options }), contextSize: C }),
  restatement({ matrix, vector }, x, { cell, context }) {
    const inside = {
      matrix: (name: string) => matrix(`cell.${name}`),
      vector: (name: string) => vector(`cell.${name}`),
    };
    const gate = gateSums(inside, [...x, ...context], cell.h);
    const h = cell.h.map((_, u) => Math.tanh(gate(0, u)));
    return { output: h, state: { cell: { h }, context } };
  },
});
for (const { name, run } of cases) test(name, run);

test('equals the cell over inputs with the vector beside each', () => {
  const cell = new LSTMCell({ inputSize: D + C, hiddenSize: H, ...float64 });
  const [x, vector] = [randn([2, 5, D], float64), randn([2, C], float64)];
  const around = new ContextCell({ cell, contextSize: C });
  const initialState: LSTMState = { h: randn([2, H], float64), c: randn([2, H], float64) };
  const conditioned = unroll(around, x, { initialState: around.begin({ finalState: vector }, initialState) });
  const plain = unroll(cell, concat([x, repeatOverTime(vector, 5)], 2), { initialState });
  expect(conditioned.outputs.data).toEqual(plain.outputs.data);
  expect(conditioned.finalState.cell.c.data).toEqual(plain.finalState.c.data);
});

test('takes all of a state, side by side', () => {
  const cell = new ContextCell({ cell: new RNNCell({ inputSize: 7, hiddenSize: 2 }), contextSize: 5 });
  const [h, c] = [randn([2, 3]), randn([2, 1, 2])];
  const { context } = cell.begin({ finalState: [{ h }, { c }] });
  expect(Array.from(context.data)).toEqual(
    [0, 1].flatMap((n) => [...h.data.slice(3 * n, 3 * n + 3), ...c.data.slice(2 * n, 2 * n + 2)]),
  );
});

test('refuses bad input', () => {
  const inner = new RNNCell({ inputSize: D + C, hiddenSize: H });
  const cell = new ContextCell({ cell: inner, contextSize: C });
  expect(() => unroll(cell, randn([2, 5, D]))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ContextCell: there is no context to see; its state begins with one. Pass { initialState: cell.begin({ finalState: context }) }.]`,
  );
  expect(() => cell.begin({ finalState: { h: randn([2, 2]) } })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ContextCell.begin: the final state has 2 numbers for each sequence; it is h [2, 2]; contextSize is 3. Correct contextSize.]`,
  );
  expect(() => cell.begin({ finalState: null })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ContextCell.begin: the final state has 0 numbers for each sequence; it is empty; contextSize is 3. Correct contextSize.]`,
  );
  const finalState = randn([2, C]);
  expect(() => cell.begin({ finalState }, { h: randn([2, 2]) })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ContextCell.begin: the state to begin with does not fit the cell; it is h [2, 2]; the cell's own is h [2, 4]. Pass a Bridge, which makes one of the other, or begin with the cell's own.]`,
  );
  expect(() => cell.step(randn([2, D + C]), cell.begin({ finalState }))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ContextCell: the input does not fit. x is [2, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => new ContextCell({ cell: inner, contextSize: D + C })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: new ContextCell: the cell's inputSize is 5; it takes 5 numbers of the context beside the input, which has at least 1. Add 5 to its inputSize.]`,
  );
  expect(() => new ContextCell({ cell: inner, contextSize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ContextCell: contextSize is 0; it must be a whole number of at least 1. Correct contextSize.]`,
  );
  const misspelt = { cell: inner, contextSize: C, context: finalState };
  expect(() => new ContextCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ContextCell: unknown option 'context'; the options are cell, contextSize. Correct the name, or leave it out.]`,
  );
});
