import '@unroll/kernels/reference';
import {
  add,
  gather,
  mul,
  pick,
  Rng,
  randn,
  reshape,
  scatterAdd,
  square,
  sum,
  Tape,
  type Tensor,
  tensor,
  zeros,
} from '@unroll/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Embedding } from '../layers/embedding.js';
import { compare } from '../testing/compare.js';
import { ChildSumTreeLSTMCell } from './child-sum-tree-lstm-cell.js';
import { NaryTreeLSTMCell } from './nary-tree-lstm-cell.js';
import { planTrees, type Tree } from './tree.js';
import { childrenInRow, type TreeCell } from './tree-cell.js';
import { ARITY, anyForest, chain, leaf, nodeByNode, nodesOf, VOCABULARY } from './trees.fixture.js';
import { unrollTree } from './unroll-tree.js';

/** What strangers write: no class, no parameters, a state of their own. */
type Count = { readonly nodes: Tensor; readonly height: Tensor };
const counter: TreeCell<Count> = {
  inputSize: 1,
  leaf: (x) => ({ nodes: x, height: mul(x, 0) }),
  inner(x, children) {
    const { states, parents, nodes } = children;
    const heights = childrenInRow(states.height, children, ARITY).toArray() as number[][];
    return {
      nodes: add(x, scatterAdd(states.nodes, parents, nodes)),
      height: tensor(heights.map((row) => [1 + Math.max(...row)])),
    };
  },
};
const heightOf = ({ children }: Tree): number => 1 + Math.max(-1, ...children.map(heightOf));

describe('any cell', () => {
  test("a stranger's, with a state of its own", () => {
    fc.assert(
      fc.property(anyForest, (trees) => {
        const nodes = trees.flatMap(nodesOf);
        const x = tensor(nodes.map(() => [1]));
        const { states, roots } = unrollTree(counter, trees, { x });
        expect(states.nodes.toArray()).toEqual(nodes.map((node) => [nodesOf(node).length]));
        expect(states.height.toArray()).toEqual(nodes.map((node) => [heightOf(node)]));
        expect(roots.nodes.toArray()).toEqual(trees.map((tree) => [nodesOf(tree).length]));
        expect(roots.height.toArray()).toEqual(trees.map((tree) => [heightOf(tree)]));
      }),
    );
  });

  test('is called once for all leaves, and once for all inner nodes of a depth', () => {
    const calls: string[] = [];
    const noted: TreeCell<Tensor> = {
      inputSize: 1,
      project(x) {
        calls.push(`project ${x.shape[0]}`);
        return x;
      },
      leaf(x) {
        calls.push(`leaf ${x.shape[0]}`);
        return x;
      },
      inner(x, { states, parents, nodes, most }) {
        calls.push(`inner ${nodes} over ${states.shape[0]}, at most ${most}`);
        return add(x, scatterAdd(states, parents, nodes));
      },
    };
    const full = (height: number): Tree => ({
      children: height === 0 ? [] : [full(height - 1), full(height - 1)],
    });
    const trees = [full(3), { children: [leaf(), full(1), leaf()] }, leaf()];
    const { roots } = unrollTree(noted, trees, { x: tensor(trees.flatMap(nodesOf).map(() => [1])) });
    expect(roots.toArray()).toEqual([[15], [6], [1]]);
    expect(calls).toEqual([
      'project 22',
      'leaf 13',
      'inner 4 over 8, at most 2',
      'inner 3 over 6, at most 2',
      'inner 2 over 5, at most 3',
    ]);
  });

  test('products do not grow with the number of trees', () => {
    const cell = new ChildSumTreeLSTMCell({ inputSize: VOCABULARY, hiddenSize: 2 });
    const products = (trees: readonly Tree[]): number => {
      const tape = new Tape();
      let count = 0;
      tape.onOp(({ name }) => {
        if (name === 'linear') count += 1;
      });
      tape.record(() => unrollTree(cell, trees).roots.h);
      return count;
    };
    const tree = { token: 0, children: [leaf(1), { token: 1, children: [leaf(), leaf(2)] }] };
    expect(products([tree])).toBe(7);
    expect(products(new Array<Tree>(20).fill(tree))).toBe(7);
  });
});

