/** What drawings in every language have in common: texts, colours, and scopes around nodes. */
import { formatShape } from '../errors.js';
import { formatScope } from '../tape/scope.js';
import type { Graph, GraphEdge, GraphNode, GraphNodeKind, GraphScope } from './graph.js';

/** How nodes of a kind are coloured; text on them is dark. */
interface Colours {
  readonly fill: string;
  readonly line: string;
}

export const COLOURS: Readonly<Record<GraphNodeKind, Colours>> = {
  parameter: { fill: '#ffe8b8', line: '#b7791f' },
  input: { fill: '#d8e9fb', line: '#2b6cb0' },
  constant: { fill: '#ffffff', line: '#9aa3ad' },
  operation: { fill: '#ffffff', line: '#4a5563' },
  view: { fill: '#ffffff', line: '#9aa3ad' },
  loss: { fill: '#fbd5d0', line: '#b42318' },
};
/** Of edges that reach another step. */
export const DELAY_COLOUR = '#7c3aed';

/** The lines of a node's text. Of dtypes only indices are worth a word. */
export function nodeText({ kind, label, shape, dtype }: GraphNode): string[] {
  if (kind === 'constant') return [label];
  if (kind === 'loss') return ['loss', label];
  return [label, dtype === 'int32' ? `int32 ${formatShape(shape)}` : formatShape(shape)];
}

/** `LSTMCell.step, t = 17`; of all its steps `LSTMCell.step, every t`. */
export function scopeText({ name, step }: GraphScope): string {
  return step === 'every' ? `${name}, every t` : formatScope({ name, step: step ?? undefined, outer: null });
}

/** Whether some node stands for several steps, so that edges must say which they mean. */
export function isFolded({ scopes }: Graph): boolean {
  return scopes.some(({ step }) => step === 'every');
}

/** `t−1` where the value of the step before is read, `first step` where no other step does it; mostly nothing. */
export function edgeText({ delay, only }: GraphEdge): string {
  if (delay === 0) return only === null ? '' : `${only} step`;
  return delay > 0 ? `t−${delay}` : `t+${-delay}`;
}

/** Lines for all nodes, each between the lines that open and close the scopes that it stands in. */
export function outline(
  { nodes, scopes }: Graph,
  write: {
    readonly node: (node: GraphNode) => string;
    readonly open: (scope: GraphScope) => string;
    readonly close: string;
  },
): string[] {
  const inside = new Map<string | null, { readonly nodes: GraphNode[]; readonly scopes: GraphScope[] }>();
  for (const id of [null, ...scopes.map((scope) => scope.id)]) inside.set(id, { nodes: [], scopes: [] });
  for (const node of nodes) inside.get(node.scope)?.nodes.push(node);
  for (const scope of scopes) inside.get(scope.outer)?.scopes.push(scope);
  const lines: string[] = [];
  const visit = (id: string | null, indent: string): void => {
    for (const node of inside.get(id)?.nodes ?? []) lines.push(`${indent}${write.node(node)}`);
    for (const scope of inside.get(id)?.scopes ?? []) {
      lines.push(`${indent}${write.open(scope)}`);
      visit(scope.id, `${indent}  `);
      lines.push(`${indent}${write.close}`);
    }
  };
  visit(null, '  ');
  return lines;
}
