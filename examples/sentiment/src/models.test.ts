import { Rng, tensor } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { expect, test } from 'vitest';
import { Bag } from './models.js';
import { opinionsOf } from './opinions.js';

test('a bag adds up its words, and its pairs, over what is real', () => {
  const bag = new Bag({ vocabularySize: 3, pairs: true });
  bag.words.weight.assign(tensor([[1], [10], [100]]));
  const pairs = new Float32Array(9);
  pairs[1 * 3 + 2] = 0.25; // 1, then 2
  pairs[0] = 0.5; // 0 with itself: the first word, or 0 twice
  bag.pairs?.weight.assign(tensor(pairs, { shape: [9, 1] }));
  const x = tensor(
    [
      [1, 2, 0],
      [2, 1, 0],
      [0, 0, 0],
    ],
    { dtype: 'int32' },
  );
  const lengths = tensor([3, 2, 1], { dtype: 'int32' });
  expect([...bag.forward({ x, lengths }).data]).toEqual([111.25, 110, 1.5]);
});

test('the same words in another order are the same to a bag of words', () => {
  const bag = new Bag({ vocabularySize: synthetic.REVIEW_WORDS.length, pairs: false });
  const rng = new Rng(1);
  bag.words.weight.assign(
    tensor(
      Float32Array.from({ length: bag.vocabularySize }, () => rng.integer(9) - 4),
      { shape: [bag.vocabularySize, 1] },
    ),
  );
  const [a, b, c] = opinionsOf(bag, [
    'the acting was bad , but the plot was good .',
    'the plot was good , but the acting was bad .',
    'the plot was bad .',
  ]);
  expect(a).toBe(b);
  expect(a).not.toBe(c);
});
