/** The figures of the README: which of four symbols came first, when nothing but blanks follows? */
import { concat, expandDims, full, Rng, Tape, type Tensor, tensor } from '@unroll/core';
import { type Cell, crossEntropy, Linear, LSTMCell, type Module, unroll } from '@unroll/nn';
import { Adam } from '@unroll/optim';
import { expect, test } from 'vitest';
import { AntisymmetricCell } from './index.js';

const [SYMBOLS, STEPS, BATCH, UPDATES] = [4, 200, 8, 200];

/** The cross-entropy in nats after the last update; ln 4 = 1.386 is that of a guess. */
function lossOf<State extends { readonly h: Tensor }>(
  create: (options: { inputSize: number; hiddenSize: number; rng: Rng }) => Module & Cell<State>,
): number {
  const rng = new Rng(1);
  const cell = create({ inputSize: SYMBOLS + 1, hiddenSize: 16, rng });
  const head = new Linear({ inputSize: 16, outputSize: SYMBOLS, rng });
  const optimizer = new Adam([...cell.parameters(), ...head.parameters()], { lr: 0.01 });
  const tape = new Tape();
  let last = Number.NaN;
  for (let update = 0; update <= UPDATES; update++) {
    const first = tensor(Int32Array.from({ length: BATCH }, () => rng.integer(SYMBOLS)));
    const blanks = full([BATCH, STEPS - 1], SYMBOLS, { dtype: 'int32' });
    const x = concat([expandDims(first, 1), blanks], 1);
    const loss = tape.record(() => crossEntropy(head.forward(unroll(cell, x).finalState.h), first));
    optimizer.zeroGrad();
    tape.backward(loss);
    optimizer.step();
    last = loss.item();
  }
  return last;
}

test('remembers the first of 200 steps, which an LSTM has not learned by then', { timeout: 60_000 }, () => {
  expect(lossOf((options) => new AntisymmetricCell(options))).toBeLessThan(0.02); // it is 0.0098
  expect(lossOf((options) => new LSTMCell(options))).toBeGreaterThan(1.3); // it is 1.3547
});
