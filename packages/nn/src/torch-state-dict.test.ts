/** Weights from PyTorch compute here what they compute there. `fixtures/torch-state-dicts.py` made the numbers. */
import '@unroll/kernels/reference';
import { readFileSync } from 'node:fs';
import {
  add,
  concat,
  mul,
  type NestedNumbers,
  ones,
  Parameter,
  Rng,
  reshape,
  sum,
  Tape,
  Tensor,
  tensor,
  Variable,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import {
  type Cell,
  Embedding,
  GRUCell,
  type Layer,
  LayerNorm,
  Linear,
  LSTMCell,
  loadTorchStateDict,
  Module,
  RNNCell,
  Sequential,
  type StateDict,
  stack,
  Tanh,
  type TorchForm,
  type TorchStateDict,
  toTorchStateDict,
  unroll,
} from './index.js';
import { withEnding } from './torch/form.js';

type Numbers = Readonly<Record<string, NestedNumbers>>;

interface Run {
  readonly state: Numbers;
  readonly inputs: readonly NestedNumbers[];
  readonly outputs: readonly NestedNumbers[];
  readonly weights: readonly NestedNumbers[];
  readonly gradients: Numbers;
}

const file = readFileSync(new URL('../fixtures/torch-state-dicts.fixture.json', import.meta.url), 'utf8');
const fixture: unknown = JSON.parse(file);
const runs = fixture as Readonly<Record<string, Run>>;

type Float = 'float32' | 'float64';
const [N, D, H, V] = [2, 2, 3, 5];

class Tagger extends Module {
  readonly embedding: Embedding;
  readonly encoder: GRUCell;
  readonly layerNorm: LayerNorm;
  readonly readOut: Sequential;

  constructor(dtype: Float) {
    super();
    this.embedding = new Embedding({ vocabularySize: V, embeddingSize: D, dtype });
    this.encoder = new GRUCell({ inputSize: D, hiddenSize: H, dtype });
    this.layerNorm = new LayerNorm({ size: H, dtype });
    this.readOut = new Sequential(
      new Linear({ inputSize: H, outputSize: 4, dtype }),
      new Tanh(),
      new Linear({ inputSize: 4, outputSize: V, bias: false, dtype }),
    );
  }

  forward(ids: Tensor): Tensor {
    return this.readOut.forward(this.layerNorm.forward(unroll(this.encoder, this.embedding.forward(ids)).outputs));
  }
}

/** Two cells that are one layer of PyTorch's. */
class BothWays extends Module {
  readonly ahead: LSTMCell;
  readonly back: LSTMCell;

  constructor(dtype: Float) {
    super();
    this.ahead = new LSTMCell({ inputSize: D, hiddenSize: H, dtype });
    this.back = new LSTMCell({ inputSize: D, hiddenSize: H, dtype });
  }

  run(x: Tensor): Tensor[] {
    const [ahead, back] = [unroll(this.ahead, x), unroll(this.back, x, { reverse: true })];
    const final = (part: 'h' | 'c'): Tensor => concat([ahead.finalState[part], back.finalState[part]]);
    return [concat([ahead.outputs, back.outputs], 2), final('h'), final('c')];
  }

  override torchForm(): TorchForm {
    const ahead = withEnding(this.ahead.torchForm(), '_l0');
    const back = withEnding(this.back.torchForm(), '_l0_reverse');
    return {
      tensors: { ...ahead.tensors, ...back.tensors },
      values: (tensors) => [...ahead.values(tensors), ...back.values(tensors)],
      modules: {},
    };
  }
}

/** A module of ours, and what PyTorch's did with its inputs. */
interface Twin {
  readonly module: Module;
  readonly run: (inputs: readonly Tensor[]) => readonly Tensor[];
}

interface Pair {
  readonly create: (dtype: Float) => Twin;
  /** By our names: which of PyTorch's parameters has the same gradient, at its end if it is the longer one. */
  readonly gradients: Readonly<Record<string, string>>;
  readonly cellsAs?: 'layers';
  /** Inputs are ids. */
  readonly ids?: true;
}

type CellModule = Module & Cell<Readonly<Record<string, Tensor>>>;

const layer =
  (make: (dtype: Float) => Layer) =>
  (dtype: Float): Twin => {
    const module = make(dtype);
    return { module, run: ([x]) => [module.forward(x as Tensor)] };
  };

const stateOf = (parts: readonly string[], tensors: readonly Tensor[]): Record<string, Tensor> =>
  Object.fromEntries(parts.map((part, i) => [part, reshape(tensors[i] as Tensor, [N, H])]));

const oneStep =
  (make: (dtype: Float) => CellModule, parts: readonly string[]) =>
  (dtype: Float): Twin => {
    const module = make(dtype);
    return { module, run: ([x, ...state]) => Object.values(module.step(x as Tensor, stateOf(parts, state)).state) };
  };

const allSteps =
  (make: (dtype: Float) => CellModule, parts: readonly string[]) =>
  (dtype: Float): Twin => {
    const module = make(dtype);
    const run = ([x, ...state]: readonly Tensor[]): Tensor[] => {
      const { outputs, finalState } = unroll(module, x as Tensor, { initialState: stateOf(parts, state) });
      return [outputs, ...Object.values(finalState)];
    };
    return { module, run };
  };

const rnn = (dtype: Float): CellModule => new RNNCell({ inputSize: D, hiddenSize: H, dtype });
const lstm = (dtype: Float): CellModule => new LSTMCell({ inputSize: D, hiddenSize: H, dtype });
const gru = (dtype: Float): CellModule => new GRUCell({ inputSize: D, hiddenSize: H, dtype });

const ofCell = (before: string, after: string, place = ''): Record<string, string> => ({
  [`${place}weightIh`]: `${before}weight_ih${after}`,
  [`${place}weightHh`]: `${before}weight_hh${after}`,
  [`${place}bias`]: `${before}bias_ih${after}`,
});
const ofGru = (before: string, after: string, place = ''): Record<string, string> => ({
  ...ofCell(before, after, place),
  [`${place}biasHn`]: `${before}bias_hh${after}`,
});

const pairs: Readonly<Record<string, Pair>> = {
  Linear: {
    create: layer((dtype) => new Linear({ inputSize: D, outputSize: H, dtype })),
    gradients: { weight: 'weight', bias: 'bias' },
  },
  Embedding: {
    create: layer((dtype) => new Embedding({ vocabularySize: V, embeddingSize: D, dtype })),
    gradients: { weight: 'weight' },
    ids: true,
  },
  LayerNorm: {
    create: layer((dtype) => new LayerNorm({ size: H, dtype })),
    gradients: { weight: 'weight', bias: 'bias' },
  },
  RNNCell: { create: oneStep(rnn, ['h']), gradients: ofCell('', '') },
  LSTMCell: { create: oneStep(lstm, ['h', 'c']), gradients: ofCell('', '') },
  GRUCell: { create: oneStep(gru, ['h']), gradients: ofGru('', '') },
  RNN: { create: allSteps(rnn, ['h']), gradients: ofCell('', '_l0'), cellsAs: 'layers' },
  LSTM: { create: allSteps(lstm, ['h', 'c']), gradients: ofCell('', '_l0'), cellsAs: 'layers' },
  GRU: { create: allSteps(gru, ['h']), gradients: ofGru('', '_l0'), cellsAs: 'layers' },
  BidirectionalLSTM: {
    create: (dtype) => {
      const module = new BothWays(dtype);
      return { module, run: ([x]) => module.run(x as Tensor) };
    },
    gradients: { ...ofCell('', '_l0', 'ahead.'), ...ofCell('', '_l0_reverse', 'back.') },
  },
  Tagger: {
    create: (dtype) => {
      const module = new Tagger(dtype);
      return { module, run: ([ids]) => [module.forward(ids as Tensor)] };
    },
    gradients: {
      'embedding.weight': 'embedding.weight',
      ...ofGru('encoder.', '_l0', 'encoder.'),
      'layerNorm.weight': 'layer_norm.weight',
      'layerNorm.bias': 'layer_norm.bias',
      'readOut.layers.0.weight': 'read_out.0.weight',
      'readOut.layers.0.bias': 'read_out.0.bias',
      'readOut.layers.2.weight': 'read_out.2.weight',
    },
    cellsAs: 'layers',
    ids: true,
  },
};

const numbers = (values: NestedNumbers | undefined): number[] =>
  Array.from(tensor(values ?? Number.NaN, { dtype: 'float64' }).data);

const tensors = (state: Numbers, dtype: Float): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(state).map(([name, values]) => [name, tensor(values, { dtype })]));

