import { tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';

const legal = tensor([
  [1, 1, 0],
  [0, 1, 0],
  [1, 1, 1],
  [0, 0, 0],
]);
const score = (rows: number[][], options?: synthetic.PredictsLegalOptions): unknown =>
  synthetic.predictsLegal(tensor(rows), legal, options).toArray();

test('legal symbols must rank first', () => {
  const same = [-1, -1, -1];
  expect(score([[0.2, 5, 0.1], [-3, -2, -2.5], same, same])).toEqual([1, 1, 1, 0]);
  expect(score([[0.2, 5, 0.2], [-3, -2, -2], same, same])).toEqual([0, 0, 1, 0]); // a tie tells nothing
});

test('with a threshold they must be those above it', () => {
  const rows = [
    [1, 2, 0],
    [0, 0, 0],
    [1, 1, 0],
    [-1, -1, -1],
  ];
  expect(score(rows, { threshold: 0 })).toEqual([1, 0, 0, 0]);
  expect(
    score(
      [
        [1, 2, 0.1],
        [-1, 0.1, 0],
        [1, 1, 1],
        [-1, -1, -1],
      ],
      { threshold: 0 },
    ),
  ).toEqual([0, 1, 1, 0]);
});

test('NaN is never right', () => {
  const n = Number.NaN;
  expect(
    score([
      [n, 5, 0],
      [0, 1, n],
      [1, n, 1],
      [n, n, n],
    ]),
  ).toEqual([0, 0, 0, 0]);
  expect(
    score(
      [
        [n, 5, 0],
        [0, 1, n],
        [1, n, 1],
        [n, n, n],
      ],
      { threshold: 0.5 },
    ),
  ).toEqual([0, 0, 0, 0]);
});

test('bad input is refused', () => {
  expect(() => synthetic.predictsLegal(zeros([2, 3]), zeros([2, 4]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: synthetic.predictsLegal: there is not one score for each symbol. scores is [2, 3], legal is [2, 4]; both are [..., V]. Reshape one of them.]`,
  );
  expect(() => synthetic.predictsLegal(tensor(1), tensor(1))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: synthetic.predictsLegal: there is not one score for each symbol. scores is [], legal is []; both are [..., V]. Reshape one of them.]`,
  );
  const misspelt: object = { limit: 0 };
  expect(() => synthetic.predictsLegal(legal, legal, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.predictsLegal: unknown option 'limit'; the options are threshold. Correct the name, or leave it out.]`,
  );
});
