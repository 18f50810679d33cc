/** What holds for every wrapper and composition, with random shapes, lengths and masks. */
import '@unroll/kernels/reference';
import {
  add,
  concat,
  mapTensors,
  mul,
  Rng,
  randn,
  type Shape,
  slice,
  sum,
  Tape,
  type Tensor,
  type TensorTree,
  tensor,
} from '@unroll/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossEntropy, mse } from '../losses.js';
import { withParameters } from '../with-parameters.js';
import { bidirectional } from './bidirectional.js';
import { GRUCell, LSTMCell, RNNCell } from './cells/index.js';
import { deep } from './deep.js';
import { type AnyLayer, layers } from './layers.fixture.js';
import { distance, numbersOf } from './numbers.fixture.js';
import { lastOutput, maxOverTime, meanOverTime, sumOverTime } from './over-time.js';
import { stack } from './stack.js';
import { type Unrolled, unroll } from './unroll.js';

/** The same examples in every run; a new seed now and then finds new ones. */
const RUNS = { seed: 5, numRuns: 8 } as const;
const ROUNDING = 1e-12;

const seed = fc.nat(1_000_000);
const draw = (shape: Shape, from: number): Tensor => randn(shape, { dtype: 'float64', rng: new Rng(from) });

/** T, and for each of N sequences which of its steps are real. */
const masks = fc.integer({ min: 1, max: 6 }).chain((steps) =>
  fc.array(
    fc
      .tuple(fc.array(fc.boolean(), { minLength: steps, maxLength: steps }), fc.nat(steps - 1))
      .map(([flags, always]) => flags.map((flag, t) => flag || t === always)),
    { minLength: 1, maxLength: 4 },
  ),
);
/** T, and the lengths of N sequences. */
const batches = fc.integer({ min: 1, max: 6 }).chain((steps) =>
  fc.record({
    steps: fc.constant(steps),
    lengths: fc.array(fc.integer({ min: 1, max: steps }), { minLength: 1, maxLength: 4 }),
  }),
);

const maskOf = (lengths: readonly number[], steps: number): boolean[][] =>
  lengths.map((length) => Array.from({ length: steps }, (_, t) => t < length));

/** The steps of sequence `n` of x `[N, T, …]` that are real, as a batch of one. */
function realSteps(x: Tensor, mask: readonly (readonly boolean[])[], n: number): Tensor {
  const steps = (mask[n] ?? []).flatMap((flag, t) => (flag ? [slice(slice(x, 0, n, n + 1), 1, t, t + 1)] : []));
  return concat(steps, 1);
}
/** Sequences with NaN where they are not real. */
function spoiled(x: Tensor, mask: readonly (readonly boolean[])[]): Tensor {
  const [, steps, width] = x.shape as readonly [number, number, number];
  const data = Float64Array.from(x.data, (entry, i) => {
    const [n, t] = [Math.floor(i / (steps * width)), Math.floor(i / width) % steps];
    return mask[n]?.[t] === true ? entry : Number.NaN;
  });
  return tensor(data, { shape: x.shape });
}
const sequence = (state: TensorTree, n: number): TensorTree => mapTensors(state, (t) => slice(t, 0, n, n + 1));

/** Whether outputs depend on what came before alone. */
const isCausal = (name: string): boolean => !/reversed|bidirectional|^deep(,|$)/.test(name);