describe('a batch', () => {
  const create = [
    () => new ChildSumTreeLSTMCell({ inputSize: VOCABULARY, hiddenSize: 4, rng: new Rng(1) }),
    () => new NaryTreeLSTMCell({ inputSize: VOCABULARY, hiddenSize: 4, arity: ARITY, rng: new Rng(1) }),
  ];

  test('is its trees one by one, bit for bit, whatever their order', () => {
    fc.assert(
      fc.property(anyForest, fc.constantFrom(...create), (trees, make) => {
        const cell = make();
        const alone = trees.map((tree) => unrollTree(cell, [tree]));
        const together = unrollTree(cell, trees);
        expect(together.roots.h.toArray()).toEqual(alone.flatMap(({ roots }) => roots.h.toArray()));
        expect(together.states.c.toArray()).toEqual(alone.flatMap(({ states }) => states.c.toArray()));
        const reversed = unrollTree(cell, [...trees].reverse());
        expect(reversed.roots.h.toArray()).toEqual((together.roots.h.toArray() as number[][]).reverse());
      }),
    );
  });

  test('has its roots among its states', () => {
    fc.assert(
      fc.property(anyForest, (trees) => {
        const plan = planTrees(trees);
        const { states, roots } = unrollTree(create[0]?.() as ChildSumTreeLSTMCell, plan);
        expect(roots.h.toArray()).toEqual(gather(states.h, tensor(plan.roots)).toArray());
      }),
    );
  });

  test('can be planned once and run again', () => {
    const cell = new ChildSumTreeLSTMCell({ inputSize: VOCABULARY, hiddenSize: 4 });
    const trees = [chain([0, 1, 2]), { token: 1, children: [leaf(2), leaf(0)] }];
    const plan = planTrees(trees);
    for (let i = 0; i < 2; i++) {
      const tape = new Tape();
      const h = tape.record(() => unrollTree(cell, plan).roots.h);
      expect(h.toArray()).toEqual(unrollTree(cell, trees).roots.h.toArray());
    }
  });
});

describe('inputs', () => {
  const trees = [{ token: 2, children: [leaf(1), leaf(0)] }, leaf(2)];

  test('are tokens, ids or rows, in the order of the nodes', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const cell = new ChildSumTreeLSTMCell({ inputSize: 3, hiddenSize: 2, dtype });
      const rows = tensor(
        [
          [0, 0, 1],
          [0, 1, 0],
          [1, 0, 0],
          [0, 0, 1],
        ],
        { dtype },
      );
      const expected = unrollTree(cell, trees).states;
      const ids = tensor([2, 1, 0, 2], { dtype: 'int32' });
      compare('ids', unrollTree(cell, trees, { x: ids }).states, expected, 0);
      compare('rows', unrollTree(cell, trees, { x: rows }).states, expected, 1e-7);
    }
  });

  test('may be learned: gradients reach an embedding', () => {
    const embedding = new Embedding({ vocabularySize: 3, embeddingSize: 2 });
    const cell = new NaryTreeLSTMCell({ inputSize: 2, hiddenSize: 2, arity: 2 });
    const plan = planTrees(trees);
    const ids = tensor(
      plan.nodes.map(({ token }) => token ?? 0),
      { dtype: 'int32' },
    );
    const tape = new Tape();
    tape.backward(tape.record(() => sum(square(unrollTree(cell, plan, { x: embedding.forward(ids) }).roots.h))));
    expect((embedding.weight.grad as Tensor).data.every((entry) => entry !== 0)).toBe(true);
  });
});

test('a chain of 20,000 nodes, forwards and backwards', () => {
  const cell = new ChildSumTreeLSTMCell({ inputSize: VOCABULARY, hiddenSize: 2, rng: new Rng(1) });
  const tree = chain(Array.from({ length: 20_000 }, (_, i) => i % VOCABULARY));
  const tape = new Tape();
  const { states, loss } = tape.record(() => {
    const { states } = unrollTree(cell, [tree]);
    return { states, loss: sum(pick(states.h, 0, 0)) };
  });
  tape.backward(loss);
  expect(states.h.shape).toEqual([20_000, 2]);
  for (const { grad } of cell.parameters()) {
    expect((grad as Tensor).data.some((entry) => entry !== 0)).toBe(true);
    expect((grad as Tensor).data.every(Number.isFinite)).toBe(true);
  }
});

