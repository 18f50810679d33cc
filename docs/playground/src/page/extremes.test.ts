import { expect, test } from 'vitest';
import { extremes } from './extremes.js';

test('means by character, highest and lowest first, without what comes only once', () => {
  const { highest, lowest } = extremes([...'abcabcx'], [1, 0, -1, 3, 0.5, -2, 9], 2);
  expect(highest).toEqual([
    { character: 'a', mean: 2 },
    { character: 'b', mean: 0.25 },
  ]);
  expect(lowest).toEqual([
    { character: 'c', mean: -1.5 },
    { character: 'b', mean: 0.25 },
  ]);
});
