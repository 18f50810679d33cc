import '@unroll/kernels/reference';
import { add, mul, ones, Parameter, Rng, randn, slice, sum, Tape, type Tensor, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { Embedding } from '../layers/embedding.js';
import { mse } from '../losses.js';
import { Module } from '../module.js';
import type { Cell } from './cell.js';
import { GRUCell, LSTMCell, RNNCell } from './cells/index.js';
import { tbptt } from './tbptt.js';
import { unroll } from './unroll.js';

const float64 = { dtype: 'float64' } as const;

function clear(parameters: readonly Parameter[]): void {
  for (const parameter of parameters) parameter.zeroGrad();
}

test('what the tape holds does not grow with the length', () => {
  const held = (steps: number, back: number): readonly [number, number] => {
    const cell = new LSTMCell({ inputSize: 3, hiddenSize: 8, rng: new Rng(1) });
    const [x, y] = [randn([4, steps, 3]), randn([4, steps, 8])];
    const tape = new Tape();
    let [records, bytes] = [0, 0];
    for (const window of tbptt(cell, x, y, { carry: 3, back })) {
      tape.backward(tape.record(() => mse(window.forward().outputs, window.y)));
      const report = tape.report();
      records = Math.max(records, report.records);
      const parts = [report.inputs, ...Object.values(report.operations)];
      bytes = Math.max(
        bytes,
        parts.reduce((total, part) => total + part.bytes, 0),
      );
    }
    return [records, bytes];
  };
  const short = held(30, 12);
  expect(held(300, 12)).toEqual(short);
  expect(held(30, 24)[1]).toBeGreaterThan(short[1]);
});

describe('windows', () => {
  const cell = new RNNCell({ inputSize: 1, hiddenSize: 1 });
  const x = tensor([[[0], [1], [2], [3], [4], [5], [6]]]);

  test('have the inputs that are run and the targets that count', () => {
    const windows = tbptt(cell, x, x, { carry: 2, back: 5 });
    expect(windows.count).toBe(4);
    const seen: unknown[] = [];
    for (const window of windows) {
      const { outputs } = window.forward();
      seen.push([window.from, window.to, [...window.x.data], [...window.y.data], outputs.shape[1]]);
    }
    expect(seen).toEqual([
      [0, 2, [0, 1], [0, 1], 2],
      [2, 4, [0, 1, 2, 3], [2, 3], 2],
      [4, 6, [1, 2, 3, 4, 5], [4, 5], 2],
      [6, 7, [3, 4, 5, 6], [6], 1],
    ]);
  });

  test('can be read again, from the beginning', () => {
    const windows = tbptt(cell, x, x, { carry: 3 });
    const read = (): unknown[] => Array.from(windows, (window) => window.forward().finalState.h.toArray());
    expect(read()).toEqual(read());
  });

  test('may be run twice, and outside of a recording', () => {
    const finals: unknown[] = [];
    for (const window of tbptt(cell, x, x, { carry: 2, back: 3 })) {
      const first = window.forward();
      expect(window.forward().outputs.toArray()).toEqual(first.outputs.toArray());
      finals.push(first.finalState.h.toArray());
    }
    expect(finals.at(-1)).toEqual(unroll(cell, x).finalState.h.toArray());
  });
});

/** Its initial state is learned. */
class LearnedStart extends Module implements Cell<{ h: Tensor }> {
  readonly inputSize = 1;
  readonly outputSize = 1;
  readonly start: Parameter = new Parameter(tensor([[5]]));
  initialState(batch: number): { h: Tensor } {
    return { h: mul(this.start, ones([batch, 1])) };
  }
  step(x: Tensor, { h }: { h: Tensor }): { output: Tensor; state: { h: Tensor } } {
    const next = add(h, x);
    return { output: next, state: { h: next } };
  }
}

test('gradients reach a learned initial state until back steps have passed', () => {
  const cell = new LearnedStart();
  const tape = new Tape();
  const reached: unknown[] = [];
  for (const window of tbptt(cell, zeros([1, 8, 1]), zeros([1, 8, 1]), { carry: 2, back: 5 })) {
    clear([cell.start]);
    const loss = tape.record(() => add(sum(window.forward().outputs), mul(sum(cell.start), 0)));
    tape.backward(loss);
    reached.push(cell.start.grad?.item());
  }
  expect(reached).toEqual([2, 2, 0, 0]);
});

test('something learned may come before the cell', () => {
  const rng = new Rng(1);
  const embedding = new Embedding({ vocabularySize: 4, embeddingSize: 3, rng });
  const cell = new GRUCell({ inputSize: 3, hiddenSize: 2, rng });
  const ids = tensor([[0, 1, 2, 3, -1]], { dtype: 'int32' }); // the last is padding
  const y = randn([1, 5, 2], { rng });
  const tape = new Tape();
  let reached: unknown;
  for (const window of tbptt(cell, ids, y, { carry: 2, back: 3, lengths: [4] })) {
    embedding.weight.zeroGrad();
    tape.backward(tape.record(() => mse(window.forward(embedding.forward(window.x)).outputs, window.y)));
    reached = ((embedding.weight.grad ?? embedding.weight).toArray() as number[][]).map((row) =>
      row.some((entry) => entry !== 0),
    );
  }
  expect(reached).toEqual([false, true, true, true]);
});

describe('lengths', () => {
  test('batched equals one by one, and padding may hold NaN', () => {
    const rng = new Rng(1);
    const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3, rng, ...float64 });
    const lengths = [7, 2, 5];
    const [x, y] = [randn([3, 9, 2], { rng, ...float64 }), randn([3, 9, 3], { rng, ...float64 })];
    const spoilt = (t: Tensor): Tensor => {
      const width = t.size / 27;
      const real = (i: number): boolean => Math.floor(i / width) % 9 < (lengths[Math.floor(i / width / 9)] as number);
      return tensor(
        Float64Array.from(t.data, (entry, i) => (real(i) ? entry : Number.NaN)),
        { shape: t.shape },
      );
    };
    const tape = new Tape();
    const train = (inputs: Tensor, targets: Tensor, own: readonly number[]): number[] => {
      clear(cell.parameters());
      let final: readonly number[] = [];
      for (const window of tbptt(cell, inputs, targets, { carry: 2, back: 3, lengths: own })) {
        const run = tape.record(() => {
          const { outputs, finalState } = window.forward();
          return { loss: mse(outputs, window.y, { mask: window.mask, reduction: 'sum' }), finalState };
        });
        tape.backward(run.loss);
        final = [...run.finalState.h.data, ...run.finalState.c.data];
      }
      return [...cell.parameters().flatMap(({ grad }) => [...(grad?.data ?? [])]), ...final];
    };
    const together = train(spoilt(x), spoilt(y), lengths);
    const alone = lengths.map((length, n) =>
      train(slice(slice(x, 0, n, n + 1), 1, 0, length), slice(slice(y, 0, n, n + 1), 1, 0, length), [length]),
    );
    const count = cell.parameters().reduce((total, { size }) => total + size, 0);
    for (let i = 0; i < count; i++) {
      const total = alone.reduce((added, one) => added + (one[i] as number), 0);
      expect(Math.abs((together[i] as number) - total)).toBeLessThan(1e-12);
    }
    alone.forEach((one, n) => {
      const [h, c] = [one.slice(count, count + 3), one.slice(count + 3)];
      expect(together.slice(count + 3 * n, count + 3 * n + 3)).toEqual(h);
      expect(together.slice(count + 9 + 3 * n, count + 9 + 3 * n + 3)).toEqual(c);
    });
  });

  test('there is no window beyond the longest', () => {
    const cell = new RNNCell({ inputSize: 1, hiddenSize: 1 });
    const windows = tbptt(cell, zeros([2, 100, 1]), zeros([2, 100, 1]), { carry: 4, lengths: [9, 3] });
    expect(windows.count).toBe(3);
    const masks = Array.from(windows, (window) => {
      window.forward();
      return window.mask.toArray();
    });
    expect(masks).toEqual([
      [
        [1, 1, 1, 1],
        [1, 1, 1, 0],
      ],
      [
        [1, 1, 1, 1],
        [0, 0, 0, 0],
      ],
      [[1], [0]],
    ]);
  });
});

