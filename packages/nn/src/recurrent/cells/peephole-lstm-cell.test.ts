import '@unroll/kernels/reference';
import { Rng, randn, relu, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { describeCell } from '../../testing/index.js';
import { unroll } from '../unroll.js';
import { LSTMCell } from './lstm-cell.js';
import { PeepholeLSTMCell } from './peephole-lstm-cell.js';
import { activations, gateSums, logistic } from './plain.fixture.js';

const forms = activations.flatMap(([name, activation, plain]) =>
  (['next', 'previous'] as const).map((outputPeephole) => ({ name, activation, plain, outputPeephole })),
);
for (const { name, activation, plain, outputPeephole } of forms) {
  describe(`the output gate sees the ${outputPeephole} memory, ${name}`, () => {
    const cases = describeCell({
      create: (options) =>
        new PeepholeLSTMCell({ inputSize: 3, hiddenSize: 4, outputPeephole, activation, ...options }),
      restatement(parameters, x, { h, c }) {
        const sum = gateSums(parameters, x, h);
        const peepholes = parameters.vector('peepholes');
        const peep = (gate: number, u: number): number => peepholes[gate * c.length + u] ?? 0;
        const cNext = c.map((old, u) => {
          const i = logistic(sum(0, u) + peep(0, u) * old);
          const f = logistic(sum(1, u) + peep(1, u) * old);
          return f * old + i * plain(sum(2, u));
        });
        const hNext = cNext.map((memory, u) => {
          const seen = outputPeephole === 'next' ? memory : (c[u] ?? 0);
          return logistic(sum(3, u) + peep(2, u) * seen) * plain(memory);
        });
        return { output: hNext, state: { h: hNext, c: cNext } };
      },
    });
    for (const { name: property, run } of cases) test(property, run);
  });
}

test('starts as an LSTM of the same seed', () => {
  const sizes = { inputSize: 2, hiddenSize: 3, activation: relu };
  const cell = new PeepholeLSTMCell({ ...sizes, rng: new Rng(1) });
  const x = randn([2, 5, 2], { rng: new Rng(2) });
  expect(cell.peepholes.toArray()).toEqual(zeros([9]).toArray());
  expect(unroll(cell, x).outputs.toArray()).toEqual(
    unroll(new LSTMCell({ ...sizes, rng: new Rng(1) }), x).outputs.toArray(),
  );
});

test('refuses bad input', () => {
  const cell = new PeepholeLSTMCell({ inputSize: 2, hiddenSize: 3 });
  expect(() => cell.step(zeros([4, 5]), cell.initialState(4))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: PeepholeLSTMCell: the input does not fit. x is [4, 5]; a step takes [N, 2]. Check inputSize.]`,
  );
  expect(() => cell.step(zeros([4, 2]), cell.initialState(3))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: PeepholeLSTMCell: state.h does not fit. h is [3, 3]; with a batch of 4 it must be [4, 3]. Pass a state of this cell for this batch.]`,
  );
  const unknown = { inputSize: 2, hiddenSize: 3, outputPeephole: 'new' as 'next' };
  expect(() => new PeepholeLSTMCell(unknown)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new PeepholeLSTMCell: outputPeephole is 'new'; the output gate sees the 'next' memory or the 'previous' one. Pass one of them.]`,
  );
  const misspelt = { inputSize: 2, hiddenSize: 3, peephole: 'next' };
  expect(() => new PeepholeLSTMCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new PeepholeLSTMCell: unknown option 'peephole'; the options are inputSize, hiddenSize, outputPeephole, activation, forgetBias, rng, dtype. Correct the name, or leave it out.]`,
  );
});
