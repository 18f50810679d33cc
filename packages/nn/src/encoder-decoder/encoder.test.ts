import '@unroll/kernels/reference';
import { Rng, randn, sum, Tape, type Tensor, tensor } from '@unroll/core';
import { expect, test } from 'vitest';
import { Embedding } from '../layers/embedding.js';
import { bidirectional } from '../recurrent/bidirectional.js';
import { GRUCell, LSTMCell } from '../recurrent/cells/index.js';
import { unroll } from '../recurrent/unroll.js';
import { Encoder } from './encoder.js';

const float64 = { dtype: 'float64' } as const;
const rng = new Rng(1);
const ids = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'int32' });
const source = ids([
  [3, 1, 4, 1],
  [2, 0, 0, 0],
]);

test('is its layer over its embedding', () => {
  const embedding = new Embedding({ vocabularySize: 5, embeddingSize: 2, rng, ...float64 });
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3, rng, ...float64 });
  const encoder = new Encoder({ layer: cell, embedding });
  expect(encoder.outputSize).toBe(3);
  const { outputs, finalState, mask } = encoder.forward(source);
  const wanted = unroll(cell, embedding.forward(source));
  expect(outputs.data).toEqual(wanted.outputs.data);
  expect(finalState.c.data).toEqual(wanted.finalState.c.data);
  expect(mask).toBeNull();
});

test('takes sequences of vectors, or one-hot ids, without an embedding', () => {
  const cell = new GRUCell({ inputSize: 5, hiddenSize: 3, rng, ...float64 });
  const encoder = new Encoder({ layer: cell });
  const x = randn([2, 4, 5], { rng, ...float64 });
  expect(encoder.forward(x).outputs.data).toEqual(unroll(cell, x).outputs.data);
  expect(encoder.forward(source).outputs.data).toEqual(unroll(cell, source).outputs.data);
});

test('goes on from a state', () => {
  const cell = new GRUCell({ inputSize: 5, hiddenSize: 3, rng, ...float64 });
  const initialState = { h: randn([2, 3], { rng, ...float64 }) };
  const { finalState } = new Encoder({ layer: cell }).forward(source, { initialState, lengths: [4, 1] });
  expect(finalState.h.data).toEqual(unroll(cell, source, { initialState, lengths: [4, 1] }).finalState.h.data);
});

test('does not read the padding, whatever it holds', () => {
  const embedding = new Embedding({ vocabularySize: 5, embeddingSize: 2, rng });
  const cells = [1, 2].map(() => new GRUCell({ inputSize: 2, hiddenSize: 3, rng })) as [GRUCell, GRUCell];
  const encoder = new Encoder({ layer: bidirectional(...cells), embedding });
  const tape = new Tape();
  const run = (x: Tensor, options: object): unknown => {
    for (const parameter of encoder.parameters()) parameter.zeroGrad();
    const found = tape.record(() => {
      const { outputs, finalState, mask } = encoder.forward(x, options);
      return { loss: sum(outputs), outputs, finalState, mask };
    });
    tape.backward(found.loss);
    expect(found.mask?.toArray()).toEqual([
      [1, 1, 1, 1],
      [1, 0, 0, 0],
    ]);
    const { forward, backward } = found.finalState;
    return [found.outputs, forward.h, backward.h, ...encoder.parameters().map(({ grad }) => grad)].map((t) => t?.data);
  };
  const clean = run(source, { lengths: [4, 1] });
  const outside = ids([
    [3, 1, 4, 1],
    [2, -1, 99, 7],
  ]);
  expect(run(outside, { lengths: [4, 1] })).toEqual(clean);
  const mask = [
    [1, 1, 1, 1],
    [1, 0, 0, 0],
  ];
  expect(run(outside, { mask })).toEqual(clean);
  // No word stands there, so none learns from it.
  expect(embedding.weight.grad?.data.slice(0, 2)).toEqual(Float32Array.of(0, 0));
});

test('names what it saves', () => {
  const layer = new GRUCell({ inputSize: 2, hiddenSize: 3 });
  const encoder = new Encoder({ layer, embedding: new Embedding({ vocabularySize: 5, embeddingSize: 2 }) });
  expect(Object.keys(encoder.stateDict())).toMatchInlineSnapshot(`
    [
      "embedding.weight",
      "layer.weightIh",
      "layer.weightHh",
      "layer.bias",
      "layer.biasHn",
    ]
  `);
});

test('refuses bad input', () => {
  const embedding = new Embedding({ vocabularySize: 5, embeddingSize: 2 });
  const encoder = new Encoder({ layer: new GRUCell({ inputSize: 3, hiddenSize: 3 }), embedding });
  expect(() => encoder.forward(source)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: unroll (in Encoder): the sequences do not fit. x is [2, 4, 2]; x must be [N, T, 3], the batch first. Reshape x, or check the cell's inputSize.]`,
  );
  expect(() => encoder.forward(ids([[5]]))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gather (in Encoder): index 5, entry 0 of ids, is out of range. ids is [1, 1]; indices go from 0 to 4. Check the ids, or the size of the vocabulary.]`,
  );
  expect(() => encoder.forward(source, { lengths: [4, 5] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: Encoder.forward: lengths[1] is 5; a length is a whole number from 1 to 4, the size of the time axis. Correct it.]`,
  );
  const reversed = { lengths: [4, 4], reverse: true };
  expect(() => encoder.forward(source, reversed)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: Encoder.forward: unknown option 'reverse'; the options are initialState, lengths, mask. Correct the name, or leave it out.]`,
  );
  const misspelt = { cell: encoder.layer, layer: encoder.layer };
  expect(() => new Encoder(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Encoder: unknown option 'cell'; the options are layer, embedding. Correct the name, or leave it out.]`,
  );
});
