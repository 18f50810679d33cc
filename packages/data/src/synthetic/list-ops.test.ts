import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { expectFrequencies } from './statistics.fixture.js';

/** What an expression is worth, by a stack that knows nothing of trees. */
function evaluate(expression: string): number {
  const stack: (number | string)[] = [];
  for (const token of expression.split(' ')) {
    if (token !== ']') {
      stack.push(token.startsWith('[') ? token : Number(token));
      continue;
    }
    const start = stack.findLastIndex((entry) => typeof entry === 'string');
    const [name, ...values] = stack.splice(start);
    stack.push(apply(String(name).slice(1), values.map(Number)));
  }
  expect(stack).toHaveLength(1);
  return Number(stack[0]);
}

function apply(name: string, values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  const at = (place: number): number => ordered[place] ?? Number.NaN;
  if (name === 'MIN') return at(0);
  if (name === 'MAX') return at(ordered.length - 1);
  if (name === 'SM') return Number(String(values.reduce((sum, value) => sum + value)).slice(-1));
  expect(name).toBe('MED');
  if (ordered.length % 2 === 1) return at((ordered.length - 1) / 2);
  return Math.trunc((at(ordered.length / 2 - 1) + at(ordered.length / 2)) / 2);
}

const nestingOf = (expression: string): number => {
  let [now, most] = [0, 0];
  for (const token of expression.split(' ')) {
    if (token.startsWith('[')) now += 1;
    if (token === ']') now -= 1;
    most = Math.max(most, now);
  }
  return most;
};

test('text, tokens, tree and value say the same', () => {
  const { expressions, x, lengths, y, trees } = synthetic.listOps({
    count: 1_000,
    nesting: 0.4,
    depth: 4,
    rng: new Rng(1),
  });
  const ids = x.toArray() as number[][];
  const spelled = ids.map((row, n) =>
    row
      .slice(0, lengths.data[n])
      .map((id) => synthetic.LIST_OPS_TOKENS[id])
      .join(' '),
  );
  expect(spelled).toEqual(expressions);
  expect(ids.every((row, n) => row.slice(lengths.data[n]).every((id) => id === 0))).toBe(true);
  expect(y.toArray()).toEqual(expressions.map(evaluate));
  const write = ({ token, value, children }: synthetic.ListOpsTree): string => {
    const own = synthetic.LIST_OPS_TOKENS[token] ?? '';
    if (children.length === 0) return own;
    const text = `${own} ${children.map(write).join(' ')} ]`;
    expect(value).toBe(evaluate(text));
    return text;
  };
  expect(trees.map(write)).toEqual(expressions);
  expect([x.dtype, lengths.dtype, y.dtype]).toEqual(['int32', 'int32', 'int32']);
});

test('operations nest up to the limit and have 2 to 5 arguments', () => {
  for (const depth of [1, 3, 5]) {
    const { expressions, trees } = synthetic.listOps({ count: 2_000, depth, nesting: 0.4, rng: new Rng(depth) });
    expect(Math.max(...expressions.map(nestingOf))).toBe(depth);
    const arguments_ = new Set<number>();
    const visit = ({ children }: synthetic.ListOpsTree): void => {
      arguments_.add(children.length);
      children.forEach(visit);
    };
    trees.forEach(visit);
    expect([...arguments_].sort()).toEqual([0, 2, 3, 4, 5]);
  }
});

/** The exact distribution of values, by going through all lists of up to 5 arguments at each depth. */
function distribution(depth: number, nesting: number): number[] {
  const lists: number[][] = [];
  const extend = (values: readonly number[]): void => {
    for (let value = 0; value < 10; value++) {
      const list = [...values, value];
      if (list.length >= 2) lists.push(list);
      if (list.length < 5) extend(list);
    }
  };
  extend([]);
  const results = lists.map((values) => ['MAX', 'MIN', 'MED', 'SM'].map((name) => apply(name, values)));
  const even = new Array<number>(10).fill(1 / 10);
  let inner = even;
  for (let level = depth; level >= 1; level--) {
    const nested = level === depth ? 0 : nesting;
    const argument = even.map((p, value) => (1 - nested) * p + nested * (inner[value] ?? 0));
    const outer = new Array<number>(10).fill(0);
    lists.forEach((values, i) => {
      // Each operation and each number of arguments has probability 1/4.
      const probability = values.reduce((product, value) => product * (argument[value] ?? 0), 1 / 16);
      for (const result of results[i] ?? []) outer[result] = (outer[result] ?? 0) + probability;
    });
    inner = outer;
  }
  return inner;
}

test('values are distributed as the grammar says, and the most frequent one is the baseline', () => {
  const exact = distribution(5, 0.25);
  expect(exact.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
  const { y } = synthetic.listOps({ count: 20_000, rng: new Rng(2) });
  expectFrequencies(Array.from(y.data), exact);
  expect(Math.max(...exact)).toBeCloseTo(synthetic.LIST_OPS_BASELINE, 5);
  expect(exact.indexOf(Math.max(...exact))).toBe(0);
});

test('distinct expressions are distinct', () => {
  const { expressions } = synthetic.listOps({ count: 5_000, distinct: true, rng: new Rng(3) });
  expect(new Set(expressions).size).toBe(5_000);
  const repeating = synthetic.listOps({ count: 5_000, rng: new Rng(3) });
  expect(new Set(repeating.expressions).size).toBeLessThan(5_000);
});

test('samples', () => {
  const { expressions, y } = synthetic.listOps({ count: 6, rng: new Rng(1) });
  expect(expressions.map((expression, n) => `${expression} = ${y.data[n]}`)).toMatchInlineSnapshot(`
    [
      "[SM [SM [MED 8 [MIN 0 7 8 9 ] 8 [MED 9 3 [SM 5 2 9 7 ] ] [MED 6 6 2 ] ] 9 5 2 8 ] 4 8 1 ] = 3",
      "[MAX 2 [MIN 0 0 2 [SM 1 4 1 3 ] 4 ] [SM 2 0 ] ] = 2",
      "[MIN 6 9 [MIN 8 3 9 ] [MED 1 3 3 [SM 7 7 6 4 ] 4 ] [MAX [MAX 7 8 3 ] 2 4 ] ] = 3",
      "[SM 5 4 3 ] = 2",
      "[SM [MED 4 [SM [SM 5 2 8 0 2 ] 1 [MED 3 1 ] ] 5 1 ] 2 5 4 ] = 3",
      "[SM 9 [MIN [MAX 6 4 6 3 3 ] 8 1 ] 0 5 0 ] = 5",
    ]
  `);
});

test('bad input is refused', () => {
  const rng = new Rng(1);
  expect(() => synthetic.listOps({ count: 1, depth: 0, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.listOps: depth is 0; it must be a whole number of at least 1. Correct depth.]`,
  );
  expect(() => synthetic.listOps({ count: 1, nesting: 1, rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.listOps: nesting is 1; it is a probability, from 0 up to, not including, 1. Correct nesting.]`,
  );
});
