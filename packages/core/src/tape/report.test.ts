/** What a report counts, against what the program is known to do. */
import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  formatReport,
  linear,
  mean,
  mul,
  namedScope,
  Parameter,
  pick,
  square,
  Tape,
  type Tensor,
  tanh,
  zeros,
} from '../index.js';

/** `steps` products of a `[4, 8]` state with one weight. */
function recurrence(steps: number): { tape: Tape; loss: Tensor } {
  const w = new Parameter(zeros([8, 8]));
  const tape = new Tape();
  const loss = tape.record(() => {
    let h = zeros([4, 8]);
    for (let t = 0; t < steps; t++) h = namedScope('step', () => tanh(linear(h, w)), t);
    return mean(square(h));
  });
  return { tape, loss };
}

describe('report', () => {
  test('counts records and bytes of results; views, parameters and numbers in the program have none', () => {
    const w = new Parameter(zeros([3]));
    const x = zeros([2, 3], { dtype: 'float32' });
    const tape = new Tape();
    tape.record(() => mul(mul(pick(x, 0, 1), w), mul(w, 2)));
    const { arenaBytes, ...report } = tape.report();
    expect(report).toEqual({
      records: 6,
      operations: { pick: { records: 1, bytes: 0 }, mul: { records: 3, bytes: 36 } },
      parameters: { records: 1, bytes: 0 },
      inputs: { records: 1, bytes: 24 },
      deferredProducts: null,
    });
    expect(arenaBytes).toBeGreaterThanOrEqual(24 + 36);
  });

  test('counts weight gradients that waited, and the products that they became: one for each 256 rows', () => {
    const { tape, loss } = recurrence(100);
    tape.backward(loss);
    expect(tape.report().deferredProducts).toEqual({ deferred: 100, rows: 400, products: 2 });
    tape.backward(loss);
    expect(tape.report().deferredProducts).toEqual({ deferred: 100, rows: 400, products: 2 });
    tape.record(() => square(2));
    expect(tape.report().deferredProducts).toBeNull();
  });

  test('counts the weight gradients of a checkpoint with those around it', () => {
    const w = new Parameter(zeros([8, 8]));
    const tape = new Tape();
    const three = (h: Tensor): Tensor => tanh(linear(tanh(linear(tanh(linear(h, w)), w)), w));
    const loss = tape.record(() => mean(checkpoint(three, checkpoint(three, three(zeros([4, 8]))))));
    tape.backward(loss);
    expect(tape.report().deferredProducts).toEqual({ deferred: 9, rows: 36, products: 1 });
  });

  test('is refused where there is no recording', () => {
    expect(() => new Tape().report()).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: report: this tape holds no recording; a tape holds what it recorded last, which is given up when too many others are held. Call record first, and report soon after it.]`,
    );
  });
});

test('formatReport', () => {
  const { tape, loss } = recurrence(1500);
  expect(formatReport({ ...tape.report(), arenaBytes: 1_048_576 })).toMatchInlineSnapshot(`
    "recording   records      bytes
    ------------------------------
    linear        1,500    192,000
    tanh          1,500    192,000
    square            1        128
    sum               1          4
    div               1          4
    parameters        1          0
    inputs            1        128
    ------------------------------
    total         3,005    384,264
    arena                1,048,576"
  `);
  tape.backward(loss);
  expect(formatReport(tape.report()).split('\n').at(-1)).toMatchInlineSnapshot(
    `"1,500 deferred weight gradients, 6,000 rows, in 24 products"`,
  );
});