const arrays = (dictionary: StateDict): unknown =>
  Object.entries(dictionary).map(([name, value]) => [name, value instanceof Tensor ? value.toArray() : value]);

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  const tolerance = { float32: 1e-5, float64: 1e-12 }[dtype];
  const expectClose = (actual: Tensor | null | undefined, expected: readonly number[]): void => {
    const given = actual?.data ?? [];
    expect(given.length).toBe(expected.length);
    const gaps = expected.map((wanted, i) => Math.abs((given[i] ?? Number.NaN) - wanted) / (1 + Math.abs(wanted)));
    expect(Math.max(...gaps)).toBeLessThan(tolerance);
  };

  test.each(Object.entries(pairs))(
    '%s: outputs and gradients, and back',
    (name, { create, gradients, cellsAs, ids }) => {
      const run = runs[name] as Run;
      const { module, run: runOurs } = create(dtype);
      loadTorchStateDict(module, tensors(run.state, dtype));

      const inputs = run.inputs.map((values) => tensor(values, { dtype: ids ? 'int32' : dtype }));
      const tape = new Tape();
      const { outputs, loss } = tape.record(() => {
        const outputs = runOurs(inputs);
        const parts = outputs.map((output, i) =>
          sum(mul(output, reshape(tensor(run.weights[i] ?? [], { dtype }), output.shape))),
        );
        return { outputs, loss: parts.reduce((total, part) => add(total, part)) };
      });
      expect(outputs.length).toBe(run.outputs.length);
      for (const [i, output] of outputs.entries()) expectClose(output, numbers(run.outputs[i]));

      tape.backward(loss);
      const named = module.namedParameters();
      expect(named.map(([ours]) => ours)).toEqual(Object.keys(gradients));
      for (const [ours, parameter] of named) {
        expectClose(parameter.grad, numbers(run.gradients[gradients[ours] ?? '']).slice(-parameter.size));
      }

      const exported = toTorchStateDict(module, { cellsAs });
      expect(Object.keys(exported)).toEqual(Object.keys(run.state));
      for (const [path, original] of Object.entries(tensors(run.state, dtype))) {
        const second = path.replace('bias_ih', 'bias_hh');
        if (path.includes('bias_hh')) expect(exported[path]?.shape).toEqual(original.shape);
        else if (second === path) expect(exported[path]?.toArray()).toEqual(original.toArray());
        else {
          const wanted = numbers(run.state[path]).map((entry, i) => entry + (numbers(run.state[second])[i] ?? 0));
          expectClose(add(exported[path] ?? 0, exported[second] ?? 0), wanted);
        }
      }
      const again = create(dtype).module;
      loadTorchStateDict(again, exported);
      expect(arrays(toTorchStateDict(again, { cellsAs }))).toEqual(arrays(exported));
      expect(arrays(again.stateDict())).toEqual(arrays(module.stateDict()));
    },
  );
});

