import '@unroll/kernels/reference';
import { mul, type Parameter, Rng, randn, slice, sub, Tape, type Tensor } from '@unroll/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mse } from '../losses.js';
import { GRUCell, LSTMCell, type LSTMState, RNNCell } from './cells/index.js';
import { stack } from './stack.js';
import { tbptt } from './tbptt.js';
import { unroll } from './unroll.js';

const float64 = { dtype: 'float64' } as const;
const RUNS = { seed: 20, numRuns: 60 } as const;

/** One step of gradient descent. */
function descend(parameters: readonly Parameter[], lr: number): void {
  for (const parameter of parameters) parameter.assign(sub(parameter, mul(parameter.grad ?? 0, lr)));
}

function clear(parameters: readonly Parameter[]): void {
  for (const parameter of parameters) parameter.zeroGrad();
}

const gradientsOf = (parameters: readonly Parameter[]): unknown[] => parameters.map(({ grad }) => grad?.toArray());

/** How far windows go, and how long the sequence is. */
const spans = fc
  .record({
    carry: fc.integer({ min: 1, max: 5 }),
    more: fc.integer({ min: 0, max: 6 }),
    steps: fc.integer({ min: 1, max: 14 }),
  })
  .map(({ carry, more, steps }) => ({ carry, back: carry + more, steps }));

/**
 * h_t = tanh(w·h + u·x + b) over numbers, with derivatives by w, u and b carried forward from where a window begins,
 * and a step of gradient descent after each.
 */
function plainTraining(
  x: readonly number[],
  y: readonly number[],
  start: readonly [number, number, number],
  { carry, back, lr }: { readonly carry: number; readonly back: number; readonly lr: number },
): number[][] {
  let [w, u, b] = start;
  const states = [0]; // before each step
  const told: number[][] = [];
  for (let from = 0; from < x.length; from += carry) {
    const to = Math.min(from + carry, x.length);
    const first = Math.max(0, from + carry - back);
    let h = states[first] as number;
    let slopes: readonly [number, number, number] = [0, 0, 0];
    const gradient: [number, number, number] = [0, 0, 0];
    let loss = 0;
    for (let t = first; t < to; t++) {
      const next = Math.tanh(w * h + u * (x[t] as number) + b);
      const steep = 1 - next * next;
      slopes = [steep * (h + w * slopes[0]), steep * ((x[t] as number) + w * slopes[1]), steep * (1 + w * slopes[2])];
      h = next;
      states[t + 1] = h;
      if (t < from) continue;
      const off = h - (y[t] as number);
      loss += (off * off) / (to - from);
      for (const i of [0, 1, 2] as const) gradient[i] += (2 * off * slopes[i]) / (to - from);
    }
    told.push([loss, ...gradient]);
    [w, u, b] = [w - lr * gradient[0], u - lr * gradient[1], b - lr * gradient[2]];
  }
  return told;
}

