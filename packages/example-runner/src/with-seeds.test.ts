import { expect, test } from 'vitest';
import { withSeeds } from './with-seeds.js';

test('seeds from 1 on, in their order', () => {
  expect(withSeeds(3, (seed) => `seed ${seed}`)).toEqual(['seed 1', 'seed 2', 'seed 3']);
  expect(withSeeds(1, (seed) => seed)).toEqual([1]);
});