describe('refuses', () => {
  const cell = new NaryTreeLSTMCell({ inputSize: VOCABULARY, hiddenSize: 2, arity: 2 });
  const tree = { token: 0, children: [leaf(1), leaf(2)] };

  test('inputs that do not fit', () => {
    const run = (x: Tensor) => () => unrollTree(cell, [tree], { x });
    expect(run(zeros([2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unrollTree: there is not one input for each node. x is [2, 3]; with 3 nodes it must be [3, 3]. Pass inputs in the order of planTrees(trees).nodes.]`,
    );
    expect(run(tensor([1, 2], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unrollTree: there is not one input for each node. x is [2]; with 3 nodes it must be [3] when it holds ids. Pass inputs in the order of planTrees(trees).nodes.]`,
    );
    expect(() => unrollTree(cell, [{ token: 7, children: [] }])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: oneHot: index 7, entry 0 of ids, is out of range. ids is [1]; indices go from 0 to 2. Check the ids, or the size of the vocabulary.]`,
    );
    expect(() => unrollTree(cell, [{ children: [leaf()] }])).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: unrollTree: nodes[0] has no token; a token is a whole number: the id of what stands at a node. Pass the inputs of all nodes as { x }.]`,
    );
    expect(() => unrollTree(cell, [leaf(0.5)])).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: unrollTree: nodes[0] has the token 0.5; a token is a whole number: the id of what stands at a node. Pass the inputs of all nodes as { x }.]`,
    );
  });

  test('unknown options', () => {
    const misspelt = { x: zeros([3, 3]), inputs: zeros([3, 3]) };
    expect(() => unrollTree(cell, [tree], misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: unrollTree: unknown option 'inputs'; the options are x. Correct the name, or leave it out.]`,
    );
  });

  test('more children than there is room for, and says where', () => {
    const wide = { token: 1, children: [leaf(), leaf(), leaf()] };
    expect(() => unrollTree(cell, [{ token: 0, children: [wide] }])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: childrenInRow (in NaryTreeLSTMCell.inner, depth 1): a node has 3 children; there is room for 2. Give the cell a larger arity.]`,
    );
  });

  test('cells that break the contract', () => {
    const run = (broken: Partial<TreeCell<{ h: Tensor }>>) => () => {
      const base: TreeCell<{ h: Tensor }> = {
        inputSize: VOCABULARY,
        leaf: (x) => ({ h: x }),
        inner: (x) => ({ h: x }),
      };
      return unrollTree({ ...base, ...broken }, [tree]);
    };
    expect(run({})).not.toThrow();
    expect(run({ project: (x) => reshape(x, [1, -1]) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unrollTree (in cell.project): the projection breaks the contract of a tree cell. projection is [1, 9]; it must have a row for each node, here 3. Project each row by itself.]`,
    );
    expect(run({ leaf: (x) => ({ h: pick(x, 0, 0) }) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unrollTree (in cell.leaf): state.h has another batch size. state.h is [3]; each tensor of a state has the batch on axis 0, here 2. Return the state of each node in its row.]`,
    );
    expect(run({ inner: () => ({ h: zeros([1, 5]) }) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: unrollTree (in cell.inner, depth 0): the state of inner nodes is h float32 [n, 5]; it must be like that of leaves, which is h float32 [n, 3]. Return the same tensors from leaf and inner.]`,
    );
  });
});

test('the runner equals one node at a time', () => {
  const cell = new NaryTreeLSTMCell({ inputSize: 2, hiddenSize: 3, arity: ARITY, dtype: 'float64', rng: new Rng(1) });
  fc.assert(
    fc.property(anyForest, (trees) => {
      const x = randn([trees.flatMap(nodesOf).length, 2], { dtype: 'float64', rng: new Rng(2) });
      compare('states', unrollTree(cell, trees, { x }).states, nodeByNode(cell, trees, x), 1e-12);
    }),
  );
});
