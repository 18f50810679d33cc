/** Layers and directions of nn.RNN, nn.LSTM and nn.GRU. `fixtures/recurrent-layers.py` made the numbers. */
import '@unroll/kernels/reference';
import { readFileSync } from 'node:fs';
import {
  add,
  forEachTensor,
  mapTensors,
  mul,
  type NestedNumbers,
  pick,
  Rng,
  sum,
  Tape,
  type Tensor,
  type TensorTree,
  tensor,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import {
  bidirectional,
  type Cell,
  deep,
  deepTransition,
  GRUCell,
  LSTMCell,
  learnedInitialState,
  loadTorchStateDict,
  Module,
  ProjectionLSTMCell,
  RNNCell,
  recurrent,
  residual,
  type SequenceOptions,
  stack,
  Tanh,
  toTorchStateDict,
  type Unrolled,
  unroll,
  variationalDropout,
  weightDrop,
  zoneout,
} from '../index.js';
import { numbersOf } from '../recurrent/numbers.fixture.js';

type Numbers = Readonly<Record<string, NestedNumbers>>;
type Float = 'float32' | 'float64';

interface Run {
  readonly state: Numbers;
  readonly x: NestedNumbers;
  readonly initial: readonly NestedNumbers[];
  readonly outputs: NestedNumbers;
  readonly final: readonly NestedNumbers[];
  readonly weights: readonly NestedNumbers[];
  readonly gradients: Numbers;
}

const file = readFileSync(new URL('../../fixtures/recurrent-layers.fixture.json', import.meta.url), 'utf8');
const fixture: unknown = JSON.parse(file);
const { lengths } = fixture as { readonly lengths: readonly number[] };
const runs = fixture as Readonly<Record<string, Run>>;

const [D, H] = [3, 2];

/** A module of ours, and its outputs and final state from a state, all tensors of a state in their order. */
interface Twin {
  readonly module: Module;
  readonly run: (x: Tensor, state: readonly Tensor[]) => readonly [outputs: Tensor, ...final: Tensor[]];
}

function twin<State extends TensorTree>(
  module: Module,
  forward: (x: Tensor, options: SequenceOptions<State>) => Unrolled<State>,
): Twin {
  return {
    module,
    run(x, state) {
      let next = 0;
      const initialState = mapTensors(forward(x, {}).finalState, () => state[next++] as Tensor);
      const { outputs, finalState } = forward(x, { lengths, initialState });
      const final: Tensor[] = [];
      forEachTensor(finalState, (part) => final.push(part));
      return [outputs, ...final];
    },
  };
}

function twoBothWays<State extends TensorTree>(cell: (inputSize: number) => Cell<State>): Twin {
  const { outputSize } = cell(D);
  const layer = deep([bidirectional(cell(D), cell(D)), bidirectional(cell(2 * outputSize), cell(2 * outputSize))]);
  return twin(layer, (x, options: SequenceOptions<ReturnType<typeof layer.forward>['finalState']>) =>
    layer.forward(x, options),
  );
}

const rnns = (dtype: Float): readonly [RNNCell, RNNCell] => [
  new RNNCell({ inputSize: D, hiddenSize: H, dtype }),
  new RNNCell({ inputSize: H, hiddenSize: H, dtype }),
];

const twins: Readonly<Record<string, readonly [run: string, create: (dtype: Float) => Twin]>> = {
  'two bidirectional LSTM layers': [
    'LSTM',
    (dtype) => twoBothWays((inputSize) => new LSTMCell({ inputSize, hiddenSize: H, dtype })),
  ],
  'two bidirectional GRU layers': [
    'GRU',
    (dtype) => twoBothWays((inputSize) => new GRUCell({ inputSize, hiddenSize: H, dtype })),
  ],
  'two bidirectional layers of LSTMs with a projection': [
    'LSTM with a projection',
    (dtype) =>
      twoBothWays((inputSize) => new ProjectionLSTMCell({ inputSize, hiddenSize: H, projectionSize: 1, dtype })),
  ],
  'two layers of RNNs': [
    'RNN, one direction',
    (dtype) => {
      const layer = deep(rnns(dtype));
      return twin(layer, (x, options: SequenceOptions<readonly [{ readonly h: Tensor }, { readonly h: Tensor }]>) =>
        layer.forward(x, options),
      );
    },
  ],
  'a stack of two RNNs': [
    'RNN, one direction',
    (dtype) => {
      const cell = stack(rnns(dtype));
      return twin(cell, (x, options: SequenceOptions<readonly [{ readonly h: Tensor }, { readonly h: Tensor }]>) =>
        unroll(cell, x, options),
      );
    },
  ],
};

const numbers = (values: NestedNumbers | undefined): number[] =>
  Array.from(tensor(values ?? Number.NaN, { dtype: 'float64' }).data);

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  const tolerance = { float32: 1e-5, float64: 1e-12 }[dtype];
  const expectClose = (actual: ArrayLike<number>, expected: readonly number[]): void => {
    expect(actual.length).toBe(expected.length);
    const gaps = expected.map((wanted, i) => Math.abs((actual[i] ?? Number.NaN) - wanted) / (1 + Math.abs(wanted)));
    expect(Math.max(...gaps)).toBeLessThan(tolerance);
  };
  const read = (values: NestedNumbers): Tensor => tensor(values, { dtype });

  test.each(Object.entries(twins))(
    '%s, with lengths: outputs, final states, all gradients, and back',
    (_, [name, create]) => {
      const given = runs[name] as Run;
      const { module, run } = create(dtype);
      const dictionary = Object.fromEntries(Object.entries(given.state).map(([key, values]) => [key, read(values)]));
      loadTorchStateDict(module, dictionary);

      // PyTorch has h of all layers and directions in one tensor, then c; here each has its own h and c.
      const places = read(given.initial[0] ?? []).shape[0] as number;
      const placewise = (parts: readonly NestedNumbers[]): Tensor[] =>
        Array.from({ length: places }, (__, place) => parts.map((part) => pick(read(part), 0, place))).flat();
      const x = read(given.x);
      const initial = placewise(given.initial);
      const [weight, ...stateWeights] = given.weights;
      const weights = [read(weight ?? []), ...placewise(stateWeights)];

      const tape = new Tape();
      const { results, loss } = tape.record(() => {
        const results = run(x, initial);
        const costs = results.map((result, i) => sum(mul(result, weights[i] ?? Number.NaN)));
        return { results, loss: costs.reduce((total, cost) => add(total, cost)) };
      });
      const [outputs, ...final] = results;
      const width = outputs.shape[2] as number;
      const wanted = numbers(given.outputs);
      const steps = outputs.shape[1] as number;
      for (const [n, length] of lengths.entries()) {
        const [from, to] = [n * steps * width, (n * steps + length) * width];
        expectClose(outputs.data.slice(from, to), wanted.slice(from, to));
      }
      expect(final.length).toBe(places * given.final.length);
      for (const [i, part] of placewise(given.final).entries())
        expectClose(final[i]?.data ?? [], Array.from(part.data));

      const [byInput, ...byState] = tape.gradient(loss, [x, ...initial]);
      expectClose(byInput?.data ?? [], numbers(given.gradients.x));
      const stateGradients = given.initial.map((__, i) => given.gradients[`state${i}`] ?? []);
      for (const [i, part] of placewise(stateGradients).entries())
        expectClose(byState[i]?.data ?? [], Array.from(part.data));

      tape.backward(loss);
      // Gradients have PyTorch's names too: what a module exports when they stand in the parameters' places.
      for (const parameter of module.parameters()) parameter.assign(parameter.grad ?? Number.NaN);
      const gradients = toTorchStateDict(module, { cellsAs: 'layers' });
      expect(Object.keys(gradients)).toEqual(Object.keys(given.state));
      for (const [key, gradient] of Object.entries(gradients)) {
        // Of the two biases the second has no numbers here, but for the GRU's new gate.
        const target = numbers(given.gradients[key]);
        if (!key.startsWith('bias_hh')) expectClose(gradient.data, target);
        else if (name === 'GRU') expectClose(gradient.data.slice(2 * H), target.slice(2 * H));
      }

      loadTorchStateDict(module, dictionary);
      const exported = toTorchStateDict(module, { cellsAs: 'layers' });
      const again = create(dtype).module;
      loadTorchStateDict(again, exported);
      expect(numbersOf(toTorchStateDict(again, { cellsAs: 'layers' }))).toEqual(numbersOf(exported));
    },
  );
});

