import { expect, test } from 'vitest';
import { shareByGroup } from './share-by-group.js';

test('each group has its own share', () => {
  const { groups, shares } = shareByGroup([10, 2, 2, 10, 2, 2], [true, false, true, true, false, false]);
  expect(groups).toEqual([2, 10]);
  expect(shares).toEqual([0.25, 1]);
});
