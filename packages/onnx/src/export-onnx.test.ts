import '@unroll/kernels/reference';
import {
  abs,
  add,
  apply,
  checkpoint,
  clamp,
  concat,
  defineOp,
  div,
  flip,
  greater,
  linearRecurrence,
  mul,
  neg,
  pick,
  Rng,
  randn,
  slice,
  sum,
  type Tensor,
  type TensorTree,
  tanh,
  tensor,
  transpose,
  zeros,
} from '@unroll/core';
import {
  type BidirectionalLayer,
  bidirectional,
  Dropout,
  Embedding,
  Encoder,
  GRUCell,
  LayerNorm,
  Linear,
  LSTMCell,
  MinimalGatedCell,
  Module,
  RNNCell,
  recurrent,
  Sequential,
  stack,
  unroll,
} from '@unroll/nn';
import { describe, expect, test } from 'vitest';
import { exportOnnx } from './export-onnx.js';
import { expectSame } from './onnx-runtime.fixture.js';
import { operatorsOf, readModel } from './read-message.fixture.js';

const rng = new Rng(1);
const sizes = { inputSize: 3, hiddenSize: 5, rng } as const;
const float64 = { dtype: 'float64' } as const;
const example = randn([2, 4, 3], { rng });

/** Reads sequences from both ends, and scores each step. */
class Tagger extends Module {
  readonly reader: BidirectionalLayer<{ readonly h: Tensor }, { readonly h: Tensor; readonly c: Tensor }> =
    bidirectional(new GRUCell(sizes), new LSTMCell(sizes));
  readonly head: Linear = new Linear({ inputSize: 10, outputSize: 2, rng });

  forward(x: Tensor): Tensor {
    return this.head.forward(this.reader.forward(x).outputs);
  }
}

describe('a file', () => {
  const { graph, irVersion, opsetImport, producerName } = readModel(exportOnnx(new Tagger(), example));

  test('says what it is', () => {
    expect({ irVersion, opsetImport, producerName }).toEqual({
      irVersion: 8,
      opsetImport: [{ domain: '', version: 18 }],
      producerName: 'Unroll',
    });
  });

  test('names inputs, outputs and open sizes', () => {
    const shapes = [...graph.input, ...graph.output].map(({ name, type }) => {
      const dims = type.tensorType.shape.dim.map((dim) => ('dimParam' in dim ? dim.dimParam : dim.dimValue));
      return `${name} [${dims.join(', ')}]`;
    });
    expect(shapes).toEqual(['input [N, T, 3]', 'output [N, T, 2]']);
  });

  test('names parameters as the module does, and weights of operators by the path of their cell', () => {
    const names = graph.initializer.filter(({ dims }) => dims.length > 0).map(({ name }) => name);
    expect(names.filter((name) => !name.startsWith('['))).toMatchInlineSnapshot(`
      [
        "reader.forwardCell.W",
        "reader.forwardCell.R",
        "reader.forwardCell.B",
        "reader.backwardCell.W",
        "reader.backwardCell.R",
        "reader.backwardCell.B",
        "head.weight",
        "head.bias",
      ]
    `);
  });

  test('has the operators of ONNX for the cells that it knows', () => {
    expect(operatorsOf(graph)).toMatchInlineSnapshot(`
      [
        "Shape",
        "Shape",
        "Concat",
        "Transpose",
        "GRU",
        "Squeeze",
        "Transpose",
        "Transpose",
        "LSTM",
        "Squeeze",
        "Transpose",
        "Concat",
        "Reshape",
        "Gemm",
        "Reshape",
        "Identity",
      ]
    `);
  });
});

test('a part of a state comes out under the name of what comes next', () => {
  const cell = new LSTMCell(sizes);
  const step = ({ x, state }: { readonly x: Tensor; readonly state: { readonly h: Tensor; readonly c: Tensor } }) =>
    cell.step(x, state);
  const file = exportOnnx(step, { x: zeros([2, 3]), state: { h: zeros([2, 5]), c: zeros([2, 5]) } }, { module: cell });
  const { graph } = readModel(file);
  expect(graph.input.map(({ name }) => name)).toEqual(['x', 'state.h', 'state.c']);
  expect(graph.output.map(({ name }) => name)).toEqual(['output', 'next.state.h', 'next.state.c']);
  expect(graph.initializer.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['weightIh', 'weightHh', 'bias']) as unknown,
  );
});

