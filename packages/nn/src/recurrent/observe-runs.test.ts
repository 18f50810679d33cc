import { mapTensors, ones, Rng, randn, Tape, type Tensor, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { bidirectional, type CellRun, deep, GRUCell, LSTMCell, observeRuns, stack, tbptt, unroll } from '../index.js';

const rng = new Rng(1);
const lstm = new LSTMCell({ inputSize: 3, hiddenSize: 5, rng });
const gru = new GRUCell({ inputSize: 3, hiddenSize: 4, rng });
const x = randn([2, 7, 3], { rng });

/** The runs inside of `fn`. */
function runsIn(fn: () => unknown): CellRun[] {
  const runs: CellRun[] = [];
  observeRuns((run, take) => {
    runs.push(run);
    take();
  }, fn);
  return runs;
}

describe('a run is shown', () => {
  test('with the cell, what it reads, and the state it begins with', () => {
    const [run, ...more] = runsIn(() => unroll(lstm, x));
    expect(more).toEqual([]);
    expect(run?.cell).toBe(lstm);
    expect(run?.inputs).toBe(x);
    expect(run?.mask).toBeNull();
    expect(run?.reverse).toBe(false);
    expect(mapTensors(run?.initialState, (t) => zeros(t.shape))).toEqual({ h: zeros([2, 5]), c: zeros([2, 5]) });
  });

  test('with the state and the mask that were given', () => {
    const initialState = { h: ones([2, 4]) };
    const [run] = runsIn(() => unroll(gru, x, { initialState, lengths: [7, 2], reverse: true }));
    expect(run?.initialState).toBe(initialState);
    expect(run?.reverse).toBe(true);
    expect(run?.mask?.toArray()).toEqual([
      [1, 1, 1, 1, 1, 1, 1],
      [1, 1, 0, 0, 0, 0, 0],
    ]);
  });

  test('of layers, of windows, and of a stack as one', () => {
    const layer = deep([bidirectional(lstm, gru), new GRUCell({ inputSize: 9, hiddenSize: 2, rng })]);
    expect(runsIn(() => layer.forward(x)).map(({ cell }) => cell.outputSize)).toEqual([5, 4, 2]);
    const stacked = stack([lstm, new GRUCell({ inputSize: 5, hiddenSize: 2, rng })]);
    expect(runsIn(() => unroll(stacked, x)).map(({ cell }) => cell)).toEqual([stacked]);
    const windows = runsIn(() => {
      const tape = new Tape();
      for (const window of tbptt(gru, x, zeros([2, 7]), { carry: 3 })) tape.record(() => window.forward().outputs);
    });
    expect(windows.map(({ inputs }) => inputs.shape[1])).toEqual([3, 3, 1]);
  });
});

test('who looks on changes nothing', () => {
  const plain = unroll(lstm, x, { lengths: [7, 3] });
  const seen: Tensor[] = [];
  const run = () =>
    observeRuns(
      (_, take) => {
        seen.push(take().outputs);
      },
      () => unroll(lstm, x, { lengths: [7, 3] }),
    );
  expect(run().outputs.toArray()).toEqual(plain.outputs.toArray());
  const recorded = new Tape().record(run);
  expect(recorded.outputs).toBe(seen.at(-1));
  expect(recorded.outputs.toArray()).toEqual(plain.outputs.toArray());
});

test('the steps are taken once, also if nobody takes them or somebody twice', () => {
  let steps = 0;
  const counted = {
    inputSize: 3,
    outputSize: 3,
    initialState: () => ({ h: tensor([[0], [0]]) }),
    step(row: Tensor, state: { readonly h: Tensor }) {
      steps += 1;
      return { output: row, state };
    },
  };
  observeRuns(
    () => {},
    () => unroll(counted, x),
  );
  observeRuns(
    (_, take) => void [take(), take()],
    () => unroll(counted, x),
  );
  expect(steps).toBe(14);
});

test('who looks on inside of somebody else is the only one there', () => {
  const names: string[] = [];
  const look =
    (name: string) =>
    (_: CellRun, take: () => unknown): void => {
      names.push(name);
      take();
    };
  observeRuns(look('outer'), () => {
    observeRuns(look('inner'), () => unroll(lstm, x));
    unroll(lstm, x);
  });
  unroll(lstm, x);
  expect(names).toEqual(['inner', 'outer']);
});

test('an exception ends it', () => {
  const broken = (): void => {
    throw new RangeError('no');
  };
  expect(() => observeRuns(broken, () => unroll(lstm, x))).toThrow(RangeError);
  expect(() => unroll(lstm, x)).not.toThrow();
});
