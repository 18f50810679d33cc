import '@unroll/kernels/reference';
import {
  add,
  mul,
  oneHot,
  pick,
  Rng,
  randn,
  slice,
  softmax,
  stack,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { withParameters } from '../../with-parameters.js';
import { unroll } from '../unroll.js';
import { OutputFeedbackCell } from './output-feedback-cell.js';
import { activations, product } from './plain.fixture.js';

const float64 = { dtype: 'float64' } as const;

for (const [activationName, activation, plain] of activations) {
  describe(activationName, () => {
    const cases = describeCell({
      create: (options) =>
        new OutputFeedbackCell({ inputSize: 3, hiddenSize: 4, outputSize: 2, activation, ...options }),
      restatement(parameters, x, { y }) {
        const input = product(parameters.matrix('weightIh'), x);
        const fed = product(parameters.matrix('weightOh'), y);
        const h = parameters.vector('bias').map((bias, u) => plain((input[u] ?? 0) + (fed[u] ?? 0) + bias));
        const biasO = parameters.vector('biasO');
        const output = product(parameters.matrix('weightHo'), h).map((value, k) => value + (biasO[k] ?? 0));
        return { output, state: { y: output } };
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}

describe('with feedback', () => {
  const cases = describeCell({
    create: (options) =>
      new OutputFeedbackCell({ inputSize: 3, hiddenSize: 4, outputSize: 2, feedback: (o) => softmax(o), ...options }),
    restatement(parameters, x, { y }) {
      const input = product(parameters.matrix('weightIh'), x);
      const fed = product(parameters.matrix('weightOh'), y);
      const h = parameters.vector('bias').map((bias, u) => Math.tanh((input[u] ?? 0) + (fed[u] ?? 0) + bias));
      const biasO = parameters.vector('biasO');
      const output = product(parameters.matrix('weightHo'), h).map((value, k) => value + (biasO[k] ?? 0));
      const total = output.reduce((all, value) => all + Math.exp(value), 0);
      return { output, state: { y: output.map((value) => Math.exp(value) / total) } };
    },
  });
  for (const { name, run } of cases) test(name, run);
});

describe('teacherForced', () => {
  const create = (): OutputFeedbackCell => {
    const cell = new OutputFeedbackCell({ inputSize: 3, hiddenSize: 4, outputSize: 2, rng: new Rng(1), ...float64 });
    const rng = new Rng(2);
    for (const parameter of cell.parameters()) parameter.assign(randn(parameter.shape, { rng, ...float64 }));
    return cell;
  };
  const x = randn([2, 5, 3], { rng: new Rng(3), ...float64 });
  const targets = randn([2, 5, 2], { rng: new Rng(4), ...float64 });
  const y = randn([2, 2], { rng: new Rng(5), ...float64 });

  /** One step after the other, each with the target before it in the place of the state. */
  function oneByOne(cell: OutputFeedbackCell, given: Tensor, wanted: Tensor, first: Tensor): Tensor {
    const steps = given.shape[1] ?? 0;
    const outputs: Tensor[] = [];
    for (let t = 0; t < steps; t++) {
      const before = t === 0 ? first : pick(wanted, 1, t - 1);
      outputs.push(cell.step(pick(given, 1, t), { y: before }).output);
    }
    return stack(outputs, 1);
  }

  function expectClose(actual: Tensor, expected: Tensor): void {
    expect(actual.shape).toEqual(expected.shape);
    const wanted = expected.data;
    const distance = Array.from(actual.data, (value, i) => Math.abs(value - (wanted[i] ?? Number.NaN)));
    expect(Math.max(...distance)).toBeLessThan(1e-12);
  }

  test('equals one step after the other, gradients too', () => {
    const cell = create();
    expectClose(cell.teacherForced(x, targets, { initialState: { y } }), oneByOne(cell, x, targets, y));
    expectClose(cell.teacherForced(x, targets), oneByOne(cell, x, targets, zeros([2, 2], float64)));
    const weights = randn([2, 5, 2], { rng: new Rng(6), ...float64 });
    type Given = Readonly<Record<string, Tensor>> & { readonly x: Tensor; readonly y: Tensor };
    const gradientOf = (outputs: (at: Given) => Tensor): Given =>
      valueAndGrad((at: Given) => {
        const { x: _x, y: _y, ...parameters } = at;
        return sum(
          mul(
            weights,
            withParameters(cell, parameters, () => outputs(at)),
          ),
        );
      })({ x, y, ...Object.fromEntries(cell.namedParameters()) }).gradient;
    const together = gradientOf((at) => cell.teacherForced(at.x, targets, { initialState: { y: at.y } }));
    const apart = gradientOf((at) => oneByOne(cell, at.x, targets, at.y));
    expect(Object.keys(together)).toEqual(['x', 'y', 'weightIh', 'weightOh', 'bias', 'weightHo', 'biasO']);
    for (const [name, gradient] of Object.entries(together)) expectClose(gradient, apart[name] ?? gradient);
  });

  test('equals running free where the targets are what it puts out', () => {
    const cell = create();
    const { outputs } = unroll(cell, x, { initialState: { y } });
    expectClose(cell.teacherForced(x, outputs, { initialState: { y } }), outputs);
  });

  test('takes ids for one-hot rows', () => {
    const cell = create();
    const ids = tensor([[0, 2, 1]], { dtype: 'int32' });
    const classes = tensor([[1, 0, 1]], { dtype: 'int32' });
    const dense = (of: Tensor, depth: number): Tensor => mul(oneHot(of, depth, float64), 1);
    expectClose(cell.teacherForced(ids, classes), cell.teacherForced(dense(ids, 3), dense(classes, 2)));
  });

  const padded = (sequences: Tensor, real: readonly (readonly number[])[]): Tensor => {
    const size = sequences.shape[2] ?? 0;
    const data = Float64Array.from(sequences.data, (value, i) => {
      const row = Math.floor(i / size);
      return real[Math.floor(row / 5)]?.[row % 5] === 1 ? value : Number.NaN;
    });
    return tensor(data, { shape: sequences.shape });
  };

  test('looks at nothing in the padding, and repeats the last real output there', () => {
    const cell = create();
    const real = [
      [1, 1, 1, 1, 1],
      [1, 1, 1, 0, 0],
    ];
    const options = { initialState: { y }, lengths: [5, 3] };
    const run = (): Tensor => cell.teacherForced(padded(x, real), padded(targets, real), options);
    const outputs = run();
    expectClose(slice(outputs, 0, 0, 1), slice(oneByOne(cell, x, targets, y), 0, 0, 1));
    const alone = cell.teacherForced(slice(slice(x, 0, 1), 1, 0, 3), slice(slice(targets, 0, 1), 1, 0, 3), {
      initialState: { y: slice(y, 0, 1) },
    });
    expectClose(slice(slice(outputs, 0, 1), 1, 0, 3), alone);
    for (const t of [3, 4]) expectClose(pick(slice(outputs, 0, 1), 1, t), pick(alone, 1, 2));
    const { gradient } = valueAndGrad((given: { readonly [name: string]: Tensor }) =>
      withParameters(cell, given, () => sum(run())),
    )(Object.fromEntries(cell.namedParameters()));
    for (const part of Object.values(gradient)) expect(part.data.every(Number.isFinite)).toBe(true);
  });

  test('steps over padding that a mask names, in front and in between', () => {
    const cell = create();
    const mask = [
      [0, 1, 0, 1, 1],
      [0, 0, 1, 1, 0],
    ];
    const outputs = cell.teacherForced(padded(x, mask), padded(targets, mask), { initialState: { y }, mask });
    for (const [n, flags] of mask.entries()) {
      const real = flags.flatMap((flag, t) => (flag === 1 ? [t] : []));
      const only = (sequences: Tensor): Tensor =>
        stack(
          real.map((t) => pick(slice(sequences, 0, n, n + 1), 1, t)),
          1,
        );
      const alone = cell.teacherForced(only(x), only(targets), { initialState: { y: slice(y, 0, n, n + 1) } });
      const own = slice(outputs, 0, n, n + 1);
      let seen = zeros([1, 2], float64);
      for (const t of flags.keys()) {
        if (flags[t] === 1) seen = pick(alone, 1, real.indexOf(t));
        expectClose(pick(own, 1, t), seen);
      }
    }
  });

  test('refuses bad input', () => {
    const cell = create();
    expect(() => cell.teacherForced(x, slice(targets, 1, 1))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: OutputFeedbackCell.teacherForced: the sequences do not fit. x is [2, 5, 3], targets is [2, 4, 2]; x is [N, T, 3] and targets [N, T, 2], or int32 ids [N, T], with N and T of at least 1. Reshape them, or check inputSize and outputSize.]`,
    );
    expect(() => cell.teacherForced(pick(x, 1, 0), targets)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: OutputFeedbackCell.teacherForced: the sequences do not fit. x is [2, 3], targets is [2, 5, 2]; x is [N, T, 3] and targets [N, T, 2], or int32 ids [N, T], with N and T of at least 1. Reshape them, or check inputSize and outputSize.]`,
    );
    expect(() => cell.teacherForced(x, targets, { lengths: [5, 6] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: OutputFeedbackCell.teacherForced: lengths[1] is 6; a length is a whole number from 1 to 5, the size of the time axis. Correct it.]`,
    );
    expect(() => cell.teacherForced(x, targets, { initialState: { y: add(x, 0) } })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: OutputFeedbackCell.teacherForced: state.y does not fit. y is [2, 5, 3]; with a batch of 2 it must be [2, 2]. Pass a state of this cell for this batch.]`,
    );
    const misspelt = { initialState: { y }, reverse: true };
    expect(() => cell.teacherForced(x, targets, misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: OutputFeedbackCell.teacherForced: unknown option 'reverse'; the options are initialState, lengths, mask. Correct the name, or leave it out.]`,
    );
  });
});

test('refuses bad input', () => {
  const sizes = { inputSize: 2, hiddenSize: 4, outputSize: 3 };
  const cell = new OutputFeedbackCell(sizes);
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: OutputFeedbackCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: OutputFeedbackCell: state.y does not fit. y is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  expect(() => new OutputFeedbackCell({ ...sizes, outputSize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new OutputFeedbackCell: outputSize is 0; it must be a whole number of at least 1. Correct outputSize.]`,
  );
  const misspelt = { ...sizes, feedBack: softmax };
  expect(() => new OutputFeedbackCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new OutputFeedbackCell: unknown option 'feedBack'; the options are inputSize, hiddenSize, outputSize, activation, feedback, rng, dtype. Correct the name, or leave it out.]`,
  );
});
