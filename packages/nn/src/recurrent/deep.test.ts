import '@unroll/kernels/reference';
import { add, mul, Rng, randn, sum, Tape, type Tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { bidirectional } from './bidirectional.js';
import type { Cell } from './cell.js';
import { GRUCell, LSTMCell, RNNCell } from './cells/index.js';
import { deep } from './deep.js';
import { numbersOf } from './numbers.fixture.js';
import { recurrent } from './recurrent.js';
import type { SequenceLayer } from './sequence-layer.js';
import { stack } from './stack.js';
import { unroll } from './unroll.js';

const options = { rng: new Rng(1), dtype: 'float64' } as const;
const x = randn([2, 5, 3], options);
const lengths = [5, 3];
const lstm = (inputSize: number): LSTMCell => new LSTMCell({ inputSize, hiddenSize: 4, ...options });

test('runs each layer over the outputs of the one below, with the same lengths', () => {
  const below = bidirectional(lstm(3), new GRUCell({ inputSize: 3, hiddenSize: 2, ...options }));
  const above = new RNNCell({ inputSize: 6, hiddenSize: 5, ...options });
  const last = recurrent(lstm(5), { reverse: true });
  const layer = deep([below, above, last]);
  const first = below.forward(x, { lengths });
  const second = unroll(above, first.outputs, { lengths });
  const third = last.forward(second.outputs, { lengths });
  const { outputs, finalState } = layer.forward(x, { lengths });
  expect(outputs.toArray()).toEqual(third.outputs.toArray());
  expect(numbersOf(finalState)).toEqual(numbersOf([first.finalState, second.finalState, third.finalState]));
  const parts: readonly Tensor[] = [finalState[0].backward.h, finalState[1].h, finalState[2].c];
  expect(parts.map(({ shape }) => shape)).toEqual([
    [2, 2],
    [2, 5],
    [2, 4],
  ]);
  expect([layer.inputSize, layer.outputSize]).toEqual([3, 4]);
});

test('goes on from a state', () => {
  const layer: SequenceLayer<readonly [{ readonly h: Tensor; readonly c: Tensor }, { readonly h: Tensor }]> = deep([
    lstm(3),
    new RNNCell({ inputSize: 4, hiddenSize: 2, ...options }),
  ]);
  const { finalState } = layer.forward(x);
  const again = layer.forward(x, { initialState: finalState });
  const twice = layer.forward(
    randn([2, 5, 3], options), // anything
  );
  expect(again.outputs.toArray()).not.toEqual(twice.outputs.toArray());
  const cells = stack([lstm(3), lstm(4)]);
  const initialState = unroll(cells, x).finalState;
  expect(deep(cells.cells).forward(x, { initialState }).outputs.toArray()).toEqual(
    unroll(cells, x, { initialState }).outputs.toArray(),
  );
});

test('a layer may be any object with such a method', () => {
  const doubling: SequenceLayer<null> = {
    inputSize: 3,
    outputSize: 3,
    forward: (input) => ({ outputs: mul(input, 2), finalState: null }),
  };
  const cell = lstm(3);
  const { outputs, finalState } = deep([doubling, cell]).forward(x);
  expect(outputs.toArray()).toEqual(unroll(cell, mul(x, 2)).outputs.toArray());
  expect(finalState[0]).toBe(null);
});

describe('between the layers', () => {
  const plusOne: Cell<{ unused: Tensor }> = {
    inputSize: 1,
    outputSize: 1,
    initialState: (batch) => ({ unused: zeros([batch, 1]) }),
    step: (input, state) => ({ output: add(input, 1), state }),
  };

  test('residual adds the inputs of each layer but the first', () => {
    expect(
      deep([plusOne, plusOne, plusOne])
        .forward(add(zeros([1, 1, 1]), 10))
        .outputs.item(),
    ).toBe(13);
    // 11, then 12 + 11, then 24 + 23
    expect(
      deep([plusOne, plusOne, plusOne], { residual: true })
        .forward(add(zeros([1, 1, 1]), 10))
        .outputs.item(),
    ).toBe(47);
  });

  test('dropout acts in training only, on each number by itself, and is part of the state dictionary', () => {
    const wide = { ...plusOne, inputSize: 100, outputSize: 100 };
    const layer = deep([wide, wide], { dropout: 0.5, rng: new Rng(1) });
    const { data } = layer.forward(zeros([1, 2, 100])).outputs;
    // The first puts out 1, which becomes 0 or 2; the second adds 1.
    expect(new Set(data)).toEqual(new Set([1, 3]));
    expect(data.filter((entry) => entry === 1).length).toBeGreaterThan(60);
    expect(data.filter((entry) => entry === 1).length).toBeLessThan(140);
    expect(data.slice(0, 100)).not.toEqual(data.slice(100));
    expect(Object.keys(layer.stateDict())).toEqual(['dropout.rng']);
    expect(new Set(layer.eval().forward(zeros([1, 2, 100])).outputs.data)).toEqual(new Set([2]));
  });
});

test('names the parameters by layer, and reaches all', () => {
  const layer = deep([bidirectional(lstm(3), lstm(3)), lstm(8)]);
  const names = ['weightIh', 'weightHh', 'bias'];
  expect(layer.namedParameters().map(([name]) => name)).toEqual([
    ...names.map((name) => `layers.0.forwardCell.${name}`),
    ...names.map((name) => `layers.0.backwardCell.${name}`),
    ...names.map((name) => `layers.1.cell.${name}`),
  ]);
  const tape = new Tape();
  const loss = tape.record(() => sum(layer.forward(x, { lengths }).outputs));
  expect(tape.backward(loss, { parameters: layer.parameters() }).untouched).toEqual([]);
});

test('refuses bad input', () => {
  expect(() => deep([])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: deep: there are no layers; at least one is needed. Pass some.]`,
  );
  expect(() => deep([lstm(3), lstm(3)])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: deep: layers[1] does not fit on layers[0]; its inputSize (3) must equal the outputSize below (4). Correct one of them.]`,
  );
  expect(() =>
    deep([lstm(4), new RNNCell({ inputSize: 4, hiddenSize: 2 })], { residual: true }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: deep: layers[1] cannot be residual; its outputSize (2) must equal its inputSize (4), since they are added. Use equal sizes, or leave residual out.]`,
  );
  expect(() => deep([lstm(3), { inputSize: 4, outputSize: 4 } as never])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: deep: layers[1] is no layer; layers have a method forward over whole sequences, cells a method step. Pass such a layer, or a cell.]`,
  );
  const misspelt = { dropout: 0.1, drop: 0.1 };
  expect(() => deep([lstm(3)], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: deep: unknown option 'drop'; the options are residual, dropout, rng. Correct the name, or leave it out.]`,
  );
  const layer = deep([lstm(3), bidirectional(lstm(4), lstm(4))]);
  expect(() => layer.forward(x, { initialState: [] as never })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: deep: the state is an array of 0; there must be a state for each of the 2 layers. Pass a finalState of these layers.]`,
  );
  const turned = { lengths, reverse: true };
  expect(() => layer.forward(x, turned)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: DeepLayer.forward: unknown option 'reverse'; the options are initialState, lengths, mask. Correct the name, or leave it out.]`,
  );
  const wrong = { forward: { h: zeros([1, 1]), c: zeros([1, 1]) }, backward: { h: zeros([1, 1]), c: zeros([1, 1]) } };
  const initialState = [unroll(lstm(3), x).finalState, wrong] as const;
  expect(() => layer.forward(x, { initialState })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: unroll (in BidirectionalLayer.forward, in DeepLayer.layers[1]): initialState.h has another batch size. initialState.h is [1, 1]; each tensor of a state has the batch on axis 0, here 2. Pass a state for this batch, or none to begin anew.]`,
  );
});
