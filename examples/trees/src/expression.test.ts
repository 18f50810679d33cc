import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { expect, test } from 'vitest';
import { depthOf, drawExpressions, type Expression, inLine, isOpen } from './expression.js';

const options = { count: 200, depth: 4, distinct: true };

test('the line is the text, and each bracket knows what it closes', () => {
  const { expressions, trees } = synthetic.listOps({ ...options, rng: new Rng(1) });
  const roots = drawExpressions(200, 4, new Rng(1));
  const texts = roots.map((root) => inLine(root).map(({ token }) => synthetic.LIST_OPS_TOKENS[token]));
  expect(texts.map((tokens) => tokens.join(' '))).toEqual(expressions);
  expect(roots.map(({ value }) => value)).toEqual(trees.map(({ value }) => value));
  for (const node of roots.flatMap(inLine)) {
    const text = synthetic.LIST_OPS_TOKENS[node.token] ?? '';
    if (node.children.length === 0) expect(node.value).toBe(Number(text));
    else expect(node.value).toBe(resultOf(isOpen(node) ? node : node.children[0]));
    expect(isOpen(node)).toBe(text.startsWith('['));
  }
});

/** What an operation makes of the values of its arguments. */
function resultOf(operation: Expression | undefined): number {
  const values = (operation?.children ?? []).map(({ value }) => value).sort((a, b) => a - b);
  const at = (place: number): number => values[place] ?? Number.NaN;
  const last = values.length - 1;
  if (operation?.token === 10) return at(last);
  if (operation?.token === 11) return at(0);
  if (operation?.token === 12) return Math.floor((at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2);
  return values.reduce((sum, value) => sum + value, 0) % 10;
}

test('depth counts operations', () => {
  const depths = drawExpressions(200, 4, new Rng(1)).map(depthOf);
  expect([...new Set(depths)].sort()).toEqual([1, 2, 3, 4]);
});
