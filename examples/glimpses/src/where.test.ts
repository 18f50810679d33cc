import { Rng, tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { GlimpseCell } from './glimpse-cell.js';
import { followsInk, middleOfInk } from './where.js';

/** Ink of a square of 2 by 2, whose first pixel is at (x, y). */
const square = (x: number, y: number): number[][] =>
  Array.from({ length: 14 }, (_, row) =>
    Array.from({ length: 14 }, (_, column) =>
      Number((row === y || row === y + 1) && (column === x || column === x + 1)),
    ),
  );

test('the middle of the ink, whatever noise there is', () => {
  expect(middleOfInk(square(3, 8))).toEqual([3.5, 8.5]);
  expect(middleOfInk(square(3, 8).map((row) => row.map((ink) => (ink === 1 ? 0.75 : 0.25))))).toEqual([3.5, 8.5]);
});

test('windows that go to the right and up where the ink is on the left and above', () => {
  const cell = new GlimpseCell({ pictureSize: 14, windowSize: 3, hiddenSize: 1, rng: new Rng(1) });
  // One unit, which sees the first of the 9 points alone: that on the left and above.
  cell.lstm.weightIh.assign(tensor([0, 0, 1, 0].map((gate) => [gate, ...new Array<number>(11).fill(0)])));
  cell.lstm.weightHh.assign(zeros([4, 1]));
  cell.lstm.bias.assign(tensor([0, 0, 0, 0]));
  cell.where.bias?.assign(zeros([3]));
  cell.where.weight.assign(tensor([[1], [-1], [0]]));
  const pictures = tensor([square(2, 2), square(11, 11), square(10, 11)]);
  const { across, down } = followsInk(cell, pictures);
  expect(across).toBeLessThan(-0.99);
  expect(down).toBeGreaterThan(0.99);
});