describe('exactness', () => {
  test('losses, gradients and updates are those of plain loops over numbers', () => {
    fc.assert(
      fc.property(spans, fc.nat(1000), ({ carry, back, steps }, seed) => {
        const rng = new Rng(seed);
        const cell = new RNNCell({ inputSize: 1, hiddenSize: 1, ...float64 });
        const parameters = [cell.weightHh, cell.weightIh, cell.bias];
        for (const parameter of parameters) parameter.assign(randn(parameter.shape, { rng, ...float64 }));
        const start = parameters.map((parameter) => parameter.item());
        const [x, y] = [randn([1, steps, 1], { rng, ...float64 }), randn([1, steps, 1], { rng, ...float64 })];
        const tape = new Tape();
        const told: number[][] = [];
        for (const window of tbptt(cell, x, y, { carry, back })) {
          const loss = tape.record(() => mse(window.forward().outputs, window.y));
          clear(parameters);
          tape.backward(loss);
          told.push([loss.item(), ...parameters.map(({ grad }) => grad?.item() ?? Number.NaN)]);
          descend(parameters, 0.3);
        }
        const expected = plainTraining([...x.data], [...y.data], start as [number, number, number], {
          carry,
          back,
          lr: 0.3,
        });
        expect(told.length).toBe(expected.length);
        told.flat().forEach((entry, i) => {
          expect(Math.abs(entry - (expected.flat()[i] ?? Number.NaN))).toBeLessThan(1e-12);
        });
      }),
      RUNS,
    );
  });

  test('windows as far back as they go on are record windows with a carried state, to the bit', () => {
    const train = (
      run: (cell: LSTMCell, tape: Tape, x: Tensor, y: Tensor, update: (loss: Tensor) => void) => void,
    ): unknown => {
      const rng = new Rng(1);
      const cell = new LSTMCell({ inputSize: 3, hiddenSize: 4, rng });
      const tape = new Tape();
      const losses: number[] = [];
      run(cell, tape, randn([2, 11, 3], { rng }), randn([2, 11, 4], { rng }), (loss) => {
        clear(cell.parameters());
        tape.backward(loss);
        descend(cell.parameters(), 0.1);
        losses.push(loss.item());
      });
      return [losses, cell.parameters().map((parameter) => parameter.toArray())];
    };
    const byHand = train((cell, tape, x, y, update) => {
      let state: LSTMState | undefined;
      for (let from = 0; from < 11; from += 4) {
        const [inputs, targets] = [
          slice(x, 1, from, Math.min(from + 4, 11)),
          slice(y, 1, from, Math.min(from + 4, 11)),
        ];
        const run = tape.record(() => {
          const { outputs, finalState } = unroll(cell, inputs, { initialState: state });
          return { loss: mse(outputs, targets), state: finalState };
        });
        update(run.loss);
        state = run.state;
      }
    });
    const windows = train((cell, tape, x, y, update) => {
      for (const window of tbptt(cell, x, y, { carry: 4 }))
        update(tape.record(() => mse(window.forward().outputs, window.y)));
    });
    expect(windows).toEqual(byHand);
  });

  test('one window as long as the sequence is all of backpropagation, to the bit', () => {
    const rng = new Rng(1);
    const cell = stack([
      new LSTMCell({ inputSize: 3, hiddenSize: 4, rng }),
      new GRUCell({ inputSize: 4, hiddenSize: 2, rng }),
    ]);
    const [x, y] = [randn([2, 9, 3], { rng }), randn([2, 9, 2], { rng })];
    const tape = new Tape();
    tape.backward(tape.record(() => mse(unroll(cell, x).outputs, y)));
    const whole = gradientsOf(cell.parameters());
    for (const carry of [9, 20]) {
      clear(cell.parameters());
      let windows = 0;
      for (const window of tbptt(cell, x, y, { carry })) {
        tape.backward(tape.record(() => mse(window.forward().outputs, window.y)));
        windows += 1;
      }
      expect(gradientsOf(cell.parameters())).toEqual(whole);
      expect(windows).toBe(1);
    }
  });

  test('as far back as the beginning and without updates, the gradients of all windows add up to the whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(1000),
        (carry, steps, seed) => {
          const rng = new Rng(seed);
          const cell = stack([
            new LSTMCell({ inputSize: 2, hiddenSize: 3, rng, ...float64 }),
            new GRUCell({ inputSize: 3, hiddenSize: 2, rng, ...float64 }),
          ]);
          const [x, y] = [randn([2, steps, 2], { rng, ...float64 }), randn([2, steps, 2], { rng, ...float64 })];
          const tape = new Tape();
          tape.backward(tape.record(() => mse(unroll(cell, x).outputs, y, { reduction: 'sum' })));
          const whole = cell.parameters().flatMap(({ grad }) => [...(grad?.data ?? [])]);
          clear(cell.parameters());
          for (const window of tbptt(cell, x, y, { carry, back: steps + carry })) {
            tape.backward(tape.record(() => mse(window.forward().outputs, window.y, { reduction: 'sum' })));
          }
          cell
            .parameters()
            .flatMap(({ grad }) => [...(grad?.data ?? [])])
            .forEach((entry, i) => {
              expect(Math.abs(entry - (whole[i] ?? Number.NaN))).toBeLessThan(1e-12);
            });
        },
      ),
      RUNS,
    );
  });
});
