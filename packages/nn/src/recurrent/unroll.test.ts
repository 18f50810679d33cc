import '@unroll/kernels/reference';
import {
  add,
  DataTypeError,
  flip,
  mean,
  mul,
  ones,
  Parameter,
  Rng,
  randn,
  reshape,
  slice,
  sum,
  Tape,
  type Tensor,
  tensor,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { Module } from '../module.js';
import { withParameters } from '../with-parameters.js';
import type { Cell } from './cell.js';
import { GRUCell, LSTMCell, RNNCell } from './cells/index.js';
import { unroll } from './unroll.js';

const float64 = { dtype: 'float64' } as const;

/** Adds up its inputs: what comes out can be said without a computer. */
const runningSum: Cell<{ total: Tensor }> = {
  inputSize: 1,
  outputSize: 1,
  initialState: (batch) => ({ total: zeros([batch, 1]) }),
  step(x, { total }) {
    const next = add(total, x);
    return { output: next, state: { total: next } };
  },
};

const column = (rows: readonly (readonly number[])[]): Tensor => tensor(rows.map((row) => row.map((entry) => [entry])));
const rowsOf = (outputs: Tensor): unknown => reshape(outputs, outputs.shape.slice(0, 2)).toArray();

describe('order and lengths', () => {
  const x = column([
    [1, 2, 4, 8],
    [1, 10, 100, 1000],
  ]);

  test('runs forwards', () => {
    const { outputs, finalState } = unroll(runningSum, x);
    expect(rowsOf(outputs)).toEqual([
      [1, 3, 7, 15],
      [1, 11, 111, 1111],
    ]);
    expect(finalState.total.toArray()).toEqual([[15], [1111]]);
  });

  test('runs backwards', () => {
    const { outputs, finalState } = unroll(runningSum, x, { reverse: true });
    expect(rowsOf(outputs)).toEqual([
      [15, 14, 12, 8],
      [1111, 1110, 1100, 1000],
    ]);
    expect(finalState.total.toArray()).toEqual([[15], [1111]]);
  });

  test('stops at a length and repeats the last output', () => {
    const { outputs, finalState } = unroll(runningSum, x, { lengths: [2, 4] });
    expect(rowsOf(outputs)).toEqual([
      [1, 3, 3, 3],
      [1, 11, 111, 1111],
    ]);
    expect(finalState.total.toArray()).toEqual([[3], [1111]]);
  });

  test('reverses each sequence within its length', () => {
    const { outputs, finalState } = unroll(runningSum, x, { lengths: [2, 3], reverse: true });
    expect(rowsOf(outputs)).toEqual([
      [3, 2, 0, 0],
      [111, 110, 100, 0],
    ]);
    expect(finalState.total.toArray()).toEqual([[3], [111]]);
  });

  test('takes lengths as arrays or int32 tensors', () => {
    const expected = unroll(runningSum, x, { lengths: [1, 3] }).outputs.toArray();
    for (const lengths of [Int32Array.of(1, 3), tensor([1, 3], { dtype: 'int32' })]) {
      expect(unroll(runningSum, x, { lengths }).outputs.toArray()).toEqual(expected);
    }
  });

  test('goes on from a state, as one run over both parts', () => {
    const cell = new GRUCell({ inputSize: 2, hiddenSize: 3, ...float64 });
    const sequences = randn([2, 6, 2], float64);
    const first = unroll(cell, slice(sequences, 1, 0, 4));
    const second = unroll(cell, slice(sequences, 1, 4), { initialState: first.finalState });
    const whole = unroll(cell, sequences);
    expect(second.finalState.h.toArray()).toEqual(whole.finalState.h.toArray());
    expect(second.outputs.toArray()).toEqual(slice(whole.outputs, 1, 4).toArray());
  });

  test('reversed is flipped twice', () => {
    const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3, ...float64 });
    const sequences = randn([2, 5, 2], float64);
    const { outputs } = unroll(cell, sequences, { reverse: true });
    expect(outputs.toArray()).toEqual(flip(unroll(cell, flip(sequences, 1)).outputs, 1).toArray());
  });
});

