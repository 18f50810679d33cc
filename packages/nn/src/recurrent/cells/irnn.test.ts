import '@unroll/kernels/reference';
import { mean, ones, Rng, square } from '@unroll/core';
import { expect, test } from 'vitest';
import { unroll } from '../unroll.js';
import { irnn } from './irnn.js';

test('begins by copying its state', () => {
  const cell = irnn({ inputSize: 2, hiddenSize: 3, rng: new Rng(1) });
  expect(cell.weightHh.toArray()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
  expect(cell.bias.toArray()).toEqual([0, 0, 0]);
  cell.weightIh.assign(ones([3, 2]));
  // relu: what comes is added up.
  expect(unroll(cell, ones([1, 4, 2])).outputs.toArray()).toEqual([
    [
      [2, 2, 2],
      [4, 4, 4],
      [6, 6, 6],
      [8, 8, 8],
    ],
  ]);
});

test('draws input weights with a standard deviation of 0.001, and scales the identity', () => {
  const { weightIh, weightHh } = irnn({
    inputSize: 100,
    hiddenSize: 50,
    gain: 0.01,
    dtype: 'float64',
    rng: new Rng(1),
  });
  const variance = mean(square(weightIh)).item();
  expect(Math.sqrt(variance)).toBeGreaterThan(0.00095);
  expect(Math.sqrt(variance)).toBeLessThan(0.00105);
  expect(weightHh.data[51]).toBe(0.01);
});

test('refuses bad input', () => {
  const misspelt = { inputSize: 2, hiddenSize: 3, activation: 'relu' };
  expect(() => irnn(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: irnn: unknown option 'activation'; the options are inputSize, hiddenSize, gain, rng, dtype. Correct the name, or leave it out.]`,
  );
  expect(() => irnn({ inputSize: 2, hiddenSize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RNNCell: hiddenSize is 0; it must be a whole number of at least 1. Correct hiddenSize.]`,
  );
  expect(() => irnn({ inputSize: 2, hiddenSize: 3, gain: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: irnn: gain is -1; gain must be a finite number of at least 0. Pass such a gain.]`,
  );
});