describe.each(Object.entries(layers))('%s', (name, create) => {
  test('a batch with a mask, and NaN where it is 0, is its sequences one by one without the steps in between', () => {
    fc.assert(
      fc.property(masks, seed, (mask, from) => {
        const layer = create(from).eval();
        const x = draw([mask.length, mask[0]?.length ?? 0, 3], from);
        const { outputs, finalState } = layer.forward(spoiled(x, mask), { mask });
        for (const n of mask.keys()) {
          const alone = layer.forward(realSteps(x, mask, n));
          expect(distance(realSteps(outputs, mask, n), alone.outputs)).toBeLessThan(ROUNDING);
          expect(distance(sequence(finalState, n), alone.finalState)).toBeLessThan(ROUNDING);
        }
      }),
      RUNS,
    );
  });

  test('lengths are the mask of the first steps', () => {
    fc.assert(
      fc.property(batches, seed, ({ steps, lengths }, from) => {
        const layer = create(from).eval();
        const x = spoiled(draw([lengths.length, steps, 3], from), maskOf(lengths, steps));
        const [cut, masked] = [layer.forward(x, { lengths }), layer.forward(x, { mask: maskOf(lengths, steps) })];
        expect(numbersOf(cut)).toEqual(numbersOf(masked));
      }),
      RUNS,
    );
  });

  if (isCausal(name)) {
    test('windows with a carried state are one run', () => {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 6 }), fc.nat(), seed, (steps, at, from) => {
          const layer = create(from).eval();
          const x = draw([2, steps, 3], from);
          const cut = 1 + (at % (steps - 1));
          const first = layer.forward(slice(x, 1, 0, cut));
          const second = layer.forward(slice(x, 1, cut), { initialState: first.finalState });
          const whole = layer.forward(x);
          expect(distance(concat([first.outputs, second.outputs], 1), whole.outputs)).toBeLessThan(ROUNDING);
          expect(distance(second.finalState, whole.finalState)).toBeLessThan(ROUNDING);
        }),
        RUNS,
      );
    });
  }

  test('padding reaches neither a loss nor a gradient: by NaN nothing changes, in training too', () => {
    fc.assert(
      fc.property(batches, seed, ({ steps, lengths }, from) => {
        const mask = maskOf(lengths, steps);
        const x = draw([lengths.length, steps, 3], from);
        const layer = create(from);
        const [clean, dirty] = [x, spoiled(x, mask)].map((inputs) => everyLoss(layer, inputs, lengths, from));
        expect(dirty).toEqual(clean);
        expect(String(dirty)).not.toMatch(/NaN|Infinity|null/);
      }),
      RUNS,
    );
  });
});

/** Losses of each kind, added up, and the gradients by inputs and parameters, with the same draws in each call. */
function everyLoss(layer: AnyLayer, x: Tensor, lengths: readonly number[], from: number): unknown {
  const [batch, steps] = x.shape as readonly [number, number];
  const real = maskOf(lengths, steps);
  const mask = tensor(real.map((row) => row.map(Number)));
  const targets = spoiled(draw([batch, steps, layer.outputSize], from), real);
  const classes = tensor(
    Int32Array.from(mask.data, (flag) => (flag === 1 ? 0 : -7)),
    { shape: [batch, steps] },
  );
  const before = layer.stateDict();
  const tape = new Tape();
  const loss = tape.record(() => {
    const { outputs, finalState } = layer.forward(x, { lengths });
    return add(
      mse(outputs, targets, { mask }),
      crossEntropy(outputs, classes, { mask }),
      sum(lastOutput(outputs, { lengths })),
      sum(meanOverTime(outputs, { lengths })),
      sum(sumOverTime(outputs, { lengths })),
      sum(maxOverTime(outputs, { lengths })),
      total(finalState),
    );
  });
  for (const parameter of layer.parameters()) parameter.zeroGrad();
  tape.backward(loss);
  const [byInput] = tape.gradient(loss, [x]);
  layer.loadStateDict(before);
  const inPadding = spoiled(
    byInput as Tensor,
    real.map((row) => row.map((flag) => !flag)),
  );
  expect(inPadding.data.every((entry) => Number.isNaN(entry) || entry === 0)).toBe(true);
  return [loss.item(), byInput?.toArray(), ...layer.parameters().map(({ grad }) => grad?.toArray())].flat(9);
}

/** The sum of all numbers of a state but its indices. */
function total(state: TensorTree): Tensor {
  const sums: Tensor[] = [];
  mapTensors(state, (part) => {
    if (part.dtype !== 'int32') sums.push(sum(part));
    return part;
  });
  return sums.reduce((all, part) => add(all, part));
}

