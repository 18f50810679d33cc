/** The three tree cells: against their equations in plain loops, one node at a time, and the sequential cells they become. */
import '@unroll/kernels/reference';
import {
  add,
  cast,
  concat,
  flip,
  forEachTensor,
  mul,
  norm,
  type Parameter,
  Rng,
  randn,
  reshape,
  sub,
  sum,
  type Tensor,
  type TensorTree,
  tensor,
  valueAndGrad,
  zeros,
} from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Module } from '../module.js';
import { LSTMCell, RNNCell } from '../recurrent/cells/index.js';
import { logistic, type Matrix, product, tanh } from '../recurrent/cells/plain.fixture.js';
import { unroll } from '../recurrent/unroll.js';
import { compare } from '../testing/compare.js';
import { awayFromZero } from '../testing/setting.js';
import { withParameters } from '../with-parameters.js';
import { ChildSumTreeLSTMCell } from './child-sum-tree-lstm-cell.js';
import { NaryTreeLSTMCell } from './nary-tree-lstm-cell.js';
import { RecursiveCell } from './recursive-cell.js';
import type { Tree } from './tree.js';
import type { TreeCell } from './tree-cell.js';
import { ARITY, anyForest, chain, leaf, nodeByNode, nodesOf, VOCABULARY } from './trees.fixture.js';
import { unrollTree } from './unroll-tree.js';

const [D, H] = [2, 3];
const sizes = { inputSize: D, hiddenSize: H, dtype: 'float64' } as const;

/** The state of a node in plain numbers, by the names of its parts. */
type Plain = { readonly [part: string]: readonly number[] };
interface Weights {
  readonly weightIh: Matrix;
  readonly weightHh: Matrix;
  readonly bias: readonly number[];
}

const rows = (length: number): number[] => Array.from({ length }, (_, i) => i);
const total = (vectors: readonly (readonly number[])[]): number[] =>
  rows(H).map((u) => vectors.reduce((sum, vector) => sum + (vector[u] ?? 0), 0));

interface Kind {
  readonly create: () => TreeCell<TensorTree> & Module;
  readonly plain: (weights: Weights, x: readonly number[], children: readonly Plain[]) => Plain;
}

/** Tai et al., equations 2 to 8; the gates in the order i f g o. */
const childSum: Kind = {
  create: () => new ChildSumTreeLSTMCell(sizes),
  plain({ weightIh, weightHh, bias }, x, children) {
    const input = product(weightIh, x);
    const gate = (block: number, h: readonly number[]): number[] => {
      const recurrent = product(weightHh.slice(block * H, (block + 1) * H), h);
      return recurrent.map((share, u) => share + (input[block * H + u] ?? 0) + (bias[block * H + u] ?? 0));
    };
    const h = total(children.map((child) => child.h ?? []));
    const kept = children.map((child) => {
      const f = gate(1, child.h ?? []).map(logistic);
      return f.map((open, u) => open * (child.c?.[u] ?? 0));
    });
    const [i, g, o] = [gate(0, h).map(logistic), gate(2, h).map(tanh), gate(3, h).map(logistic)];
    const c = total(kept).map((old, u) => (i[u] ?? 0) * (g[u] ?? 0) + old);
    return { h: c.map((memory, u) => (o[u] ?? 0) * tanh(memory)), c };
  },
};

/** Tai et al., equations 9 to 14; recurrent weights in the order i f₁ … f_N g o. */
const nary: Kind = {
  create: () => new NaryTreeLSTMCell({ ...sizes, arity: ARITY }),
  plain({ weightIh, weightHh, bias }, x, children) {
    const input = product(weightIh, x);
    const h = rows(ARITY).flatMap((k) => children[k]?.h ?? rows(H).map(() => 0));
    const gate = (block: number, recurrentBlock: number): number[] => {
      const recurrent = product(weightHh.slice(recurrentBlock * H, (recurrentBlock + 1) * H), h);
      return recurrent.map((share, u) => share + (input[block * H + u] ?? 0) + (bias[block * H + u] ?? 0));
    };
    const kept = children.map(({ c }, k) => gate(1, 1 + k).map((f, u) => logistic(f) * (c?.[u] ?? 0)));
    const [i, g, o] = [gate(0, 0).map(logistic), gate(2, ARITY + 1).map(tanh), gate(3, ARITY + 2).map(logistic)];
    const c = total(kept).map((old, u) => (i[u] ?? 0) * (g[u] ?? 0) + old);
    return { h: c.map((memory, u) => (o[u] ?? 0) * tanh(memory)), c };
  },
};

