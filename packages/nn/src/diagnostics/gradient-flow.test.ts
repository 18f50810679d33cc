import '@unroll/kernels/reference';
import {
  add,
  log,
  mean,
  mul,
  ones,
  Rng,
  randn,
  slice,
  square,
  sum,
  type Tensor,
  tanh as tanhOf,
  tensor,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { identity, normal, orthogonal } from '../init.js';
import type { Cell } from '../recurrent/cell.js';
import { GRUCell, irnn, LSTMCell, RNNCell } from '../recurrent/cells/index.js';
import { type Matrix, product } from '../recurrent/cells/plain.fixture.js';
import { stack } from '../recurrent/stack.js';
import { unroll } from '../recurrent/unroll.js';
import { variationalDropout } from '../recurrent/wrappers/variational-dropout.js';
import { gradientFlow } from './gradient-flow.js';

const float64 = { dtype: 'float64' } as const;
const rowsOf = (t: Tensor): number[][] => t.toArray() as number[][];
const lastSum = ({ finalState }: { finalState: { h: Tensor } }): Tensor => sum(finalState.h);

function expectClose(actual: unknown, expected: unknown, digits = 12): void {
  const flat = (value: unknown): number[] => (Array.isArray(value) ? value.flatMap(flat) : [Number(value)]);
  const [given, wanted] = [flat(actual), flat(expected)];
  expect(given.length).toBe(wanted.length);
  given.forEach((entry, i) => {
    expect(entry).toBeCloseTo(wanted[i] ?? Number.NaN, digits);
  });
}

describe('known cases', () => {
  const [T, H] = [6, 4];

  test('a linear recurrence whose matrix turns and scales by ρ: ρ^(T − t), and radius ρ', () => {
    for (const rho of [0.7, 1, 1.3]) {
      const cell = new RNNCell({ inputSize: 2, hiddenSize: H, activation: (x) => x, ...float64 });
      cell.weightHh.assign(orthogonal([H, H], { gain: rho, rng: new Rng(1), ...float64 }));
      const x = randn([2, T, 2], { rng: new Rng(2), ...float64 });
      const u = randn([H], { rng: new Rng(3), ...float64 });
      const length = Math.sqrt(Array.from(u.data).reduce((total, entry) => total + entry * entry, 0));
      const flow = gradientFlow(cell, x, { loss: ({ finalState }) => sum(mul(finalState.h, u)) });
      const factors = Array.from({ length: T + 1 }, (_, t) => rho ** (T - t));
      expectClose(flow.finalState.h.toArray(), [factors, factors]);
      expectClose(
        flow.loss.h.toArray(),
        [factors, factors].map((row) => row.map((factor) => factor * length)),
      );
      expectClose(
        flow.spectralRadius.toArray(),
        [1, 2].map(() => new Array<number>(T).fill(rho)),
      );
      expect(flow.exact).toBe(true);
    }
  });

  test('an IRNN as it begins: 1 throughout', () => {
    const cell = irnn({ inputSize: 2, hiddenSize: H, rng: new Rng(1) });
    cell.bias.assign(ones([H]));
    const flow = gradientFlow(cell, randn([1, T, 2], { rng: new Rng(2) }), { loss: lastSum });
    expect(flow.finalState.h.toArray()).toEqual([new Array<number>(T + 1).fill(1)]);
    expect(flow.loss.h.toArray()).toEqual([new Array<number>(T + 1).fill(Math.sqrt(H))]);
    expectClose(flow.spectralRadius.toArray(), [new Array<number>(T).fill(1)], 6);
  });

  test('a gradient too small for float32 to square is still measured', () => {
    const cell = irnn({ inputSize: 1, hiddenSize: 1, gain: 1e-7, rng: new Rng(1) });
    cell.bias.assign(ones([1]));
    const { loss } = gradientFlow(cell, ones([1, 4, 1]), { loss: lastSum });
    expect((rowsOf(loss.h)[0]?.[0] ?? 0) / 1e-28).toBeCloseTo(1, 5);
  });
});

describe('a tanh recurrence by its formula', () => {
  const [T, H] = [5, 2];
  const cell = new RNNCell({ inputSize: 1, hiddenSize: H, ...float64 });
  const x = randn([3, T, 1], { rng: new Rng(4), ...float64 });
  cell.weightIh.assign(normal([H, 1], { std: 1, rng: new Rng(5), ...float64 }));

  /** `∂h_t/∂h_(t−1) = diag(1 − h_t²)·W` at each step of sequence n. */
  function jacobians(n: number): Matrix[] {
    const outputs = unroll(cell, x).outputs.toArray() as number[][][];
    const weights = rowsOf(cell.weightHh);
    return (outputs[n] ?? []).map((h) => weights.map((row, u) => row.map((w) => (1 - (h[u] ?? 0) ** 2) * w)));
  }

  const eigenvalueOf = ([[a = 0, b = 0] = [], [c = 0, d = 0] = []]: Matrix): { size: number; complex: boolean } => {
    const [trace, determinant] = [a + d, a * d - b * c];
    const under = trace * trace - 4 * determinant;
    if (under < 0) return { size: Math.sqrt(determinant), complex: true };
    return { size: (Math.abs(trace) + Math.sqrt(under)) / 2, complex: false };
  };

  for (const [kind, weights] of Object.entries({
    complex: [
      [0.6, -1.1],
      [0.9, 0.3],
    ],
    real: [
      [0.6, 1.1],
      [0.9, -0.3],
    ],
  })) {
    test(`with ${kind} eigenvalues`, () => {
      cell.weightHh.assign(tensor(weights, float64));
      const flow = gradientFlow(cell, x, { loss: ({ outputs }) => sum(square(outputs)) });
      for (const n of [0, 1, 2]) {
        const steps = jacobians(n);
        const eigenvalues = steps.map(eigenvalueOf);
        expect(eigenvalues.every(({ complex }) => complex === (kind === 'complex'))).toBe(true);
        expectClose(
          rowsOf(flow.spectralRadius)[n],
          eigenvalues.map(({ size }) => size),
        );
        // J_T⋯J_(t+1), from the last step back; its rows are multiplied from the left.
        let reach: Matrix = [
          [1, 0],
          [0, 1],
        ];
        const norms = [reach];
        for (const step of [...steps].reverse()) {
          const columns = [0, 1].map((j) => step.map((row) => row[j] ?? 0));
          reach = reach.map((row) => product(columns, row));
          norms.unshift(reach);
        }
        const scaled = norms.map((j) => Math.sqrt(j.flat().reduce((total, entry) => total + entry * entry, 0) / H));
        expectClose(rowsOf(flow.finalState.h)[n], scaled);
        // L = Σ h_t²: δ_T = 2·h_T, δ_t = 2·h_t + δ_(t+1)·J_(t+1); nothing but what comes back reaches h_0.
        const outputs = (unroll(cell, x).outputs.toArray() as number[][][])[n] ?? [];
        let delta: number[] = [0, 0];
        const deltas = [...steps].reverse().map((step, i) => {
          const h = outputs[T - 1 - i] ?? [];
          const here = delta.map((entry, u) => entry + 2 * (h[u] ?? 0));
          delta = product(
            [0, 1].map((j) => step.map((row) => row[j] ?? 0)),
            here,
          );
          return here;
        });
        const expected = [...deltas, delta].map((d) => Math.sqrt(d.reduce((total, entry) => total + entry * entry, 0)));
        // The last one computed is that of h_0.
        expectClose(rowsOf(flow.loss.h)[n], expected.reverse());
      }
    });
  }
});

describe('any state', () => {
  test('each tensor by itself, against difference quotients', () => {
    const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3, rng: new Rng(1), ...float64 });
    const x = randn([1, 4, 2], { rng: new Rng(2), ...float64 });
    const flow = gradientFlow(cell, x, { loss: lastSum });
    const start = cell.initialState(1);
    const step = 1e-6;
    for (const part of ['h', 'c'] as const) {
      let total = 0;
      for (let u = 0; u < 3; u++) {
        const final = (sign: number): number[] => {
          const moved = tensor([[0, 1, 2].map((i) => (i === u ? sign * step : 0))], float64);
          const { finalState } = unroll(cell, x, { initialState: { ...start, [part]: moved } });
          return [...finalState.h.data, ...finalState.c.data];
        };
        const [above, under] = [final(1), final(-1)];
        total += above.reduce((sum, entry, i) => sum + ((entry - (under[i] ?? 0)) / (2 * step)) ** 2, 0);
      }
      expect(rowsOf(flow.finalState[part])[0]?.[0]).toBeCloseTo(Math.sqrt(total / 3), 8);
      expect(rowsOf(flow.finalState[part])[0]?.[4]).toBe(1);
    }
  });

  test('a forget gate that stands open carries gradients through c', () => {
    const cell = new LSTMCell({ inputSize: 1, hiddenSize: 2, rng: new Rng(1), ...float64 });
    cell.weightHh.assign(zeros([8, 2], float64));
    cell.weightIh.assign(zeros([8, 1], float64));
    cell.bias.assign(tensor([0, 0, 40, 40, 0, 0, -40, -40], float64)); // f open, o closed
    const { finalState, spectralRadius } = gradientFlow(cell, ones([1, 5, 1], float64), { loss: lastSum });
    expectClose(finalState.c.toArray(), [[1, 1, 1, 1, 1, 1]]);
    expectClose(finalState.h.toArray(), [[0, 0, 0, 0, 0, 1]]);
    expectClose(spectralRadius.toArray(), [[1, 1, 1, 1, 1]]);
  });

  test('the layers of a stack', () => {
    const options = { hiddenSize: 2, ...float64 };
    const cell = stack([new GRUCell({ inputSize: 1, ...options }), new GRUCell({ inputSize: 2, ...options })] as const);
    const { loss, finalState } = gradientFlow(cell, ones([1, 3, 1], float64), {
      loss: ({ outputs }) => sum(outputs),
    });
    expect(loss[0].h.shape).toEqual([1, 4]);
    expect(finalState[1].h.toArray()).toHaveLength(1);
    expectClose(rowsOf(finalState[0].h)[0]?.[3], 1);
  });

  test("a stranger's cell, whose memory no step changes", () => {
    type State = { readonly memory: Tensor; readonly h: Tensor };
    const memory = randn([2, 5, 1], { rng: new Rng(1), ...float64 });
    const cell: Cell<State> = {
      inputSize: 1,
      outputSize: 1,
      initialState: () => ({ memory, h: zeros([2, 1], float64) }),
      step(x, { memory, h }) {
        const next = add(mul(h, 0.5), x, mean(memory, 1));
        return { output: next, state: { memory, h: next } };
      },
    };
    const flow = gradientFlow(cell, ones([2, 3, 1], float64), { loss: ({ finalState }) => sum(finalState.h) });
    expectClose(flow.finalState.h.toArray(), [
      [0.125, 0.25, 0.5, 1],
      [0.125, 0.25, 0.5, 1],
    ]);
    expectClose(flow.spectralRadius.toArray(), [
      [0.5, 0.5, 0.5],
      [0.5, 0.5, 0.5],
    ]);
    // A fifth of what each step, from this one on, brings to the end: 0.25, 0.5 and 1.
    const shares = [1.75, 1.5, 1, 0].map((share) => share / Math.sqrt(5));
    expectClose(flow.loss.memory.toArray(), [shares, shares]);
  });

  test('a state that is handed from place to place', () => {
    type State = { readonly a: Tensor; readonly b: Tensor };
    const cell: Cell<State> = {
      inputSize: 1,
      outputSize: 1,
      initialState: (batch) => ({ a: zeros([batch, 1], float64), b: zeros([batch, 1], float64) }),
      step: (x, { a, b }) => ({ output: add(a, b), state: { a: add(x, mul(b, 0.25)), b: a } }),
    };
    const x = ones([1, 3, 1], float64);
    const flow = gradientFlow(cell, x, { loss: ({ finalState }) => sum(finalState.a) });
    expectClose(flow.finalState.a.toArray(), [[0.25, 0.25, 1, 1]]);
    expectClose(flow.finalState.b.toArray(), [[0.0625, 0.25, 0.25, 1]]);
    expectClose(flow.loss.a.toArray(), [[0, 0.25, 0, 1]]);
    expectClose(flow.loss.b.toArray(), [[0.0625, 0, 0.25, 0]]);
    expectClose(flow.spectralRadius.toArray(), [[0.5, 0.5, 0.5]]);
  });

  test('masks of indices have no gradient', () => {
    const lstm = new LSTMCell({ inputSize: 2, hiddenSize: 2, rng: new Rng(1) });
    const x = ones([1, 3, 2]);
    const plain = gradientFlow(lstm, x, { loss: lastSum });
    const cell = variationalDropout(lstm, { input: 0.5, state: { h: 0.5 } }).eval();
    const flow = gradientFlow(cell, x, { loss: ({ finalState }) => sum(finalState.cell.h) });
    expect(flow.finalState.cell.c.toArray()).toEqual(plain.finalState.c.toArray());
    expect(flow.loss.masks.input?.toArray()).toEqual([[0, 0, 0, 0]]);
    expect(flow.spectralRadius.toArray()).toEqual(plain.spectralRadius.toArray());
  });

  test('an initial state of your own', () => {
    const cell = new RNNCell({ inputSize: 1, hiddenSize: 2, ...float64 });
    const initialState = { h: tensor([[2, -1]], float64) };
    const x = ones([1, 2, 1], float64);
    const [own, none] = [
      gradientFlow(cell, x, { loss: lastSum, initialState }),
      gradientFlow(cell, x, { loss: lastSum }),
    ];
    expect(own.loss.h.toArray()).not.toEqual(none.loss.h.toArray());
  });
});