describe('bad input', () => {
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3 });
  const [x, y] = [zeros([2, 8, 2]), zeros([2, 8, 3])];

  test('options', () => {
    expect(() => tbptt(cell, x, y, { carry: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tbptt: carry is 0; it must be a whole number of at least 1. Correct carry.]`,
    );
    expect(() => tbptt(cell, x, y, { carry: 4, back: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tbptt: back is 3, carry 4; the loss is of the last carry steps, so going back through fewer would leave some of it out. Raise back, or lower carry.]`,
    );
    expect(() => tbptt(cell, x, y, { carry: 4, lengths: [8, 9] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tbptt: lengths[1] is 9; a length is a whole number from 1 to 8, the size of the time axis. Correct it.]`,
    );
    expect(() =>
      tbptt(cell, x, y, { carry: 4, initialState: cell.initialState(3) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: tbptt: initialState.h has another batch size. initialState.h is [3, 3]; each tensor of a state has the batch on axis 0, here 2. Pass a state for this batch, or none to begin anew.]`,
    );
    const misspelt = { carry: 4, k2: 8 };
    expect(() => tbptt(cell, x, y, misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tbptt: unknown option 'k2'; the options are carry, back, initialState, lengths. Correct the name, or leave it out.]`,
    );
  });

  test('shapes', () => {
    expect(() => tbptt(cell, x, zeros([2, 7, 3]), { carry: 4 })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: tbptt: inputs and targets do not fit together. x is [2, 8, 2], y is [2, 7, 3]; both begin with [N, T], N and T at least 1. Reshape one of them.]`,
    );
    expect(() => tbptt(cell, zeros([2, 0, 2]), zeros([2, 0, 3]), { carry: 4 })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: tbptt: there is nothing to run over. x is [2, 0, 2], y is [2, 0, 3]; both begin with [N, T], N and T at least 1. Leave empty batches out.]`,
    );
    for (const window of tbptt(cell, x, y, { carry: 8 })) {
      expect(() => window.forward(zeros([2, 7, 2]))).toThrowErrorMatchingInlineSnapshot(
        `[ShapeError: tbptt: the inputs are not those of the window. inputs is [2, 7, 2], window.x is [2, 8, 2]; they must have the same N and T. Compute them from window.x.]`,
      );
      expect(() => window.forward(zeros([2, 8, 9]))).toThrowErrorMatchingInlineSnapshot(
        `[ShapeError: unroll: the sequences do not fit. x is [2, 8, 9]; x must be [N, T, 2], the batch first. Reshape x, or check the cell's inputSize.]`,
      );
    }
  });

  test('a window that was not run', () => {
    const [first] = tbptt(cell, x, y, { carry: 8 });
    expect(first?.to).toBe(8);
    expect(() => [...tbptt(cell, x, y, { carry: 4 })]).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tbptt: the window of the steps 0 to 3 was not run; the next one begins with a state of it. Call window.forward() inside of record.]`,
    );
  });
});
