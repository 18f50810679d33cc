import { expect, test } from 'vitest';
import { smooth } from './smooth.js';

test('short curves stay as they are, from window 1 on', () => {
  expect(smooth([], 10)).toEqual([]);
  expect(smooth([3, 1, 2], 3)).toEqual([
    [1, 3],
    [2, 1],
    [3, 2],
  ]);
});

test('long curves become means of stretches, the last perhaps shorter, each in its middle', () => {
  expect(smooth([1, 2, 3, 4, 5], 3)).toEqual([
    [1.5, 1.5],
    [3.5, 3.5],
    [5, 5],
  ]);
});
