import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import { drawExpressions, type Expression, inLine, isOpen } from './expression.js';
import { opinions } from './learn.js';
import { LineReader, PairReader, type Reader, TreeReader } from './readers.js';

const options = { hiddenSize: 6, rng: new Rng(1) };
const expressions = drawExpressions(30, 4, new Rng(2));
const cases: readonly (readonly [string, Reader, (root: Expression) => Expression[]])[] = [
  ['the tree-LSTM: about all nodes', new TreeReader(options), inLine],
  [
    'the LSTM: about all nodes that are complete',
    new LineReader(options),
    (root) => inLine(root).filter((node) => !isOpen(node)),
  ],
  ['pairs of neighbours: about roots', new PairReader(options), (root) => [root]],
];

test.each(cases)('%s, whatever is read beside them', (_, reader, nodesOf) => {
  const together = opinions(reader, expressions);
  const nodes = expressions.flatMap(nodesOf);
  expect(together.size).toBe(nodes.length);
  expect(nodes.every((node) => together.has(node))).toBe(true);
  for (const root of expressions) {
    for (const [node, { probability }] of opinions(reader, [root])) {
      expect(together.get(node)?.probability).toBeCloseTo(probability, 5);
    }
  }
});