describe('padding', () => {
  test('may hold anything: NaN reaches neither outputs nor gradients', () => {
    const cell = new RNNCell({ inputSize: 1, hiddenSize: 2, rng: new Rng(1) });
    const tape = new Tape();
    const gradients = [Number.NaN, 0].map((filler) => {
      const x = column([
        [1, 2, filler],
        [1, 2, 3],
      ]);
      const loss = tape.record(() => sum(unroll(cell, x, { lengths: [2, 3] }).outputs));
      for (const parameter of cell.parameters()) parameter.zeroGrad();
      tape.backward(loss);
      return [loss.item(), ...cell.parameters().map((parameter) => parameter.grad?.toArray())];
    });
    expect(gradients[0]).toEqual(gradients[1]);
    expect(JSON.stringify(gradients[0])).not.toContain('null');
  });

  test('of ids may lie outside of the vocabulary', () => {
    const cell = new RNNCell({ inputSize: 3, hiddenSize: 2 });
    const [padded, alone] = [tensor([[2, 1, -1]], { dtype: 'int32' }), tensor([[2, 1]], { dtype: 'int32' })];
    const final = unroll(cell, padded, { lengths: [2] }).finalState;
    expect(final.h.toArray()).toEqual(unroll(cell, alone).finalState.h.toArray());
  });
});

describe('a mask', () => {
  const x = column([
    [1, 2, 4, 8],
    [1, 10, 100, 1000],
  ]);
  const holes = [
    [true, false, true, true],
    [false, true, true, false],
  ];

  test('may have holes, and padding in front', () => {
    const { outputs, finalState } = unroll(runningSum, x, { mask: holes });
    expect(rowsOf(outputs)).toEqual([
      [1, 1, 5, 13],
      [0, 10, 110, 110],
    ]);
    expect(finalState.total.toArray()).toEqual([[13], [110]]);
  });

  test('goes backwards from the last real step to the first', () => {
    const { outputs, finalState } = unroll(runningSum, x, { mask: holes, reverse: true });
    expect(rowsOf(outputs)).toEqual([
      [13, 12, 12, 8],
      [110, 110, 100, 0],
    ]);
    expect(finalState.total.toArray()).toEqual([[13], [110]]);
  });

  test('is booleans, numbers, or a tensor of any dtype', () => {
    const expected = unroll(runningSum, x, { mask: holes }).outputs.toArray();
    const numbers = holes.map((row) => row.map(Number));
    for (const mask of [
      numbers,
      tensor(numbers),
      tensor(numbers, { dtype: 'int32' }),
      tensor(numbers, float64),
      tensor(numbers).value,
    ]) {
      expect(unroll(runningSum, x, { mask }).outputs.toArray()).toEqual(expected);
    }
  });

  test('of the first steps is what lengths are', () => {
    const mask = [
      [1, 1, 0, 0],
      [1, 1, 1, 0],
    ];
    for (const reverse of [false, true]) {
      const [masked, cut] = [
        unroll(runningSum, x, { mask, reverse }),
        unroll(runningSum, x, { lengths: [2, 3], reverse }),
      ];
      expect(masked.outputs.toArray()).toEqual(cut.outputs.toArray());
      expect(masked.finalState.total.toArray()).toEqual(cut.finalState.total.toArray());
    }
  });

  test('keeps the output of a cell whose output is not its state: 10, 10, 20 where Keras has it', () => {
    const tenfold: Cell<{ count: Tensor }> = {
      inputSize: 1,
      outputSize: 1,
      initialState: (batch) => ({ count: zeros([batch, 1]) }),
      step(_, { count }) {
        const next = add(count, 1);
        return { output: mul(next, 10), state: { count: next } };
      },
    };
    const { outputs, finalState } = unroll(tenfold, ones([1, 3, 1]), { mask: [[1, 0, 1]] });
    expect(outputs.toArray()).toEqual([[[10], [10], [20]]]);
    expect(finalState.count.toArray()).toEqual([[2]]);
  });

  test('keeps states of indices', () => {
    const counting: Cell<{ steps: Tensor }> = {
      inputSize: 1,
      outputSize: 1,
      initialState: (batch) => ({ steps: zeros([batch, 2], { dtype: 'int32' }) }),
      step: (x, { steps }) => ({
        output: x,
        state: {
          steps: tensor(
            steps.data.map((count, i) => count + 1 + (i % 2)),
            { shape: steps.shape },
          ),
        },
      }),
    };
    expect(unroll(counting, x, { mask: holes }).finalState.steps.toArray()).toEqual([
      [3, 6],
      [2, 4],
    ]);
  });
});

