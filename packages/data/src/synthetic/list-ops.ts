/** ListOps: nested operations on digits, whose value depends on how they nest. */
import { checkSize, type Tensor, tensor, ValueError } from '@unroll/core';
import { padSequences } from '../pad-sequences.js';
import { drawExamples } from './draw-examples.js';
import { checkSynthetic, type DistinctOptions } from './options.js';

/** Options of {@link listOps}. */
export interface ListOpsOptions extends DistinctOptions {
  /** How deep operations nest at most; 5 unless given. */
  readonly depth?: number;
  /** The probability that an argument is an operation, where the depth allows; 0.25 unless given. */
  readonly nesting?: number;
}

/** A digit, or an operation and its arguments. */
export interface ListOpsTree {
  /** Id in {@link LIST_OPS_TOKENS}. */
  readonly token: number;
  /** 0 to 9. */
  readonly value: number;
  /** None for a digit. */
  readonly children: readonly ListOpsTree[];
}

/** Expressions as trees and as sequences, and their values. */
export interface ListOps {
  /** As text: `[MAX 2 9 [MIN 4 7 ] 0 ]`. */
  readonly expressions: readonly string[];
  readonly trees: readonly ListOpsTree[];
  /** int32 `[N, T]`: ids in {@link LIST_OPS_TOKENS}, then 0 in the padding. */
  readonly x: Tensor;
  /** int32 `[N]`: tokens of each expression. */
  readonly lengths: Tensor;
  /** int32 `[N]`: values, 0 to 9. */
  readonly y: Tensor;
}

/** Digits, whose ids are their values, operations, and the end of an operation; id `i` is the i-th. */
export const LIST_OPS_TOKENS: readonly string[] = [
  ...Array.from({ length: 10 }, (_, digit) => String(digit)),
  '[MAX',
  '[MIN',
  '[MED',
  '[SM',
  ']',
];

/** How often who always says 0, the most frequent value, is right; with the default options and without `distinct`. */
export const LIST_OPS_BASELINE: number = 0.10816;

const FIRST_OPERATION = 10;
const END = LIST_OPS_TOKENS.length - 1;
/** What the operations do, in the order of their tokens. */
const OPERATIONS: readonly ((values: readonly number[]) => number)[] = [
  (values) => Math.max(...values),
  (values) => Math.min(...values),
  median,
  (values) => values.reduce((sum, value) => sum + value, 0) % 10,
];
const LEAST_ARGUMENTS = 2;
const MOST_ARGUMENTS = 5;

/**
 * Expressions of MAX, MIN, MED (the median; of an even number of values the mean of the middle two, rounded down) and
 * SM (the sum modulo 10) over digits. The outermost is an operation, each operation equally likely; each has 2 to 5
 * arguments, each of which is an operation with probability `nesting`, else an even draw from the digits.
 *
 * Shapes: x `[count, T]` with ids below 15, lengths and y `[count]`.
 * Errors: `ValueError` for options that are unknown or wrong, or more distinct expressions than can be found.
 * Differs: from the published data, where depth 20 is allowed, no expression occurs twice (`distinct`) and brackets
 * show a binary tree; here a node has all its arguments as children.
 * @source N. Nangia, S. R. Bowman, "ListOps: a diagnostic dataset for latent tree learning", NAACL Student Research
 * Workshop 2018
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { expressions, trees, y } = synthetic.listOps({ count: 1, depth: 2, rng: new Rng(12) });
 * expressions; // ['[MED 7 [MED 7 6 ] ]']
 * trees[0]?.children.length; // 2
 * y.toArray(); // [6]
 * ```
 */
export function listOps(options: ListOpsOptions): ListOps {
  const op = 'synthetic.listOps';
  checkSynthetic(op, options, ['distinct', 'depth', 'nesting']);
  const { depth = 5, nesting = 0.25, rng } = options;
  checkSize(op, 'depth', depth);
  checkNesting(op, nesting);

  const operation = (level: number): ListOpsTree => {
    const kind = rng.integer(OPERATIONS.length);
    const count = LEAST_ARGUMENTS + rng.integer(MOST_ARGUMENTS - LEAST_ARGUMENTS + 1);
    const children = Array.from({ length: count }, () =>
      level < depth && rng.uniform() < nesting ? operation(level + 1) : digit(),
    );
    const apply = OPERATIONS[kind] as (values: readonly number[]) => number;
    return { token: FIRST_OPERATION + kind, value: apply(children.map(({ value }) => value)), children };
  };
  const digit = (): ListOpsTree => {
    const value = rng.integer(10);
    return { token: value, value, children: [] };
  };

  const trees = drawExamples(op, options, () => operation(1), textOf);
  const { values: x, lengths } = padSequences(trees.map((tree) => Int32Array.from(tokensOf(tree))));
  const y = tensor(Int32Array.from(trees, ({ value }) => value));
  return { expressions: trees.map(textOf), trees, x, lengths, y };
}

function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  const middle = ordered.length / 2;
  const [low, high] = [Math.ceil(middle) - 1, Math.floor(middle)]; // the same place where the count is odd
  return Math.floor(((ordered[low] as number) + (ordered[high] as number)) / 2);
}

function tokensOf({ token, children }: ListOpsTree): number[] {
  return children.length === 0 ? [token] : [token, ...children.flatMap(tokensOf), END];
}

function textOf(tree: ListOpsTree): string {
  return tokensOf(tree)
    .map((token) => LIST_OPS_TOKENS[token])
    .join(' ');
}

function checkNesting(op: string, nesting: number): void {
  if (nesting >= 0 && nesting < 1) return;
  throw new ValueError({
    op,
    what: `nesting is ${nesting}`,
    rule: 'it is a probability, from 0 up to, not including, 1',
    mend: 'Correct nesting',
  });
}