describe('biases', () => {
  test("the GRU's second bias of the new gate stays as it is, all others are summed up in the first", () => {
    const { state } = runs.GRUCell as Run;
    const cell = new GRUCell({ inputSize: D, hiddenSize: H, dtype: 'float64' });
    loadTorchStateDict(cell, tensors(state, 'float64'));
    const [first, second] = [numbers(state.bias_ih), numbers(state.bias_hh)];
    const summed = first.map((entry, i) => (i < 2 * H ? entry + (second[i] ?? 0) : entry));
    expect(cell.bias.toArray()).toEqual(summed);
    expect(cell.biasHn?.toArray()).toEqual(second.slice(2 * H));
    const exported = toTorchStateDict(cell);
    expect(exported.bias_ih?.toArray()).toEqual(summed);
    expect(exported.bias_hh?.toArray()).toEqual([...new Array<number>(2 * H).fill(0), ...second.slice(2 * H)]);
  });

  test('of a plain cell the second becomes 0', () => {
    const cell = new RNNCell({ inputSize: 1, hiddenSize: 2 });
    cell.bias.assign(tensor([5, 6]));
    const { bias_ih: first, bias_hh: second } = toTorchStateDict(cell);
    expect([first?.toArray(), second?.toArray()]).toEqual([
      [5, 6],
      [0, 0],
    ]);
  });
});