describe('names', () => {
  const lstm = (inputSize: number): LSTMCell => new LSTMCell({ inputSize, hiddenSize: H });
  const keys = (module: Module, cellsAs: 'cells' | 'layers' = 'cells'): string[] =>
    Object.keys(toTorchStateDict(module, { cellsAs }));
  const of = (ending: string, prefix = ''): string[] =>
    ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((name) => `${prefix}${name}${ending}`);

  test('a layer has those of nn.LSTM, wherever it stands', () => {
    expect(keys(recurrent(lstm(D)))).toEqual(of('_l0'));
    expect(keys(bidirectional(lstm(D), lstm(D), { merge: 'sum' }))).toEqual([...of('_l0'), ...of('_l0_reverse')]);
    expect(keys(bidirectional(lstm(D), lstm(D), { merge: 'none' }))).toEqual([...of('_l0'), ...of('_l0_reverse')]);
    class Encoder extends Module {
      readonly rnn: Module = deep([bidirectional(lstm(D), lstm(D)), bidirectional(lstm(4), lstm(4))]);
    }
    expect(keys(new Encoder())).toEqual(
      ['_l0', '_l0_reverse', '_l1', '_l1_reverse'].flatMap((ending) => of(ending, 'rnn.')),
    );
    expect(keys(deep([stack([lstm(D), lstm(H)]), lstm(H)]))).toEqual(
      ['_l0', '_l1', '_l2'].flatMap((ending) => of(ending)),
    );
  });

  test('a stack goes by those of cells or of one module of layers', () => {
    const cell = stack([lstm(D), lstm(H)]);
    expect(keys(cell)).toEqual([...of('', 'cells.0.'), ...of('', 'cells.1.')]);
    expect(keys(cell, 'layers')).toEqual([...of('_l0'), ...of('_l1')]);
    const other = stack([lstm(D), lstm(H)]);
    loadTorchStateDict(other, toTorchStateDict(cell, { cellsAs: 'layers' }));
    expect(other.cells[1].weightHh.toArray()).toEqual(cell.cells[1].weightHh.toArray());
    const rows = Object.entries(toTorchStateDict(other)).map(([name, value]) => [`${name}_l0`, value] as const);
    loadTorchStateDict(cell, Object.fromEntries(rows)); // a list of nn.LSTM modules
  });

  test('what PyTorch has no module for has those of its parts', () => {
    const narrow = new LSTMCell({ inputSize: D, hiddenSize: 1 });
    const rnn = new RNNCell({ inputSize: H, hiddenSize: H });
    const parts = (names: readonly string[], ending = ''): string[] => names.flatMap((name) => of(ending, name));
    expect(keys(bidirectional(lstm(D), narrow))).toEqual(parts(['forward_cell.', 'backward_cell.']));
    expect(keys(deep([lstm(D), rnn]))).toEqual(parts(['layers.0.', 'layers.1.'], '_l0'));
    expect(keys(deep([lstm(H), lstm(H)], { residual: true }))).toEqual(parts(['layers.0.', 'layers.1.'], '_l0'));
    expect(keys(stack([lstm(D), rnn]), 'layers')).toEqual(parts(['cells.0.', 'cells.1.'], '_l0'));
    expect(keys(stack([lstm(H), lstm(H)], { residual: true }), 'layers')).toEqual(
      parts(['cells.0.', 'cells.1.'], '_l0'),
    );
    // Two layers in each direction by itself, where nn.LSTM joins both directions after the first.
    const ownWay = (): Cell<TensorTree> => stack([lstm(D), lstm(H)]);
    expect(keys(bidirectional(ownWay(), ownWay()), 'layers')).toEqual([
      ...of('_l0', 'forward_cell.'),
      ...of('_l1', 'forward_cell.'),
      ...of('_l0', 'backward_cell.'),
      ...of('_l1', 'backward_cell.'),
    ]);
    const merged = deep([bidirectional(lstm(D), lstm(D), { merge: 'sum' }), bidirectional(lstm(H), lstm(H))]);
    expect(keys(merged)[8]).toBe('layers.1.weight_ih_l0');
  });

  test('a cell that PyTorch does not have says why', () => {
    const cell = new GRUCell({ inputSize: D, hiddenSize: H, resetAfter: false });
    for (const module of [
      recurrent(cell),
      bidirectional(cell, cell),
      deep([cell]),
      stack([cell]),
      zoneout(cell, { rate: 0.1 }),
    ]) {
      expect(() => toTorchStateDict(module)).toThrow('resetAfter is false');
    }
  });

  test('wrappers without parameters are the cell inside', () => {
    const wrapped: readonly Module[] = [
      zoneout(lstm(H), { rate: 0.1 }),
      variationalDropout(lstm(H), { input: 0.1 }),
      weightDrop(lstm(H), { rate: 0.1 }),
      residual(lstm(H)),
    ];
    for (const module of wrapped) {
      expect(keys(module)).toEqual(of(''));
      expect(keys(module, 'layers')).toEqual(of('_l0'));
    }
    expect(keys(stack([weightDrop(lstm(D), { rate: 0.5 }), zoneout(lstm(H), { rate: 0.1 })]), 'layers')).toEqual([
      ...of('_l0'),
      ...of('_l1'),
    ]);
    expect(keys(learnedInitialState(lstm(H)))).toEqual(['start.h', 'start.c', ...of('', 'cell.')]);
    const deeper = deepTransition(lstm(H), [new Tanh()]);
    expect(keys(deeper)).toEqual(of('', 'cell.'));
    expect(keys(recurrent(deeper))).toEqual(of('', 'cell.cell.'));
    const plain: Cell<Tensor> = {
      inputSize: 1,
      outputSize: 1,
      initialState: (batch) => tensor(new Float32Array(batch), { shape: [batch, 1] }),
      step: (x, state) => ({ output: x, state }),
    };
    expect(keys(zoneout(plain, { rate: 0.1, rng: new Rng(1) }))).toEqual([]);
  });
});