const recursive: Kind = {
  create: () => new RecursiveCell({ ...sizes, arity: ARITY }),
  plain({ weightIh, weightHh, bias }, x, children) {
    const input = product(weightIh, x);
    const shares = children.map(({ h }, k) =>
      product(
        weightHh.map((row) => row.slice(k * H, (k + 1) * H)),
        h ?? [],
      ),
    );
    return { h: total([input, bias, ...shares]).map(tanh) };
  },
};

/** A cell with random parameters, of which none is 0. */
function randomized<Cell extends Module>(cell: Cell): Cell {
  const rng = new Rng(1);
  for (const parameter of cell.parameters()) parameter.assign(awayFromZero(parameter.shape, rng));
  return cell;
}

const drawn = (shape: readonly number[], seed: number): Tensor =>
  randn(shape, { rng: new Rng(seed), dtype: 'float64' });
const inputsOf = (trees: readonly Tree[]): Tensor => drawn([trees.flatMap(nodesOf).length, D], 2);

function flat(tree: TensorTree): Tensor {
  const parts: Tensor[] = [];
  forEachTensor(tree, (part) => parts.push(reshape(part, [part.size])));
  return concat(parts);
}

const weightsOf = (cell: Module): Weights => {
  const found = new Map(cell.namedParameters());
  const read = (name: string): unknown => (found.get(name) as Parameter).toArray();
  return { weightIh: read('weightIh'), weightHh: read('weightHh'), bias: read('bias') } as Weights;
};

for (const [name, { create, plain }] of Object.entries({ childSum, nary, recursive })) {
  describe(name, () => {
    test('equals its equations in plain loops', () => {
      const cell = randomized(create());
      const weights = weightsOf(cell);
      fc.assert(
        fc.property(anyForest, (trees) => {
          const x = inputsOf(trees);
          const inputs = x.toArray() as number[][];
          let count = 0;
          const visit = ({ children }: Tree): Plain[] => {
            const input = inputs[count++] ?? [];
            const inside = children.map(visit);
            return [
              plain(
                weights,
                input,
                inside.map(([first]) => first ?? {}),
              ),
              ...inside.flat(),
            ];
          };
          const restated = trees.flatMap(visit);
          const parts = Object.keys(restated[0] ?? {});
          const expected = Object.fromEntries(
            parts.map((part) => [
              part,
              tensor(
                restated.map((state) => [...(state[part] ?? [])]),
                { dtype: 'float64' },
              ),
            ]),
          );
          compare('states', unrollTree(cell, trees, { x }).states, expected, 1e-12);
        }),
      );
    });

    test('has the gradients of one node at a time', () => {
      const cell = randomized(create());
      const values = { x: zeros([0]), ...Object.fromEntries(cell.namedParameters()) };
      fc.assert(
        fc.property(anyForest, (trees) => {
          const x = inputsOf(trees);
          const gradient = (run: (x: Tensor) => TensorTree): TensorTree =>
            valueAndGrad(({ x: input, ...parameters }: typeof values) => {
              const result = flat(withParameters(cell, parameters, () => run(input)));
              return sum(mul(result, drawn(result.shape, 3)));
            })({ ...values, x }).gradient;
          const together = gradient((input) => unrollTree(cell, trees, { x: input }).states);
          const apart = gradient((input) => nodeByNode(cell, trees, input));
          compare('gradients', together, apart, 1e-12);
        }),
        { numRuns: 30 },
      );
    });

    test('derivatives of both orders', () => {
      const cell = randomized(create());
      const trees = [{ children: [leaf(), { children: [leaf(), leaf(), leaf()] }] }, leaf(), chain([0, 0])];
      const named = cell.namedParameters();
      const f = (x: Tensor, ...values: Tensor[]): Tensor => {
        const places = Object.fromEntries(named.map(([path], i) => [path, values[i] as Tensor]));
        return flat(withParameters(cell, places, () => unrollTree(cell, trees, { x })));
      };
      gradcheck(f, [inputsOf(trees), ...named.map(([, parameter]) => parameter)]);
    });

    test('ids under other parameters keep the dtype', () => {
      const cell = randomized(new RecursiveCell({ ...sizes, inputSize: VOCABULARY, arity: 1 }));
      const { bias } = cell;
      const run = (value: Tensor): Tensor =>
        withParameters(cell, { bias: value }, () => unrollTree(cell, [chain([0, 1])]).roots.h);
      expect(run(add(bias, 0)).toArray()).toEqual(unrollTree(cell, [chain([0, 1])]).roots.h.toArray());
    });
  });
}