describe('padding', () => {
  test('is as if it were not there', () => {
    const cell = new GRUCell({ inputSize: 2, hiddenSize: 3, rng: new Rng(1), ...float64 });
    const x = randn([2, 5, 2], { rng: new Rng(2), ...float64 });
    const padded = tensor(
      x.data.map((entry, i) => (i >= 16 ? Number.NaN : entry)),
      { shape: x.shape },
    );
    const loss = ({ finalState }: { finalState: { h: Tensor } }): Tensor => sum(square(finalState.h));
    const both = gradientFlow(cell, padded, { loss, lengths: [5, 3] });
    const alone = gradientFlow(cell, slice(slice(x, 0, 1, 2), 1, 0, 3), { loss });
    expectClose(rowsOf(both.loss.h)[1], [...(rowsOf(alone.loss.h)[0] ?? []), 0, 0]);
    expectClose(rowsOf(both.finalState.h)[1], [...(rowsOf(alone.finalState.h)[0] ?? []), 1, 1]);
    expectClose(rowsOf(both.spectralRadius)[1], [...(rowsOf(alone.spectralRadius)[0] ?? []), 1, 1]);
  });
});

describe('with fewer directions than a state has numbers', () => {
  const H = 24;
  const x = randn([2, 6, 2], { rng: new Rng(2), ...float64 });

  test('norms are estimates around the exact ones, and the result says so', () => {
    const cell = new RNNCell({ inputSize: 2, hiddenSize: H, rng: new Rng(1), ...float64 });
    const exact = gradientFlow(cell, x, { loss: lastSum });
    const estimate = gradientFlow(cell, x, { loss: lastSum, directions: 12 });
    expect([exact.exact, estimate.exact]).toEqual([true, false]);
    expect(estimate.loss.h.toArray()).toEqual(exact.loss.h.toArray());
    const [wanted, given] = [exact.finalState.h.data, estimate.finalState.h.data];
    given.forEach((norm, i) => {
      const ratio = norm / (wanted[i] ?? 0);
      // Three standard deviations of a mean of twelve squares.
      expect(Math.abs(ratio * ratio - 1)).toBeLessThan(3 * Math.sqrt(2 / 12));
    });
    expect(given).not.toEqual(wanted);
  });

  test('the radius is right where one eigenvalue stands out', () => {
    const cell = new RNNCell({ inputSize: 2, hiddenSize: H, activation: (t) => t, ...float64 });
    const weights = identity([H, H], { gain: 0.3, ...float64 }).data;
    weights[0] = -1.1;
    cell.weightHh.assign(tensor(weights, { shape: [H, H] }));
    const { spectralRadius } = gradientFlow(cell, x, { loss: lastSum, directions: 6 });
    expectClose(
      spectralRadius.toArray(),
      [1, 2].map(() => new Array<number>(6).fill(1.1)),
      6,
    );
  });

  test('equal generators give equal numbers', () => {
    const cell = new RNNCell({ inputSize: 2, hiddenSize: H, rng: new Rng(1), ...float64 });
    const run = (seed: number): unknown =>
      gradientFlow(cell, x, { loss: lastSum, directions: 3, rng: new Rng(seed) }).finalState.h.toArray();
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });
});