test('an output may be an input, a parameter, or another output', async () => {
  const layer = new Linear({ inputSize: 3, outputSize: 2, rng });
  const all = ({ x }: { readonly x: Tensor }): { readonly [name: string]: Tensor } => {
    const y = layer.forward(x);
    return { x, y, again: y, weight: layer.weight };
  };
  await expectSame(all, { x: example }, [{ x: randn([1, 1, 3], { rng }) }]);
});

test('no two outputs have one name, nor an output that of an input', async () => {
  type Pair = { readonly x: Tensor; readonly next: { readonly x: Tensor } };
  const file = exportOnnx(({ x, next }: Pair) => ({ x: mul(x, 2), next: { x: mul(next.x, 3) } }), {
    x: example,
    next: { x: example },
  });
  const { graph } = readModel(file);
  expect(graph.input.map(({ name }) => name)).toEqual(['x', 'next.x']);
  expect(graph.output.map(({ name }) => name)).toEqual(['next.next.x', 'next.next.next.x']);
});

test('float64', async () => {
  const layer = new Sequential(
    new Linear({ ...float64, inputSize: 3, outputSize: 2 }),
    new LayerNorm({ ...float64, size: 2 }),
  );
  await expectSame(layer, randn([2, 3, 3], { rng, ...float64 }), [randn([5, 1, 3], { rng, ...float64 })]);
});

test('what nobody needs is left out', () => {
  const layer = new Linear({ inputSize: 3, outputSize: 2, rng });
  const wasteful = (x: Tensor): Tensor => {
    unroll(new RNNCell(sizes), tanh(x));
    return layer.forward(x);
  };
  expect(operatorsOf(readModel(exportOnnx(wasteful, example)).graph)).toEqual(
    operatorsOf(readModel(exportOnnx(layer, example)).graph),
  );
});

test('a cell of any kind is a loop over one of its steps', () => {
  const { graph } = readModel(exportOnnx(recurrent(new MinimalGatedCell(sizes)), example));
  expect(operatorsOf(graph).filter((name) => name === 'Scan')).toHaveLength(1);
});

test('a loop of the program is written out where its length is fixed', async () => {
  const cell = new GRUCell(sizes);
  const loop = (x: Tensor): Tensor => {
    let state = cell.initialState(x.shape[0] as number);
    for (let t = 0; t < (x.shape[1] as number); t++) ({ state } = cell.step(pick(x, 1, t), state));
    return state.h;
  };
  const axes = { input: ['N', null, null] } as const;
  await expectSame(loop, example, [randn([1, 4, 3], { rng }), randn([7, 4, 3], { rng })], { axes });
});