describe('names', () => {
  class Everything extends Module {
    readonly scale: Parameter = new Parameter(tensor([1]));
    readonly stepCount: Variable = new Variable(tensor([2]));
    readonly rng: Rng = new Rng(3);
    readonly resBlocks: readonly Linear[] = [0, 1].map(() => new Linear({ inputSize: 1, outputSize: 1, bias: false }));
    readonly heads: Readonly<Record<string, Linear>> = { firstHead: new Linear({ inputSize: 1, outputSize: 1 }) };
    readonly W: Parameter = new Parameter(tensor([4]));
    readonly stacked: Module = stack([new RNNCell({ inputSize: 1, hiddenSize: 1 })]);
    readonly self: Module = this;
  }

  test("are those of the fields in Python's spelling", () => {
    const everything = new Everything();
    expect(Object.keys(toTorchStateDict(everything))).toEqual([
      'scale',
      'step_count',
      'W',
      'res_blocks.0.weight',
      'res_blocks.1.weight',
      'heads.first_head.weight',
      'heads.first_head.bias',
      'stacked.cells.0.weight_ih',
      'stacked.cells.0.weight_hh',
      'stacked.cells.0.bias_ih',
      'stacked.cells.0.bias_hh',
    ]);
    const values = Object.entries(toTorchStateDict(everything)).map(([name, t]) => [name, add(t, 1)]);
    const generator = everything.rng.state();
    loadTorchStateDict(everything, Object.fromEntries(values) as Record<string, Tensor>);
    expect([everything.scale.item(), everything.stepCount.item(), everything.W.item()]).toEqual([2, 3, 5]);
    expect(everything.rng.state()).toEqual(generator);
  });

  test('a cell goes by those of a layer where the dictionary does, each for itself', () => {
    class Pair extends Module {
      readonly first: RNNCell = new RNNCell({ inputSize: 1, hiddenSize: 1 });
      readonly second: RNNCell = new RNNCell({ inputSize: 1, hiddenSize: 1 });
    }
    const entries = (before: string, after: string, value: number): TorchStateDict =>
      Object.fromEntries(
        ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((name) => [
          `${before}${name}${after}`,
          { shape: name.startsWith('bias') ? [1] : [1, 1], data: [value] },
        ]),
      );
    const pair = new Pair();
    loadTorchStateDict(pair, { ...entries('first.', '', 5), ...entries('second.', '_l0', 7) });
    expect(pair.parameters().map((parameter) => parameter.item())).toEqual([5, 5, 10, 7, 7, 14]);
  });

  class Tied extends Module {
    readonly embedding: Embedding = new Embedding({ vocabularySize: 2, embeddingSize: 1 });
    readonly decoder: { readonly weight: Parameter } = this.embedding;
  }

  test('a parameter in two places has two', () => {
    const tied = new Tied();
    const weight = tensor([[1], [2]]);
    expect(Object.keys(toTorchStateDict(tied))).toEqual(['embedding.weight', 'decoder.weight']);
    loadTorchStateDict(tied, { 'embedding.weight': weight, 'decoder.weight': weight });
    expect(tied.embedding.weight.toArray()).toEqual([[1], [2]]);
    expect(() =>
      loadTorchStateDict(tied, { 'embedding.weight': weight, 'decoder.weight': zeros([2, 1]) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: loadTorchStateDict: the dictionary does not fit Tied, and nothing was changed; conflicting: embedding.weight (one here, in two places). Build the module as PyTorch's is built, or rename the entries.]`,
    );
    expect(tied.embedding.weight.toArray()).toEqual([[1], [2]]);
  });
});

test('entries are tensors, ndarrays, and numbers with their shape, of any dtype', () => {
  const layer = new Linear({ inputSize: 3, outputSize: 2 });
  const expected = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const transposed = tensor([
    [1, 4],
    [2, 5],
    [3, 6],
  ]).value.transpose(1, 0);
  for (const weight of [
    tensor(expected),
    tensor(expected, { dtype: 'float64' }),
    tensor(expected, { dtype: 'int32' }),
    transposed,
    { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
    { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) },
  ]) {
    layer.weight.assign(zeros([2, 3]));
    loadTorchStateDict(layer, { weight, bias: { shape: [2], data: [7, 8] } });
    expect(layer.weight.toArray()).toEqual(expected);
    expect(layer.weight.dtype).toBe('float32');
  }
});

test('what is written shares nothing with the module', () => {
  const layer = new Linear({ inputSize: 1, outputSize: 1 });
  layer.weight.assign(tensor([[1]]));
  const dictionary = toTorchStateDict(layer);
  layer.weight.assign(tensor([[2]]));
  expect(dictionary.weight?.toArray()).toEqual([[1]]);
});

describe('refuses', () => {
  test('what does not fit, with all reasons, and changes nothing', () => {
    const tagger = new Tagger('float32');
    const before = arrays(tagger.stateDict());
    const {
      'embedding.weight': _,
      'encoder.weight_hh_l0': __,
      ...rest
    } = toTorchStateDict(tagger, { cellsAs: 'layers' });
    const wrong: Record<string, unknown> = {
      ...rest,
      'encoder.weight_ih_l0': zeros([3, 3]),
      'encoder.weight_ih_l1': zeros([3, 3]),
      'layer_norm.weight': { shape: [3], data: new Uint16Array(3) },
      'layer_norm.bias': { shape: [3], data: [1, 2] },
      'read_out.0.weight': 5,
      'read_out.0.bias': tensor([9, 9, 9, 9]),
      'read_out.2.bias': zeros([5]),
    };
    expect(() => loadTorchStateDict(tagger, wrong as TorchStateDict)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: loadTorchStateDict: the dictionary does not fit Tagger, and nothing was changed; missing: embedding.weight, encoder.weight_hh_l0; unexpected: encoder.weight_ih_l1, read_out.2.bias; misshapen: encoder.weight_ih_l0 is [3, 3] instead of [9, 2], layer_norm.weight is no tensor, ndarray or { shape, data } of plain numbers, layer_norm.bias is 2 numbers for [3], read_out.0.weight is no tensor, ndarray or { shape, data } of plain numbers. Build the module as PyTorch's is built, or rename the entries.]`,
    );
    expect(() =>
      loadTorchStateDict(new GRUCell({ inputSize: 1, hiddenSize: 1 }), {}),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: loadTorchStateDict: the dictionary does not fit GRUCell, and nothing was changed; missing: weight_ih, weight_hh, bias_ih, bias_hh. Build the module as PyTorch's is built, or rename the entries.]`,
    );
    expect(() => loadTorchStateDict(tagger, null as never)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: loadTorchStateDict: the dictionary is null; a state dictionary is a plain object of tensors by their path. Pass the entries of PyTorch's state_dict().]`,
    );
    expect(arrays(tagger.stateDict())).toEqual(before);
  });

  test('a GRU that PyTorch does not have, saying where it is', () => {
    const cell = new GRUCell({ inputSize: 1, hiddenSize: 1, resetAfter: false });
    expect(() => toTorchStateDict(cell)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: GRUCell.torchForm: resetAfter is false; PyTorch's reset gate acts after the recurrent product, and weights of one form are wrong in the other. Build the cell with { resetAfter: true }.]`,
    );
    expect(() => loadTorchStateDict(stack([cell]), {})).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: GRUCell.torchForm (in cells.0): resetAfter is false; PyTorch's reset gate acts after the recurrent product, and weights of one form are wrong in the other. Build the cell with { resetAfter: true }.]`,
    );
  });

  test('parameters that would stay behind', () => {
    class Peephole extends LSTMCell {
      readonly peephole: Parameter = new Parameter(zeros([1]));
    }
    const cell = new Peephole({ inputSize: 1, hiddenSize: 1 });
    expect(() => toTorchStateDict(cell)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: toTorchStateDict: PyTorch has no name for peephole; a torchForm places all parameters of its module, and two fields do not become one in Python's spelling. Override torchForm in the class that adds them, or rename the fields.]`,
    );
    const before = arrays(cell.stateDict());
    const plain = new LSTMCell({ inputSize: 1, hiddenSize: 1, rng: new Rng(1) });
    expect(() => loadTorchStateDict(cell, toTorchStateDict(plain))).toThrow('PyTorch has no name for peephole');
    expect(arrays(cell.stateDict())).toEqual(before);
    class Twice extends Module {
      readonly outWeight: Parameter = new Parameter(zeros([1]));
      readonly out_weight: Parameter = new Parameter(zeros([1]));
    }
    expect(() => toTorchStateDict(new Twice())).toThrow('PyTorch has no name for outWeight');
  });

  test('options that do not exist', () => {
    const cell = new RNNCell({ inputSize: 1, hiddenSize: 1 });
    const misspelt = { cellsAs: 'layers', layers: true } as const;
    expect(() => toTorchStateDict(cell, misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: toTorchStateDict: unknown option 'layers'; the options are cellsAs. Correct the name, or leave it out.]`,
    );
    expect(() => toTorchStateDict(cell, { cellsAs: 'layer' as 'layers' })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: toTorchStateDict: cellsAs is 'layer'; a cell is one of PyTorch's 'cells' or 'layers'. Pass one of them.]`,
    );
  });

  test('to write inside a recording', () => {
    const layer = new Linear({ inputSize: 1, outputSize: 1 });
    const before = arrays(layer.stateDict());
    expect(() =>
      new Tape().record(() => {
        loadTorchStateDict(layer, { weight: ones([1, 1]), bias: ones([1]) });
        return null;
      }),
    ).toThrow(/inside a recording/);
    expect(arrays(layer.stateDict())).toEqual(before);
  });
});
