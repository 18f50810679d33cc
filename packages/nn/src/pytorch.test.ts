/** Outputs and gradients against PyTorch's, in float64. `fixtures/pytorch.py` made the numbers. */
import '@unroll/kernels/reference';
import { readFileSync } from 'node:fs';
import {
  add,
  concat,
  mul,
  type NestedNumbers,
  reshape,
  slice,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  type Cell,
  crossEntropy,
  GRUCell,
  LayerNorm,
  Linear,
  LSTMCell,
  type Module,
  type Reduction,
  RNNCell,
  type UnrollOptions,
  unroll,
  withParameters,
} from './index.js';

type Numbers = Readonly<Record<string, NestedNumbers>>;

interface Run {
  readonly inputs: Numbers;
  readonly outputs: NestedNumbers;
  readonly final: readonly NestedNumbers[];
  readonly weights: readonly NestedNumbers[];
  readonly gradients: Numbers;
  readonly lengths?: readonly number[];
}

interface LossRun {
  readonly logits: NestedNumbers;
  readonly targets: NestedNumbers;
  readonly loss: NestedNumbers;
  readonly gradient: NestedNumbers;
}

const file = readFileSync(new URL('../fixtures/pytorch.fixture.json', import.meta.url), 'utf8');
const fixture: unknown = JSON.parse(file);
const runs = fixture as Readonly<Record<string, Run>>;
const losses = fixture as Readonly<Record<string, LossRun>>;
const { labelSmoothing } = fixture as { readonly labelSmoothing: Readonly<Record<string, LossRun>> };

const float64 = { dtype: 'float64' } as const;
const read = (values: NestedNumbers | undefined): Tensor => tensor(values ?? Number.NaN, float64);

function expectClose(actual: Tensor | undefined, expected: NestedNumbers | Tensor | undefined): void {
  const wanted = typeof expected === 'object' && 'dtype' in expected ? expected : read(expected);
  expect(actual?.shape).toEqual(wanted.shape);
  const worst = Array.from(wanted.data, (number, i) => Math.abs((actual?.data[i] ?? Number.NaN) - number));
  expect(Math.max(...worst)).toBeLessThan(1e-12);
}

/** PyTorch's two biases as one; the GRU's hidden bias of its new gate stays by itself. */
const imports: Record<string, (p: (name: string) => Tensor) => Record<string, Tensor>> = {
  plain: (p) => ({
    weightIh: p('weight_ih_l0'),
    weightHh: p('weight_hh_l0'),
    bias: add(p('bias_ih_l0'), p('bias_hh_l0')),
  }),
  gru: (p) => {
    const H = p('weight_hh_l0').shape[1] ?? 0;
    const summed = add(slice(p('bias_ih_l0'), 0, 0, 2 * H), slice(p('bias_hh_l0'), 0, 0, 2 * H));
    return {
      weightIh: p('weight_ih_l0'),
      weightHh: p('weight_hh_l0'),
      bias: concat([summed, slice(p('bias_ih_l0'), 0, 2 * H)]),
      biasHn: slice(p('bias_hh_l0'), 0, 2 * H),
    };
  },
};

const sizes = { inputSize: 2, hiddenSize: 3, ...float64 };
type Recurrent = Module & Cell<Readonly<Record<string, Tensor>>>;
const cells: [name: string, cell: Recurrent, state: readonly string[], layout: string][] = [
  ['rnnTanh', new RNNCell(sizes), ['h'], 'plain'],
  ['rnnRelu', new RNNCell({ ...sizes, activation: 'relu' }), ['h'], 'plain'],
  ['lstm', new LSTMCell(sizes), ['h', 'c'], 'plain'],
  ['gru', new GRUCell(sizes), ['h'], 'gru'],
  ['lstmReversed', new LSTMCell(sizes), [], 'plain'],
];