test('ids stand for one-hot rows of the dtype of the cell', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    const cell = new LSTMCell({ inputSize: 3, hiddenSize: 2, dtype });
    const rows = tensor(
      [
        [
          [0, 0, 1],
          [1, 0, 0],
        ],
      ],
      { dtype },
    );
    const ids = tensor([[2, 0]], { dtype: 'int32' });
    expect(unroll(cell, ids).outputs.toArray()).toEqual(unroll(cell, rows).outputs.toArray());
  }
});

test('a cell without project gives what one with it gives', () => {
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3, ...float64 });
  const x = randn([2, 4, 2], float64);
  const stepOnly: Cell<ReturnType<typeof cell.initialState>> = {
    inputSize: 2,
    outputSize: 3,
    initialState: (batch) => cell.initialState(batch),
    step: (input, state) => cell.step(input, state),
  };
  expect(unroll(stepOnly, x).outputs.toArray()).toEqual(unroll(cell, x).outputs.toArray());
});

test('projects all steps at once', () => {
  let projections = 0;
  class Counting extends RNNCell {
    override project(x: Tensor): Tensor {
      projections += 1;
      return super.project(x);
    }
  }
  unroll(new Counting({ inputSize: 2, hiddenSize: 3 }), zeros([2, 9, 2]));
  expect(projections).toBe(1);
});

test('takes all steps, the projection and the initial state inside of one run of the cell', () => {
  const order: string[] = [];
  class Watched extends RNNCell {
    inRun<T>(fn: () => T): T {
      order.push('begin');
      const result = fn();
      order.push('end');
      return result;
    }
    override initialState(batch: number): { h: Tensor } {
      order.push('state');
      return super.initialState(batch);
    }
    override project(x: Tensor): Tensor {
      order.push('project');
      return super.project(x);
    }
    override stepProjected(p: Tensor, state: { h: Tensor }): { output: Tensor; state: { h: Tensor } } {
      order.push('step');
      return super.stepProjected(p, state);
    }
  }
  unroll(new Watched({ inputSize: 1, hiddenSize: 1 }), zeros([1, 3, 1]));
  expect(order).toEqual(['begin', 'state', 'project', 'step', 'step', 'step', 'end']);
});

/** Its initial state is learned. */
class LearnedStart extends Module implements Cell<{ h: Tensor }> {
  readonly inputSize = 1;
  readonly outputSize = 1;
  readonly start: Parameter = new Parameter(tensor([[5]], float64));
  initialState(batch: number): { h: Tensor } {
    return { h: mul(this.start, ones([batch, 1], float64)) };
  }
  step(x: Tensor, { h }: { h: Tensor }): { output: Tensor; state: { h: Tensor } } {
    const next = add(h, x);
    return { output: next, state: { h: next } };
  }
}

test('an initial state can be learned', () => {
  const cell = new LearnedStart();
  const tape = new Tape();
  const x = ones([2, 3, 1], float64);
  tape.backward(tape.record(() => mean(unroll(cell, x).finalState.h)));
  expect(cell.start.grad?.toArray()).toEqual([[1]]);
  expect(withParameters(cell, { start: zeros([1, 1], float64) }, () => unroll(cell, x).finalState.h.toArray())).toEqual(
    [[3], [3]],
  );
});

