/** A graph in the language of Mermaid, which Markdown pages draw. */
import { COLOURS, DELAY_COLOUR, edgeText, isFolded, nodeText, outline, scopeText } from './drawing.js';
import type { Graph, GraphEdge, GraphNode, GraphNodeKind, GraphScope } from './graph.js';

/** What stands before and after the text of a node. */
const BRACKETS: Readonly<Record<GraphNodeKind, readonly [string, string]>> = {
  parameter: ['(', ')'],
  input: ['(', ')'],
  constant: ['(', ')'],
  operation: ['[', ']'],
  view: ['[', ']'],
  loss: ['[[', ']]'],
};

/** A text for a code block of the language `mermaid`. */
export function toMermaid(graph: Graph): string {
  const { nodes, edges, scopes } = graph;
  const folded = isFolded(graph);
  const delayed = edges.flatMap(({ delay }, i) => (delay === 0 ? [] : [i]));
  const lines = [
    'flowchart BT',
    ...outline(graph, { node: formatNode, open: openScope, close: 'end' }),
    ...edges.map((edge) => `  ${formatEdge(edge, folded)}`),
    ...[...new Set(nodes.map(({ kind }) => kind))].map((kind) => `  classDef ${kind} ${formatStyle(kind)}`),
  ];
  if (scopes.length > 0) lines.push(`  classDef scope ${SCOPE_STYLE}`, `  class ${scopes.map(({ id }) => id)} scope`);
  if (delayed.length > 0) lines.push(`  linkStyle ${delayed} stroke:${DELAY_COLOUR},color:${DELAY_COLOUR}`);
  return `${lines.join('\n')}\n`;
}

const TEXT_STYLE = 'color:#1a202c';
const SCOPE_STYLE = `fill:#f4f5f7,stroke:#c3c9d0,${TEXT_STYLE}`;

function formatNode(node: GraphNode): string {
  const [open, close] = BRACKETS[node.kind];
  return `${node.id}${open}${quote(nodeText(node))}${close}:::${node.kind}`;
}

function openScope(scope: GraphScope): string {
  return `subgraph ${scope.id} [${quote([scopeText(scope)])}]`;
}

function formatEdge(edge: GraphEdge, folded: boolean): string {
  const { from, to, delay } = edge;
  const text = delay !== 0 && !folded ? '' : edgeText(edge);
  return `${from} ${delay === 0 ? '-->' : '-.->'}${text === '' ? '' : `|${quote([text])}|`} ${to}`;
}

function formatStyle(kind: GraphNodeKind): string {
  const { fill, line } = COLOURS[kind];
  return `fill:${fill},stroke:${line},${TEXT_STYLE}${kind === 'view' ? ',stroke-dasharray:3' : ''}`;
}

/** Lines as one string of Mermaid. Whatever it, HTML or Markdown could take for its own is written as a character code. */
function quote(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line.replaceAll(/[^A-Za-z0-9 ,=−.[\]]|\.(?= )/gu, (character) => `#${character.codePointAt(0)};`),
  );
  return `"${escaped.join('<br/>')}"`;
}
