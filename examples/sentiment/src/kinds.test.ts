import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { expect, test } from 'vitest';
import { kindOf } from './kinds.js';

test('reviews are of the kinds that the grammar draws, as often as it says', () => {
  const { templates } = synthetic.reviews({ count: 20_000, part: 'train', rng: new Rng(1) });
  const counts = new Map<string, number>();
  for (const template of templates) counts.set(kindOf(template), (counts.get(kindOf(template)) ?? 0) + 1);
  const share = (kind: string): number => (counts.get(kind) ?? 0) / templates.length;
  // Three in eight of the quarter whose clauses agree negate one of them.
  expect(share('one clause')).toBeCloseTo(1 / 4, 2);
  expect(share('two that agree')).toBeCloseTo((1 / 4) * (5 / 8), 2);
  expect(share('one negated')).toBeCloseTo((1 / 4) * (3 / 8), 2);
  expect(share('contrast')).toBeCloseTo(1 / 2, 2);
});

test.each([
  ['the {aspect} was far from {verdict}', 'one clause'],
  ['the {aspect} was {verdict} and i found the {aspect} {verdict}', 'two that agree'],
  ['the {aspect} was not {verdict} ; besides , i never found the {aspect} {verdict}', 'two that agree'],
  ['the {aspect} was {verdict} , and i never found the {aspect} {verdict} too', 'one negated'],
  ['the {aspect} was not {verdict} , even if the {aspect} was {verdict}', 'contrast'],
])('%s: %s', (template, kind) => expect(kindOf(template)).toBe(kind));
