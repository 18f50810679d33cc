/** An expression: a tree of tokens, and the line of the same tokens that a sequential network reads. */
import type { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';

/** A digit; an operation over its arguments; or the bracket that closes an operation, and stands above it. */
export interface Expression {
  /** Id in `synthetic.LIST_OPS_TOKENS`. */
  readonly token: number;
  /** What it is worth, 0 to 9; an operation as much as the bracket above it. */
  readonly value: number;
  readonly children: readonly Expression[];
}

const CLOSE = synthetic.LIST_OPS_TOKENS.indexOf(']');

/** Different expressions, each at most `depth` operations deep. */
export function drawExpressions(count: number, depth: number, rng: Rng): Expression[] {
  return synthetic.listOps({ count, depth, distinct: true, rng }).trees.map(closed);
}

function closed({ token, value, children }: synthetic.ListOpsTree): Expression {
  if (children.length === 0) return { token, value, children };
  return { token: CLOSE, value, children: [{ token, value, children: children.map(closed) }] };
}

/** Whether nobody who reads from left to right can know yet what it is worth. */
export function isOpen({ token, children }: Expression): boolean {
  return children.length > 0 && token !== CLOSE;
}

/** All nodes in the order in which they are written: `[MAX 2 9 ]` begins with MAX and ends with the root. */
export function inLine(root: Expression): Expression[] {
  const line: Expression[] = [];
  const write = (node: Expression): void => {
    const [operation] = node.children;
    if (operation !== undefined) line.push(operation);
    operation?.children.forEach(write);
    line.push(node);
  };
  write(root);
  return line;
}

/** How many operations stand inside of each other. */
export function depthOf({ token, children }: Expression): number {
  return Number(token === CLOSE) + Math.max(0, ...children.map(depthOf));
}