describe('recurrences', () => {
  for (const [name, cell, stateNames, layout] of cells) {
    test(name, () => {
      const run = runs[name] as Run;
      const inputs = Object.fromEntries(Object.entries(run.inputs).map(([key, values]) => [key, read(values)]));
      const dropLayer = (t: Tensor): Tensor => reshape(t, t.shape.slice(1));
      let outputs: Tensor | undefined;
      let final: readonly Tensor[] = [];
      const loss = (given: Readonly<Record<string, Tensor>>): Tensor => {
        const find = (key: string): Tensor => given[key] ?? read(undefined);
        const states = stateNames.map((key, i) => [key, dropLayer(find(`state${i}`))]);
        const options: UnrollOptions<Readonly<Record<string, Tensor>>> = {
          ...(states.length > 0 ? { initialState: Object.fromEntries(states) } : {}),
          ...(run.lengths === undefined ? {} : { lengths: run.lengths, reverse: true }),
        };
        const parameters = imports[layout]?.(find) ?? {};
        const result = withParameters(cell, parameters, () => unroll(cell, find('x'), options));
        outputs = result.outputs;
        final = Object.values(result.finalState);
        const parts = [outputs, ...final].map((part, i) => sum(mul(part, reshape(read(run.weights[i]), part.shape))));
        return parts.reduce((total, part) => add(total, part));
      };
      loss(inputs);
      expectClose(outputs, run.outputs);
      final.forEach((part, i) => {
        expectClose(part, dropLayer(read(run.final[i])));
      });
      expect(final.length).toBe(run.final.length);
      const { gradient } = valueAndGrad(loss)(inputs);
      expect(Object.keys(gradient)).toEqual(Object.keys(run.gradients));
      for (const [key, expected] of Object.entries(run.gradients)) expectClose(gradient[key], expected);
    });
  }
});

describe('layers', () => {
  const layers = {
    linear: new Linear({ inputSize: 2, outputSize: 3, ...float64 }),
    layerNorm: new LayerNorm({ size: 4, ...float64 }),
  };
  for (const [name, layer] of Object.entries(layers)) {
    test(name, () => {
      const run = runs[name] as Run;
      const { x, ...parameters } = Object.fromEntries(
        Object.entries(run.inputs).map(([key, values]) => [key, read(values)]),
      );
      const input = x ?? read(undefined);
      const forward = (given: typeof parameters, at: Tensor): Tensor =>
        withParameters(layer, given, () => layer.forward(at));
      expectClose(forward(parameters, input), run.outputs);
      const { gradient } = valueAndGrad((given: { x: Tensor; parameters: typeof parameters }) =>
        sum(mul(forward(given.parameters, given.x), read(run.weights[0]))),
      )({ x: input, parameters });
      const { x: byInput, ...byParameters } = run.gradients;
      expectClose(gradient.x, byInput);
      for (const [key, expected] of Object.entries(byParameters)) expectClose(gradient.parameters[key], expected);
    });
  }
});

describe('losses', () => {
  const integers = (targets: NestedNumbers): Tensor => tensor(targets, { dtype: 'int32' });

  /** A loss and the gradient of its sum. */
  function check(run: LossRun, loss: (logits: Tensor) => Tensor): void {
    expectClose(loss(read(run.logits)), run.loss);
    const { gradient } = valueAndGrad((logits: Tensor) => sum(loss(logits)))(read(run.logits));
    expectClose(gradient, run.gradient);
  }

  test('crossEntropy', () => {
    const run = losses.crossEntropy as LossRun;
    check(run, (logits) => crossEntropy(logits, integers(run.targets), { ignoreIndex: -1 }));
  });

  test('binaryCrossEntropy', () => {
    const run = losses.binaryCrossEntropy as LossRun;
    check(run, (logits) => binaryCrossEntropy(logits, read(run.targets)));
  });

  test.each(Object.entries(labelSmoothing))('crossEntropy with label smoothing: %s', (name, run) => {
    const [share, reduction] = name.split(' ');
    const options = { ignoreIndex: -1, labelSmoothing: Number(share), reduction: reduction as Reduction };
    check(run, (logits) => crossEntropy(logits, integers(run.targets), options));
  });
});
