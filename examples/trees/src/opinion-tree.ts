/** An expression as a picture: what a reader holds each part of it to be worth. */
import * as synthetic from '@unroll/data/synthetic';
import type { TreeNode } from '@unroll/viz';
import type { Expression } from './expression.js';
import type { Opinion } from './learn.js';

/** Operations with the opinions about them, framed where these are wrong. */
export function opinionTree(node: Expression, opinions: ReadonlyMap<Expression, Opinion>): TreeNode {
  const [operation] = node.children;
  if (operation === undefined) return { name: String(node.value), children: [] };
  const { value = Number.NaN, probability = 0 } = opinions.get(node) ?? {};
  const wrong = value !== node.value;
  return {
    name: synthetic.LIST_OPS_TOKENS[operation.token]?.slice(1) ?? '',
    note: wrong ? `${value}, not ${node.value}` : String(value),
    value: probability,
    marked: wrong,
    children: operation.children.map((child) => opinionTree(child, opinions)),
  };
}
