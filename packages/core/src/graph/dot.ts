/** A graph in the language of Graphviz. */
import { COLOURS, DELAY_COLOUR, edgeText, isFolded, nodeText, outline, scopeText } from './drawing.js';
import type { Graph, GraphEdge, GraphNode, GraphNodeKind, GraphScope } from './graph.js';

const SHAPES: Readonly<Record<GraphNodeKind, string>> = {
  parameter: 'shape=box, style="filled,rounded"',
  input: 'shape=box, style="filled,rounded"',
  constant: 'shape=plaintext, width=0, height=0, margin=0.04',
  operation: 'shape=box, style=filled',
  view: 'shape=box, style="filled,dashed", fontsize=9, height=0, margin="0.1,0.03"',
  loss: 'shape=box, style="filled,bold"',
};

/** A text that `dot -Tsvg` draws: inputs at the bottom, the loss at the top, unrolled steps beside each other. */
export function toDot(graph: Graph): string {
  const folded = isFolded(graph);
  const inputs = new Set(
    graph.nodes.filter(({ kind }) => kind === 'parameter' || kind === 'input').map(({ id }) => id),
  );
  const scoped = new Set(graph.nodes.filter(({ scope }) => scope !== null).map(({ id }) => id));
  const formatEdge = (edge: GraphEdge): string => {
    if (edge.delay !== 0) return formatDelay(edge, folded);
    return formatRead(edge, inputs.has(edge.from) && scoped.has(edge.to));
  };
  return `${[
    'digraph {',
    `  graph [rankdir=BT, nodesep=0.3, ranksep=0.35, ${FONT}, fontsize=11]`,
    `  node [height=0.4, margin="0.2,0.06", ${FONT}, fontsize=11]`,
    `  edge [color="#4a5563", arrowsize=0.7, ${FONT}, fontsize=10]`,
    ...outline(graph, { node: formatNode, open: openScope, close: '}' }),
    ...graph.edges.map((edge) => `  ${formatEdge(edge)}`),
    '}',
  ].join('\n')}\n`;
}

const FONT = 'fontname="Helvetica,Arial,sans-serif"';

function formatNode(node: GraphNode): string {
  const { fill, line } = COLOURS[node.kind];
  return `${node.id} [label=${quote(nodeText(node))}, ${SHAPES[node.kind]}, fillcolor="${fill}", color="${line}"]`;
}

function openScope(scope: GraphScope): string {
  const place = 'labelloc=b; labeljust=l; margin=12'; // b is the top of what grows upwards
  const look = 'style="filled,rounded"; color="#c3c9d0"; fillcolor="#f4f5f7"';
  return `subgraph cluster_${scope.id} { label=${quote([`  ${scopeText(scope)}  `])}; ${place}; ${look}`;
}

function formatRead(edge: GraphEdge, enters: boolean): string {
  const text = edgeText(edge);
  // What comes from outside lies below the scope that reads it, not beside.
  const attributes = [...(text === '' ? [] : [`label=${quote([`  ${text}`])}`]), ...(enters ? ['minlen=2'] : [])];
  return `${edge.from} -> ${edge.to}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`}`;
}

/** Written from its end to its beginning: the result of a step lies above what the next step does with it. */
function formatDelay(edge: GraphEdge, folded: boolean): string {
  const colour = `color="${DELAY_COLOUR}"`;
  if (!folded) return `${edge.to} -> ${edge.from} [dir=back, ${colour}]`;
  // A loop along the right side; the square is the sign of figure 10.2 for a delay.
  const label = `label=${quote([`  ${edgeText(edge)}`])}, fontcolor="${DELAY_COLOUR}"`;
  return `${edge.to}:e -> ${edge.from}:e [dir=both, arrowhead=box, ${label}, ${colour}]`;
}

/** Lines as one string of Graphviz, which reads backslashes and entities in it. */
function quote(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line
      .replaceAll('&', '&amp;')
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"')
      .replaceAll(/\r?\n|\r/g, ' '),
  );
  return `"${escaped.join('\\n')}"`;
}
