/** A number that is not finite, planted at step 17 of a recurrence, is found there. */
import '@unroll/kernels/reference';
import {
  AnomalyError,
  add,
  checkpoint,
  detectAnomaly,
  log,
  mean,
  mul,
  Rng,
  randn,
  sqrt,
  square,
  sub,
  Tape,
  type Tensor,
  tensor,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { GRUCell, LSTMCell, type LSTMState } from './cells/index.js';
import { stack } from './stack.js';
import { unroll } from './unroll.js';

const [batch, steps, inputSize, hiddenSize] = [2, 20, 3, 4];
const x = randn([batch, steps, inputSize], { rng: new Rng(1) });

const lstm = (size = inputSize): LSTMCell => new LSTMCell({ inputSize: size, hiddenSize, rng: new Rng(2) });

/** An LSTM whose output goes through `plant` at step 17. */
function planted(plant: (h: Tensor) => Tensor, size = inputSize): LSTMCell {
  const cell = lstm(size);
  let t = 0;
  const step = cell.stepProjected.bind(cell);
  return Object.assign(cell, {
    initialState(rows: number): LSTMState {
      t = 0;
      return LSTMCell.prototype.initialState.call(cell, rows);
    },
    stepProjected(p: Tensor, state: LSTMState): ReturnType<LSTMCell['stepProjected']> {
      const { output, state: next } = step(p, state);
      if (t++ !== 17) return { output, state: next };
      const h = plant(output);
      return { output: h, state: { h, c: next.c } };
    },
  });
}

const logOfNegative = (h: Tensor): Tensor => log(sub(-1, square(h)));
/** Its value is h, its slope is infinite. */
const rootOfZero = (h: Tensor): Tensor => add(h, sqrt(mul(h, 0)));

function messageOf(fn: () => void): string {
  try {
    detectAnomaly(fn);
  } catch (error) {
    if (error instanceof AnomalyError) return error.message;
    throw error;
  }
  return 'nothing was found';
}

/** One step of training, which nothing but the search will notice. */
const train = (run: () => Tensor) => () => {
  const tape = new Tape();
  tape.backward(tape.record(() => mean(square(run()))));
};

describe('forwards', () => {
  test('by cell, operation and step, in training', () => {
    const cell = planted(logOfNegative);
    expect(messageOf(train(() => unroll(cell, x).outputs))).toMatchInlineSnapshot(
      `"log (in LSTMCell.step, t = 17): the result is NaN in 8 of 8 places, first at [0, 0]. inputs[0] is [2, 4]; inputs[0] goes from -1.247 to -1.001. Keep the inputs of log where it is finite, with clamp or with where before it."`,
    );
  });

  test('outside of a recording', () => {
    const cell = planted(logOfNegative);
    expect(messageOf(() => void mean(unroll(cell, x).outputs).item())).toMatch(/^log \(in LSTMCell.step, t = 17\): /);
  });

  test('inside of other layers', () => {
    const lower = new GRUCell({ inputSize, hiddenSize, rng: new Rng(3) });
    const both = stack([lower, planted(logOfNegative, hiddenSize)]);
    expect(messageOf(train(() => unroll(both, x).outputs))).toMatch(/^log \(in StackedCell.step, t = 17\): /);
  });

  test('in the data', () => {
    const data = tensor(
      x.data.map((value, i) => (i === (steps + 17) * inputSize + 2 ? NaN : value)),
      { shape: x.shape },
    );
    expect(messageOf(train(() => unroll(lstm(), data).outputs))).toMatchInlineSnapshot(
      `"linear (in LSTMCell.project): inputs[0] came in with NaN in 1 of 120 places, first at [1, 17, 2] of [2, 20, 3]. inputs[0] is [40, 3]; inputs[0] goes from -2.053 to 2.39 and holds 1 NaN. Check the data, or what has written the parameter."`,
    );
  });
});

describe('backwards', () => {
  test('by cell, operation and step', () => {
    const cell = planted(rootOfZero);
    expect(messageOf(train(() => unroll(cell, x).outputs))).toMatchInlineSnapshot(
      `"backward of sqrt (in LSTMCell.step, t = 17): the gradient of inputs[0] is Infinity in 8 of 8 places, first at [0, 0]. inputs[0] is [2, 4], gradient is [2, 4]; inputs[0] is 0, gradient goes from -0.006817 to 0.00447. Keep the inputs of sqrt where its derivative is finite, with clamp or with where before it."`,
    );
    for (const parameter of cell.parameters()) expect(parameter.grad).toBeNull();
  });

  test('through a checkpoint', () => {
    const cell = planted(rootOfZero);
    const run = (): Tensor => checkpoint((part: Tensor) => unroll(cell, part).outputs, x);
    expect(messageOf(train(run))).toMatch(
      /^backward of sqrt \(in LSTMCell.step, t = 17\): the gradient of inputs\[0\]/,
    );
  });
});

test('a sound recurrence is let pass, with the same gradients', () => {
  const cell = lstm();
  const step = train(() => unroll(cell, x, { lengths: [20, 17] }).outputs);
  const gradients = (): unknown[] => {
    for (const parameter of cell.parameters()) parameter.zeroGrad();
    step();
    return cell.parameters().map((parameter) => parameter.grad?.data);
  };
  const plain = gradients();
  expect(detectAnomaly(gradients)).toEqual(plain);
});