describe('a chain is a sequence', () => {
  const steps = 6;
  const x = drawn([1, steps, D], 2);
  // The last step is the root, which comes first.
  const trees = [chain(new Array<number>(steps).fill(0))];
  const upwards = flip(reshape(x, [steps, D]), 0);

  function expectEqual(sequential: LSTMCell | RNNCell, cell: TreeCell<TensorTree> & Module): void {
    randomized(sequential);
    cell.loadStateDict(sequential.stateDict());
    const inTime = (): Tensor => flip(unroll<TensorTree>(sequential, x).outputs, 1);
    const inTree = (): Tensor => {
      const { h } = unrollTree(cell, trees, { x: upwards }).states as { h: Tensor };
      return reshape(h, [1, steps, H]);
    };
    compare('all states', inTree(), inTime(), 1e-14);
    compare(
      'the root',
      unrollTree(cell, trees, { x: upwards }).roots,
      unroll<TensorTree>(sequential, x).finalState,
      1e-14,
    );
    const weights = drawn([1, steps, H], 3);
    const gradients = (module: Module, run: () => Tensor): TensorTree => {
      const loss = (values: { readonly [name: string]: Tensor }): Tensor =>
        sum(mul(withParameters(module, values, run), weights));
      return valueAndGrad(loss)(Object.fromEntries(module.namedParameters())).gradient;
    };
    compare('gradients', gradients(cell, inTree), gradients(sequential, inTime), 1e-13);
  }

  test('with one child, the child-sum tree-LSTM is the LSTM', () => {
    expectEqual(new LSTMCell(sizes), new ChildSumTreeLSTMCell(sizes));
  });

  test('of arity 1, the N-ary tree-LSTM is the LSTM', () => {
    expectEqual(new LSTMCell(sizes), new NaryTreeLSTMCell({ ...sizes, arity: 1 }));
  });

  test('of arity 1, the recursive cell is the RNN, with either activation', () => {
    for (const activation of ['tanh', 'relu'] as const) {
      expectEqual(new RNNCell({ ...sizes, activation }), new RecursiveCell({ ...sizes, arity: 1, activation }));
    }
  });

  test('they start alike', () => {
    const options = { ...sizes, rng: new Rng(5) };
    const expected = new LSTMCell(options).stateDict();
    const alike = [ChildSumTreeLSTMCell, NaryTreeLSTMCell].map((Cell) =>
      new Cell({ ...sizes, rng: new Rng(5), ...(Cell === NaryTreeLSTMCell ? { arity: 1 } : {}) } as never).stateDict(),
    );
    for (const dictionary of alike) expect(dictionary).toEqual(expected);
  });
});

