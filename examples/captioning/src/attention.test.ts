import { Rng } from '@unroll/core';
import { scenes } from '@unroll/data/synthetic';
import { expect, test } from 'vitest';
import { weightOfNamed } from './attention.js';

/** Looks at the k-th shape of a scene while the k-th `a` and the words up to the next are said. */
function looksInOrder({ places, captions }: ReturnType<typeof scenes>, shift: number): number[][][] {
  const all = places.toArray() as number[][][];
  return captions.texts.map((text, n) => {
    const filled = (all[n] ?? []).flatMap(([colour], place) => (colour === 0 ? [] : [place]));
    let said = -1;
    return text.split(' ').map((word) => {
      if (word === 'a') said++;
      const named = filled[(said + shift) % filled.length];
      return Array.from({ length: 16 }, (_, place) => (place === named ? 0.75 : 0.25 / 15));
    });
  });
}

test('the weight of what is spoken of', () => {
  const examples = scenes({ count: 50, fewest: 2, most: 6, rng: new Rng(1) });
  expect(weightOfNamed(looksInOrder(examples, 0), examples)).toBeCloseTo(0.75, 12);
  expect(weightOfNamed(looksInOrder(examples, 1), examples)).toBeCloseTo(0.25 / 15, 12);
});