describe('inputs of one kind are told apart', () => {
  const [one, other] = [new GRUCell(sizes), new MinimalGatedCell(sizes)];
  const drawIds = (...shape: number[]): Tensor => {
    const count = shape.reduce((a, b) => a * b);
    return tensor(
      Int32Array.from({ length: count }, () => rng.integer(5)),
      { shape },
    );
  };

  test('lengths', async () => {
    const pair = (xLengths: readonly number[], yLengths: readonly number[], steps: number) => ({
      x: randn([xLengths.length, steps, 3], { rng }),
      xLengths: tensor([...xLengths], { dtype: 'int32' }),
      y: randn([yLengths.length, steps, 3], { rng }),
      yLengths: tensor([...yLengths], { dtype: 'int32' }),
    });
    const both = ({ x, xLengths, y, yLengths }: ReturnType<typeof pair>) => [
      unroll(one, x, { lengths: xLengths }),
      unroll(other, y, { lengths: yLengths }),
    ];
    await expectSame(both, pair([4, 4], [4, 4], 4), [pair([5, 1, 2], [2, 3, 5], 5), pair([1], [1], 1)]);
  });

  test('masks', async () => {
    type Masked = { readonly x: Tensor; readonly xMask: Tensor; readonly yMask: Tensor };
    const both = ({ x, xMask, yMask }: Masked) => [
      unroll(one, x, { mask: xMask }).outputs,
      unroll(other, x, { mask: yMask }).outputs,
    ];
    const some = tensor([
      [1, 0, 1],
      [0, 1, 1],
    ]);
    const x = randn([2, 3, 3], { rng });
    await expectSame(both, { x, xMask: some, yMask: some }, [{ x, xMask: some, yMask: flip(some, 1) }]);
  });

  test.each(['different', 'equal', 'all 0'])('ids, %s', async (kind) => {
    const layers = [one, other].map(
      (cell) => new Encoder({ layer: cell, embedding: new Embedding({ vocabularySize: 5, embeddingSize: 3, rng }) }),
    );
    const given = (words: Tensor, tags: Tensor) => ({ words, tags, lengths: tensor([2, 4], { dtype: 'int32' }) });
    const read = ({ words, tags, lengths }: ReturnType<typeof given>) =>
      [words, tags].map((ids, i) => (layers[i] as Encoder<TensorTree>).forward(ids, { lengths }).outputs);
    const words = kind === 'all 0' ? zeros([2, 4], { dtype: 'int32' }) : drawIds(2, 4);
    const example = given(words, kind === 'different' ? drawIds(2, 4) : words);
    await expectSame(read, example, [given(drawIds(2, 4), drawIds(2, 4)), given(drawIds(2, 7), drawIds(2, 7))]);
  });

  test('or refused', () => {
    const given = { x: example, a: tensor([1, 1], { dtype: 'int32' }), b: tensor([1, 1], { dtype: 'int32' }) };
    const read = ({ x, a, b }: typeof given) => [a, b].map((lengths) => unroll(one, x, { lengths }).outputs);
    expect(() => exportOnnx(read, given)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the inputs 'a' and 'b' have the same numbers in every recording. a is [2], b is [2]; the program reads those of one of them outside of operations, and which one cannot be seen. Pass an example in which they differ.]`,
    );
  });
});

test('lengths of sequences that have time first', async () => {
  const cell = new GRUCell(sizes);
  const given = (count: number, steps: number, lengths: readonly number[]) => ({
    x: randn([steps, count, 3], { rng }),
    lengths: tensor([...lengths], { dtype: 'int32' }),
  });
  const read = ({ x, lengths }: ReturnType<typeof given>) => unroll(cell, transpose(x, 0, 1), { lengths }).outputs;
  const axes = { x: ['T', 'N', null] } as const;
  await expectSame(read, given(2, 4, [3, 4]), [given(3, 9, [3, 9, 1]), given(1, 1, [1])], { axes });
});

/** Nothing stays open. */
const FIXED = { x: [null, null, null], weights: [null] };

describe('refuses', () => {
  const model = new Linear({ inputSize: 3, outputSize: 2, rng });

  test('what is random', () => {
    const thin = new Sequential(model, new Dropout({ p: 0.5, rng }));
    expect(() => exportOnnx(thin, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: dropoutMask drops numbers at random; a file computes the same each time. Call model.eval() before.]`,
    );
    const deep = stack([new LSTMCell(sizes), new LSTMCell({ ...sizes, inputSize: 5 })], { dropout: 0.5, rng });
    expect(() => exportOnnx((x: Tensor) => unroll(deep, x), example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx (in a recording with N = 2, T = 4): StackedCell drops numbers at random; a file computes the same each time. Call model.eval() before.]`,
    );
    expect(() => exportOnnx(thin.eval(), example)).not.toThrow();
  });

  test('operations of somebody else', () => {
    const cubeOp = defineOp<null>({
      name: 'cube',
      forward: ([x]) => mul(x as Tensor, x as Tensor, x as Tensor),
      vjp: null,
      samples: [{ inputs: [{ shape: [2] }], attributes: null }],
    });
    const cube = (x: Tensor): Tensor => apply(cubeOp, [x], null);
    expect(() => exportOnnx(new Sequential(model, cube), example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the operation cube has no form in ONNX; the operations of @unroll/core have one. Write it with operations of core.]`,
    );
  });

  test('segments', () => {
    const segment = (x: Tensor): Tensor => checkpoint((own: Tensor) => model.forward(own), x);
    expect(() => exportOnnx(segment, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the operation checkpoint has no form in ONNX; a segment does not say what it computes. Call the function by itself: a file has no gradients.]`,
    );
  });

  test('decisions by numbers', () => {
    const first = ({ x, weights }: { readonly x: Tensor; readonly weights: Tensor }): Tensor =>
      weights.data[0] === 1 ? mul(x, 2) : add(x, x);
    const inputs = { x: example, weights: tensor([1, 2]) };
    expect(() => exportOnnx(first, inputs, { axes: FIXED })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the program takes other steps with other inputs: it is at add in one recording, and at mul in another; it is written out as it ran, so neither the length of its own loops can stay open nor what it decides by numbers that it reads; cells under unroll and in layers run for any time. Run a cell with unroll, or fix the size: { axes: { input: ['N', null, null] } }.]`,
    );
  });

  test('paths that the program takes at the sizes of the example alone', () => {
    const short = (x: Tensor): Tensor => ((x.shape[1] as number) > 4 ? tanh(x) : neg(x));
    expect(() => exportOnnx(short, example)).toThrow(/it is at neg with N = 2, T = 4, and at tanh with N = 5, T = 6/);
  });

  test('other outputs with other inputs', () => {
    const some = (x: Tensor): { readonly y: Tensor; readonly z: Tensor | null } => {
      const y = model.forward(x);
      return { y, z: (x.shape[1] as number) > 8 ? y : null };
    };
    expect(() => exportOnnx(some, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the program returns 'y, z' and not 'y' with other inputs; a file has the same outputs each time. Return what is there in any case.]`,
    );
    const either = (x: Tensor): Tensor => [mul(x, 2), mul(x, 3)][(x.shape[1] as number) % 2] as Tensor;
    expect(() => exportOnnx(either, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the program returns tensors that it made otherwise with other inputs; a file has the same outputs each time. Return what is there in any case.]`,
    );
  });

  test('loops of the program over an open size', () => {
    const loop = (x: Tensor): Tensor => {
      let h = zeros([x.shape[0] as number, 3]);
      for (let t = 0; t < (x.shape[1] as number); t++) h = tanh(add(h, pick(x, 1, t)));
      return h;
    };
    expect(() => exportOnnx(loop, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the program takes other steps with other inputs: it is over already with N = 2, T = 4, and at pick with N = 5, T = 6; it is written out as it ran, so neither the length of its own loops can stay open nor what it decides by numbers that it reads; cells under unroll and in layers run for any time. Run a cell with unroll, or fix the size: { axes: { input: ['N', null, null] } }.]`,
    );
  });

  test('numbers that follow from sizes in another way', () => {
    const half = (x: Tensor): Tensor => slice(x, 1, 0, undefined, 2);
    expect(() => exportOnnx(half, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: a number of the operation slice is 2, 3, 7, 5 in recordings with N = 2, T = 4; N = 5, T = 6; N = 6, T = 13; N = 10, T = 10; it must be a product of open sizes or the sum of two such, perhaps times a whole number and plus another. Fix the size it comes from: null in axes.]`,
    );
    const bounded = (x: Tensor): Tensor => clamp(x, { max: x.shape[1] as number });
    expect(() => exportOnnx(bounded, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the upper bound of clamp follows from an open size; it is a part of the file. Fix the size: null in axes.]`,
    );
  });

  test('options and results that follow from sizes in another way', () => {
    const mixed = (x: Tensor): Tensor => linearRecurrence(0.5, x, 1, { reverse: (x.shape[1] as number) > 9 });
    expect(() => exportOnnx(mixed, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: an option of the operation linearRecurrence is false, false, true, true in recordings with N = 2, T = 4; N = 5, T = 6; N = 6, T = 13; N = 10, T = 10; it must be the same at all sizes. Fix the size it comes from: null in axes.]`,
    );
    const some = (x: Tensor): Tensor => sum(x, (x.shape[1] as number) > 9 ? [0, 1] : [1], { keepDims: true });
    expect(() => exportOnnx(some, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the operation sum is given 1, 1, 2, 2 numbers in recordings with N = 2, T = 4; N = 5, T = 6; N = 6, T = 13; N = 10, T = 10; it must be the same at all sizes. Fix the size it comes from: null in axes.]`,
    );
    const parts = { x: zeros([2, 3, 3]), y: zeros([2, 4, 3]), z: zeros([2, 5, 3]) };
    const axes = { x: ['N', 'A', null], y: ['N', 'B', null], z: ['N', 'C', null] };
    const joined = ({ x, y, z }: typeof parts): Tensor => concat([x, y, z], 1);
    expect(() => exportOnnx(joined, parts, { axes })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the result of concat is [2, 12, 3], [5, 26, 3], [6, 35, 3], [10, 30, 3] in the recordings; each size must be a product of open sizes or the sum of two such, perhaps times a whole number and plus another. Fix the sizes it comes from: null in axes.]`,
    );
  });

  test('numbers that no operation computed', () => {
    const squares = (x: Tensor): Tensor =>
      add(
        x,
        tensor(
          Float32Array.from(x.data, (own) => own * own),
          { shape: x.shape },
        ),
      );
    expect(() => exportOnnx(squares, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: add reads numbers [2, 4, 3], [5, 6, 3], [6, 13, 3], [10, 10, 3] that differ from input to input, and that no operation computed; from inputs and sizes follow what operations compute, masks, last steps, counts, cleared ids, even ranges and single numbers. Compute them with operations, pass them in the example as an input, or call model.eval() where they are random.]`,
    );
  });

  test('a number that the program reads of its inputs', () => {
    const largest = (x: Tensor): Tensor => div(x, Math.max(...x.data));
    expect(() => exportOnnx(largest, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: div reads a number that differs from input to input, and that no operation computed; from inputs and sizes follow what operations compute, masks, last steps, counts, cleared ids, even ranges and single numbers. Compute them with operations, pass them in the example as an input, or call model.eval() where they are random.]`,
    );
  });

  test('masks that operations compute, since runs read them as numbers', () => {
    const cell = new GRUCell(sizes);
    const padded = (x: Tensor): Tensor => unroll(cell, x, { mask: greater(pick(abs(x), 2, 0), 0) }).outputs;
    expect(() =>
      exportOnnx(
        padded,
        tensor([
          [
            [1, 1, 1],
            [0, 0, 0],
          ],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the mask of a run of GRUCell reads numbers [2, 2], [4, 4], [5, 11], [9, 8] that differ from input to input, and that no operation computed; from inputs and sizes follow what operations compute, masks, last steps, counts, cleared ids, even ranges and single numbers. Compute them with operations, pass them in the example as an input, or call model.eval() where they are random.]`,
    );
  });

  test('inputs that no operation reads', () => {
    const scaled = ({ x, weights }: { readonly x: Tensor; readonly weights: Tensor }): Tensor => mul(x, weights.size);
    expect(() => exportOnnx(scaled, { x: example, weights: tensor([1, 2]) })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: no operation reads the numbers of the input 'weights'. weights is [2]; what the program computed from them outside of operations is lost, as is what it did not need for the example. Compute with operations; let the names of lengths and masks end in 'lengths' and 'mask'; leave out what is not needed.]`,
    );
  });

  test('tensors from inside of a run', () => {
    const seen: Tensor[] = [];
    const activation = (x: Tensor): Tensor => {
      seen.push(tanh(x));
      return seen.at(-1) as Tensor;
    };
    const cell = new RNNCell({ ...sizes, activation });
    const peekingAt = (index: number) => (x: Tensor) => {
      seen.length = 0;
      const { outputs } = unroll(cell, x);
      return concat([pick(outputs, 1, 0), seen.at(index) as Tensor]);
    };
    // The first is of the step that stands for all of them in the file.
    expect(() => exportOnnx(peekingAt(0), example)).toThrow(/a tensor that a cell computed inside of one of its steps/);
    expect(() => exportOnnx(peekingAt(-2), example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx (in a recording with N = 2, T = 4): the program uses a tensor that a cell computed inside of one of its steps. tensor is [2, 5]; of a run over time only the outputs and the final state exist in the file. Let the cell put it out, or carry it in its state.]`,
    );
  });

  test('what the model refuses, and says when', () => {
    const narrow = new Linear({ inputSize: 4, outputSize: 2, rng });
    expect(() => exportOnnx(narrow, example)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linear (in a recording with N = 2, T = 4): sizes do not fit. x is [2, 4, 3], w is [2, 4], b is [2]; w is [outputs, inputs]: x's last axis must equal w's second, and b has w's first, or the result's shape. Check inputSize, or transpose w.]`,
    );
  });

  test('bad axes', () => {
    expect(() => exportOnnx(model, example, { axes: { x: ['N', 'T', null] } })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: axes names 'x', which is no input; the inputs are input. Correct the name.]`,
    );
    expect(() => exportOnnx(model, example, { axes: { input: ['N'] } })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the axes of input are [N]. input is [2, 4, 3]; each axis has a name of letters and digits, or null where its size is fixed. Write them like ['N', 'T', null].]`,
    );
    expect(() => exportOnnx(model, example, { axes: { input: ['N', '2T', null] } })).toThrow(/the axes of input are/);
    const two = { x: zeros([2, 4, 3]), y: zeros([2, 5, 3]) };
    const both = ({ x, y }: typeof two): Tensor => add(sum(x, 1), sum(y, 1));
    expect(() => exportOnnx(both, two)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: exportOnnx: T has two sizes. x is [2, 4, 3], y is [2, 5, 3]; axes of one name have one size; unless axes says otherwise, the first is N, and of sequences the second T. Name them apart: { axes: { 'y': […] } }, or pass an example that agrees.]`,
    );
    const many = zeros([1, 2, 3, 4, 5, 6, 7]);
    const axes = { input: ['A', 'B', 'C', 'D', 'E', 'F', 'G'] };
    expect(() => exportOnnx(tanh, many, { axes })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: there are 7 open sizes: A, B, C, D, E, F, G; at most 6 can be told apart. Fix some of them: null in axes.]`,
    );
  });

  test('what is no model', () => {
    const cell = new GRUCell(sizes) as unknown as Linear;
    expect(() => exportOnnx(cell, example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the model is no function, and has no forward; it is called with inputs like the example. Write a function around it: (x) => unroll(cell, x).outputs.]`,
    );
  });

  test('what returns no tensor', () => {
    expect(() => exportOnnx((x: Tensor) => ({ count: x.size }), example)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the program returns no tensor; the tensors that it returns are the outputs of the file. Return them: one, or an array or plain object of them.]`,
    );
  });

  test('what is no example, and unknown options', () => {
    expect(() => exportOnnx(() => example, {})).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: the example holds no tensor; its tensors are the inputs of the file. Pass what the model is called with.]`,
    );
    const twice = { a: { b: zeros([2]) }, 'a.b': zeros([2]) };
    expect(() => exportOnnx((inputs: typeof twice) => inputs, twice)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: two inputs have the path 'a.b'; paths are the names of the inputs in the file. Leave dots and brackets out of the keys of the example.]`,
    );
    const misspelt = { axes: {}, dynamicAxes: {} };
    expect(() => exportOnnx(model, example, misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportOnnx: unknown option 'dynamicAxes'; the options are axes, module. Correct the name, or leave it out.]`,
    );
  });
});