test('leaves the gradients and the generators of a training alone', () => {
  const cell = new GRUCell({ inputSize: 1, hiddenSize: 2 });
  gradientFlow(cell, ones([1, 2, 1]), { loss: lastSum });
  for (const { grad } of cell.parameters()) expect(grad).toBeNull();
});

test('refuses what has no answer', () => {
  const cell = new RNNCell({ inputSize: 1, hiddenSize: 2, rng: new Rng(1) });
  const x = ones([1, 2, 1]);
  const none: Cell<null> = {
    inputSize: 1,
    outputSize: 1,
    initialState: () => null,
    step: (input) => ({ output: tanhOf(input), state: null }),
  };
  expect(() => gradientFlow(none, x, { loss: ({ outputs }) => sum(outputs) })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gradientFlow: no step changes the state; gradients flow through time along a state. Pass a cell that carries one.]`,
  );
  expect(() => gradientFlow(cell, x, { loss: ({ outputs }) => outputs })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: gradient: the loss is not a single number. loss is [1, 2, 2]; only a scalar has a gradient by itself. Reduce it with sum or mean, or pass { seed }.]`,
  );
  const elsewhere = sum(log(ones([2])));
  expect(() => gradientFlow(cell, x, { loss: () => elsewhere })).toThrowErrorMatchingInlineSnapshot(
    `[TapeError: gradient: loss was computed outside of this tape's last recording, by sum. loss is []; a tape walks back through its last recording only. Compute it inside record() and return it from there.]`,
  );
  expect(() => gradientFlow(cell, x, { loss: lastSum, directions: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gradientFlow: directions is 0; it must be a whole number of at least 1. Correct directions.]`,
  );
  const misspelt = { loss: lastSum, probes: 3 };
  expect(() => gradientFlow(cell, x, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gradientFlow: unknown option 'probes'; the options are initialState, lengths, mask, loss, directions, rng. Correct the name, or leave it out.]`,
  );
  expect(() => gradientFlow(cell, ones([1, 2, 3]), { loss: lastSum })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: unroll: the sequences do not fit. x is [1, 2, 3]; x must be [N, T, 1], the batch first. Reshape x, or check the cell's inputSize.]`,
  );
  expect(() => gradientFlow(cell, x, { loss: lastSum, lengths: [3] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gradientFlow: lengths[0] is 3; a length is a whole number from 1 to 2, the size of the time axis. Correct it.]`,
  );
});
