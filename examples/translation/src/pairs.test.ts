import { Rng, tensor } from '@unroll/core';
import { expect, test } from 'vitest';
import { pairsOf, type Side } from './pairs.js';

/** Sequence n is n + 1 tokens long, each of them n, and padded by −1. */
function side(count: number): Side {
  const ids = Array.from({ length: count }, (_, n) => Array.from({ length: count }, (_, t) => (t <= n ? n : -1)));
  const lengths = ids.map((_, n) => n + 1);
  return {
    ids: tensor(ids, { dtype: 'int32' }),
    lengths: tensor(lengths, { dtype: 'int32' }),
    vocabulary: { size: count },
  };
}

test('every pair is in one part, whole and with its number', () => {
  const [seen, unseen] = pairsOf(side(20), side(20), 5, new Rng(1));
  expect(unseen.indices).toHaveLength(5);
  expect([...seen.indices, ...unseen.indices].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  for (const { source, target, indices } of [seen, unseen]) {
    const wanted = indices.map((n) => new Int32Array(n + 1).fill(n));
    expect([source, target]).toEqual([wanted, wanted]);
  }
});

test('what is drawn last is as likely to be unseen as what is drawn first', () => {
  const last = Array.from({ length: 200 }, (_, seed) => pairsOf(side(4), side(4), 1, new Rng(seed))[1].indices[0]);
  for (const n of [0, 1, 2, 3]) expect(last.filter((i) => i === n).length).toBeGreaterThan(25);
});