describe('the order of siblings', () => {
  const mirrored = (tree: Tree): Tree => ({ ...tree, children: tree.children.map(mirrored).reverse() });
  const numbers = { inputSize: VOCABULARY, hiddenSize: H, dtype: 'float64' } as const;

  test('does not matter to the child-sum tree-LSTM', () => {
    const cell = randomized(new ChildSumTreeLSTMCell(numbers));
    fc.assert(
      fc.property(anyForest, (trees) => {
        compare('roots', unrollTree(cell, trees.map(mirrored)).roots, unrollTree(cell, trees).roots, 1e-12);
      }),
    );
  });

  test('matters to cells that know their children by place', () => {
    for (const cell of [
      new NaryTreeLSTMCell({ ...numbers, arity: 2 }),
      new RecursiveCell({ ...numbers, arity: 2 }),
    ] as const) {
      randomized(cell);
      const tree = { token: 0, children: [leaf(1), leaf(2)] };
      const [there, back] = [tree, mirrored(tree)].map((one) => {
        return unrollTree<{ readonly h: Tensor }>(cell, [one]).roots.h;
      }) as [Tensor, Tensor];
      expect(norm(sub(there, back)).item()).toBeGreaterThan(0.01);
    }
  });
});

test('float32 agrees with float64', () => {
  const [exact, single] = (['float64', 'float32'] as const).map(
    (dtype) => new NaryTreeLSTMCell({ ...sizes, inputSize: VOCABULARY, arity: ARITY, rng: new Rng(1), dtype }),
  ) as [NaryTreeLSTMCell, NaryTreeLSTMCell];
  const trees = [chain([0, 1, 2, 1]), { token: 1, children: [leaf(2), chain([0, 1]), leaf(1)] }];
  const [wanted, given] = [exact, single].map((cell) => unrollTree(cell, trees).states.h) as [Tensor, Tensor];
  expect([wanted.dtype, given.dtype]).toEqual(['float64', 'float32']);
  compare('float32', cast(given, 'float64'), wanted, 1e-6);
});

test('bad options are refused', () => {
  expect(() => new NaryTreeLSTMCell({ ...sizes, arity: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new NaryTreeLSTMCell: arity is 0; it must be a whole number of at least 1. Correct arity.]`,
  );
  expect(() => new RecursiveCell({ ...sizes, arity: 1.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RecursiveCell: arity is 1.5; it must be a whole number of at least 1. Correct arity.]`,
  );
  const misspelt = { ...sizes, arity: 2 };
  expect(() => new ChildSumTreeLSTMCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ChildSumTreeLSTMCell: unknown option 'arity'; the options are inputSize, hiddenSize, rng, dtype. Correct the name, or leave it out.]`,
  );
  expect(() => new NaryTreeLSTMCell({ ...misspelt, activation: 'relu' } as never)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new NaryTreeLSTMCell: unknown option 'activation'; the options are inputSize, hiddenSize, arity, rng, dtype. Correct the name, or leave it out.]`,
  );
});

test('states that do not fit are refused', () => {
  const cell = new ChildSumTreeLSTMCell(sizes);
  const zero = zeros([2, H], { dtype: 'float64' });
  const int32 = (values: number[]): Tensor => tensor(values, { dtype: 'int32' });
  const children = { nodes: 1, parents: int32([0, 0]), places: int32([0, 1]), most: 2 };
  const p = cell.project(drawn([1, D], 1));
  expect(cell.inner(p, { ...children, states: { h: zero, c: zero } }).h.shape).toEqual([1, H]);
  const wide = zeros([2, H + 1], { dtype: 'float64' });
  expect(() => cell.inner(p, { ...children, states: { h: zero, c: wide } })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ChildSumTreeLSTMCell: state.c does not fit. c is [2, 4]; with a batch of 2 it must be [2, 3]. Pass a state of this cell for this batch.]`,
  );
  expect(() => cell.project(drawn([1, D + 1], 1))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ChildSumTreeLSTMCell: the input does not fit. x is [1, 3]; a step takes [N, 2]. Check inputSize.]`,
  );
});