describe('a state of any structure', () => {
  test('of nested records and arrays, or one tensor, is carried and kept', () => {
    const cell: Cell<readonly [Tensor, { readonly deep: Tensor }]> = {
      inputSize: 1,
      outputSize: 1,
      initialState: (batch) => [zeros([batch, 2, 2]), { deep: zeros([batch]) }],
      step: (x, [memory, { deep }]) => ({
        output: x,
        state: [add(memory, reshape(x, [-1, 1, 1])), { deep: add(deep, 1) }],
      }),
    };
    const { finalState } = unroll(
      cell,
      column([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      { lengths: [3, 1] },
    );
    expect(finalState[0].toArray()).toEqual([
      [
        [6, 6],
        [6, 6],
      ],
      [
        [4, 4],
        [4, 4],
      ],
    ]);
    expect(finalState[1].deep.toArray()).toEqual([3, 1]);
    const bare: Cell<Tensor> = {
      inputSize: 1,
      outputSize: 1,
      initialState: (batch) => zeros([batch, 1]),
      step: (x, total) => ({ output: x, state: add(total, x) }),
    };
    expect(unroll(bare, column([[1, 2, 3]])).finalState.toArray()).toEqual([[6]]);
  });
});

describe('bad input', () => {
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3 });
  const x = zeros([2, 4, 2]);

  test('shapes', () => {
    expect(() => unroll(cell, zeros([4, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: the sequences do not fit. x is [4, 2]; x must be [N, T, 2], the batch first. Add a batch: expandDims(x, 0).]`,
    );
    expect(() => unroll(cell, zeros([2, 4, 5]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: the sequences do not fit. x is [2, 4, 5]; x must be [N, T, 2], the batch first. Reshape x, or check the cell's inputSize.]`,
    );
    expect(() => unroll(cell, zeros([2, 0, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: there is nothing to run over. x is [2, 0, 2]; N and T must be at least 1. Leave empty batches out.]`,
    );
    expect(() => unroll(cell, zeros([0, 4, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: there is nothing to run over. x is [0, 4, 2]; N and T must be at least 1. Leave empty batches out.]`,
    );
    expect(() => unroll(cell, tensor([1, 0], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: the sequences do not fit. x is [2]; x must be [N, T] when it holds ids. Reshape x, or check the cell's inputSize.]`,
    );
    expect(() => unroll(cell, tensor([[1, 2]], { dtype: 'int32' }))).toThrow(/^oneHot: index 2/);
  });

  test('dtypes', () => {
    expect(() => unroll(cell, zeros([2, 4, 2], float64))).toThrow(DataTypeError);
    expect(() => unroll(cell, zeros([2, 4, 2], float64))).toThrow('linear (in LSTMCell.project)');
  });

  test('lengths', () => {
    expect(() => unroll(cell, x, { lengths: [4, 0] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unroll: lengths[1] is 0; a length is a whole number from 1 to 4, the size of the time axis. Leave empty sequences out.]`,
    );
    expect(() => unroll(cell, x, { lengths: [5, 4] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unroll: lengths[0] is 5; a length is a whole number from 1 to 4, the size of the time axis. Correct it.]`,
    );
    expect(() => unroll(cell, x, { lengths: [1.5, 4] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unroll: lengths[0] is 1.5; a length is a whole number from 1 to 4, the size of the time axis. Correct it.]`,
    );
    expect(() => unroll(cell, x, { lengths: [4] })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: there is not one length for each sequence. lengths is [1]; with a batch of 2 it must be [2]. Pass one length for each sequence.]`,
    );
    expect(() => unroll(cell, x, { lengths: tensor([4, 4]) })).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: unroll: lengths is float32. lengths is [2]; indices are int32. Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32').]`,
    );
    expect(() => unroll(cell, x, { lengths: tensor([[4, 4]], { dtype: 'int32' }) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: there is not one length for each sequence. lengths is [1, 2]; with a batch of 2 it must be [2]. Pass one length for each sequence.]`,
    );
  });

  test('masks', () => {
    const rows = (row: readonly unknown[]) => [row, row] as never;
    expect(() => unroll(cell, x, { mask: rows([1, 1, 1, 1]), lengths: [4, 4] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unroll: there are lengths and a mask; both say which steps are real. Pass one of them.]`,
    );
    expect(() => unroll(cell, x, { mask: rows([1, 1, 1]) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: there is not one flag for each step. mask is [2, 3]; the mask must be [N, T], here [2, 4]. Pass a flag for each step of each sequence, or lengths.]`,
    );
    expect(() => unroll(cell, x, { mask: ones([8]) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: there is not one flag for each step. mask is [8]; the mask must be [N, T], here [2, 4]. Pass a flag for each step of each sequence, or lengths.]`,
    );
    expect(() => unroll(cell, x, { mask: rows([1, 0.5, 1, 1]) })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unroll: the mask is 0.5 at [0, 1]; a mask is 1 or true where a step is real, and 0 or false where it is padding. Compare first: greater(weights, 0).]`,
    );
    expect(() => unroll(cell, x, { mask: rows([1, 'yes', 1, 1]) })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unroll: the mask is NaN at [0, 1]; a mask is 1 or true where a step is real, and 0 or false where it is padding. Compare first: greater(weights, 0).]`,
    );
    expect(() => unroll(cell, x, { mask: rows([false, false, false, false]) })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unroll: sequence 0 has no real step. mask is [2, 4]; each sequence has at least one. Leave empty sequences out.]`,
    );
  });

  test('states', () => {
    expect(() => unroll(cell, x, { initialState: cell.initialState(3) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll: initialState.h has another batch size. initialState.h is [3, 3]; each tensor of a state has the batch on axis 0, here 2. Pass a state for this batch, or none to begin anew.]`,
    );
    const narrow = { h: zeros([2, 3]), c: zeros([2, 2]) };
    expect(() => unroll(cell, x, { initialState: narrow })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: LSTMCell (in LSTMCell.step, t = 0): state.c does not fit. c is [2, 2]; with a batch of 2 it must be [2, 3]. Pass a state of this cell for this batch.]`,
    );
  });

  test('options', () => {
    const misspelt = { reverse: true, length: [4, 4] };
    expect(() => unroll(cell, x, misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unroll: unknown option 'length'; the options are initialState, lengths, mask, reverse. Correct the name, or leave it out.]`,
    );
  });

  test('an error inside a step names the cell and the time', () => {
    let steps = 0;
    class Failing extends RNNCell {
      override stepProjected(p: Tensor, state: { h: Tensor }): { output: Tensor; state: { h: Tensor } } {
        return super.stepProjected(p, steps++ === 2 ? { h: zeros([1, 9]) } : state);
      }
    }
    expect(() => unroll(new Failing({ inputSize: 2, hiddenSize: 3 }), x)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: RNNCell (in Failing.step, t = 2): state.h does not fit. h is [1, 9]; with a batch of 2 it must be [2, 3]. Pass a state of this cell for this batch.]`,
    );
  });

  test('cells that break the contract', () => {
    const wide = { ...runningSum, outputSize: 2 };
    expect(() => unroll(wide, zeros([2, 3, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: cell (in cell.step, t = 0): the output breaks the contract of a cell. output is [2, 1]; it must be [2, 2]. Check the cell with describeCell from @unroll/nn/testing.]`,
    );
    class Flat extends RNNCell {
      override project(input: Tensor): Tensor {
        return sum(super.project(input), 0);
      }
    }
    expect(() => unroll(new Flat({ inputSize: 2, hiddenSize: 3 }), x)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: Flat.project: the projection breaks the contract of a cell. projection is [3]; it must be [8, P]. Check the cell with describeCell from @unroll/nn/testing.]`,
    );
    const shrinking: Cell<{ h: Tensor }> = {
      inputSize: 1,
      outputSize: 1,
      initialState: (batch) => ({ h: zeros([batch, 1]) }),
      step: (input, { h }) => ({ output: input, state: { h: sum(h, 0) } }),
    };
    expect(() => unroll(shrinking, zeros([2, 3, 1]), { lengths: [3, 1] })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unroll (in cell.step, t = 1): nextState.h has another batch size. nextState.h is []; each tensor of a state has the batch on axis 0, here 2. Check the cell with describeCell from @unroll/nn/testing.]`,
    );
  });
});