test('a bidirectional layer of sequences reversed within their lengths is the mirror image', () => {
  fc.assert(
    fc.property(masks, seed, (mask, from) => {
      const at = { inputSize: 3, hiddenSize: 2, rng: new Rng(from), dtype: 'float64' } as const;
      const [a, b] = [new LSTMCell(at), new GRUCell(at)];
      const lengths = mask.map((row) => row.filter(Boolean).length);
      const x = draw([mask.length, mask[0]?.length ?? 0, 3], from);
      const [one, other] = [bidirectional(a, b), bidirectional(b, a)];
      const plain = one.forward(x, { lengths });
      const mirrored = other.forward(mirror(x, lengths), { lengths });
      const real = maskOf(lengths, x.shape[1] as number);
      const swapped = concat([slice(mirrored.outputs, 2, 2), slice(mirrored.outputs, 2, 0, 2)], 2);
      for (const n of mask.keys()) {
        const back = realSteps(mirror(swapped, lengths), real, n);
        expect(distance(back, realSteps(plain.outputs, real, n))).toBeLessThan(ROUNDING);
      }
      expect(distance(mirrored.finalState.backward, plain.finalState.forward)).toBeLessThan(ROUNDING);
      expect(distance(mirrored.finalState.forward, plain.finalState.backward)).toBeLessThan(ROUNDING);
    }),
    RUNS,
  );
});

/** Each sequence in reverse up to its length; what follows stays. */
function mirror(x: Tensor, lengths: readonly number[]): Tensor {
  const steps = x.shape[1] as number;
  const rows = lengths.map((length, n) => {
    const order = Array.from({ length: steps }, (_, t) => (t < length ? length - 1 - t : t));
    return concat(
      order.map((t) => slice(slice(x, 0, n, n + 1), 1, t, t + 1)),
      1,
    );
  });
  return concat(rows, 0);
}

test('deep of cells is their stack, values and gradients', () => {
  fc.assert(
    fc.property(batches, fc.boolean(), seed, ({ steps, lengths }, residual, from) => {
      const at = { inputSize: 3, hiddenSize: 3, rng: new Rng(from), dtype: 'float64' } as const;
      const cells = [new LSTMCell(at), new GRUCell(at), new RNNCell(at)] as const;
      const x = draw([lengths.length, steps, 3], from);
      const [stacked, layer] = [stack(cells, { residual }), deep(cells, { residual })];
      const trained = (run: () => Unrolled<TensorTree>): TensorTree => {
        const tape = new Tape();
        const { loss, ...whole } = tape.record(() => {
          const { outputs, finalState } = run();
          return { outputs, finalState, loss: add(sum(meanOverTime(outputs, { lengths })), total(finalState)) };
        });
        for (const parameter of stacked.parameters()) parameter.zeroGrad();
        tape.backward(loss);
        return { ...whole, gradients: stacked.parameters().map(({ grad }) => mul(grad as Tensor, 1)) };
      };
      const expected = trained(() => unroll(stacked, x, { lengths }));
      expect(
        distance(
          trained(() => layer.forward(x, { lengths })),
          expected,
        ),
      ).toBeLessThan(ROUNDING);
    }),
    RUNS,
  );
});

test('pooling over a batch is pooling over its sequences one by one', () => {
  fc.assert(
    fc.property(masks, seed, (mask, from) => {
      const x = draw([mask.length, mask[0]?.length ?? 0, 3], from);
      for (const pool of [lastOutput, meanOverTime, sumOverTime, maxOverTime]) {
        const alone = [...mask.keys()].map((n) => pool(realSteps(x, mask, n)));
        expect(distance(pool(spoiled(x, mask), { mask }), concat(alone, 0))).toBeLessThan(ROUNDING);
      }
    }),
    { ...RUNS, numRuns: 50 },
  );
});

test('parameters of a layer can be replaced', () => {
  const at = { inputSize: 3, hiddenSize: 2, rng: new Rng(1), dtype: 'float64' } as const;
  const create = (): AnyLayer => deep([bidirectional(new LSTMCell(at), new LSTMCell(at))]);
  const [layer, other] = [create(), create()];
  const x = draw([2, 3, 3], 1);
  const values = Object.fromEntries(other.namedParameters());
  const { outputs } = withParameters(layer, values, () => layer.forward(x));
  expect(outputs.toArray()).toEqual(other.forward(x).outputs.toArray());
});
