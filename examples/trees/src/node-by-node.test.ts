import '@unroll/kernels/reference';
import { Rng, sum, Tape } from '@unroll/core';
import { ChildSumTreeLSTMCell, type LSTMState, unrollTree } from '@unroll/nn';
import { expect, test } from 'vitest';
import { drawExpressions } from './expression.js';
import { nodeByNode } from './node-by-node.js';

test('one node after the other gives the states and gradients of levels in batches', () => {
  const expressions = drawExpressions(20, 5, new Rng(1));
  const cell = new ChildSumTreeLSTMCell({ inputSize: 15, hiddenSize: 4, rng: new Rng(2), dtype: 'float64' });
  const tape = new Tape();
  const numbersOf = (way: () => LSTMState): number[] => {
    const { h, c, total } = tape.record(() => {
      const roots = way();
      return { ...roots, total: sum(roots.h) };
    });
    const gradients = tape.gradient(total, cell.parameters());
    return [h, c, ...gradients].flatMap(({ data }) => [...data]);
  };
  const [levels, nodes] = [
    numbersOf(() => unrollTree(cell, expressions).roots),
    numbersOf(() => nodeByNode(cell, expressions)),
  ];
  expect(levels).toHaveLength(2 * 20 * 4 + 16 * (15 + 4 + 1));
  expect(Math.max(...levels.map((value, i) => Math.abs(value - (nodes[i] ?? Number.NaN))))).toBeLessThan(1e-12);
});
