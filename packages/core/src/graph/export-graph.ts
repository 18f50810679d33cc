/** The computational graph of a recording, as the lectures draw it. */
import { checkOptions, ValueError } from '../errors.js';
import type { Tape } from '../tape/tape.js';
import { graphOf } from './assemble.js';
import { toDot } from './dot.js';
import type { Graph } from './graph.js';
import { toMermaid } from './mermaid.js';

/** What `exportGraph` writes: the language of Graphviz, that of Mermaid, or plain data for a program of your own. */
export type GraphFormat = 'dot' | 'mermaid' | 'json';

/** Options of {@link exportGraph}. */
export interface ExportGraphOptions {
  /** `'dot'` unless something else is said. */
  readonly format?: GraphFormat;
  /** Draws the steps of a loop over time as one, with edges to the step before. Every step is drawn unless it is said. */
  readonly collapseTime?: boolean;
}

/**
 * The computational graph of a tape's last recording. Each parameter is one node, however often it is used; operations
 * are drawn with the shape of their result, inside of the scopes that they ran in (`namedScope`; `unroll` makes one for
 * each step of a cell); what comes in from outside stands outside of all scopes. A `checkpoint` is one operation.
 *
 * With `collapseTime` the steps of one name whose numbers follow each other become one step. Their operations
 * correspond by order, where name, dtype and shape agree; what a step does differently (the first one may make its
 * state) stays a node of its own beside what it shares. Edges that reach another step are marked `t−1`, edges of the
 * first or last step alone as such. Only the steps are folded: what runs between them, outside of their scopes, is not.
 *
 * Errors: `TapeError` when the tape holds no recording; `ValueError` for an unknown format or option.
 * @source I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning", 2016, figures 10.2 and 10.3
 *
 * @example
 * ```ts
 * import { exportGraph, mul, namedScope, Parameter, square, Tape, tensor } from '@unroll/core';
 * const w = new Parameter(tensor(0.5));
 * const tape = new Tape();
 * tape.record(() => {
 *   let h = mul(w, 3);
 *   for (let t = 0; t < 10; t++) h = namedScope('decay', () => mul(h, w), t);
 *   return square(h);
 * });
 * const { nodes, edges } = exportGraph(tape, { format: 'json', collapseTime: true });
 * nodes.map(({ label }) => label); // ['parameter', '3', 'mul', 'mul', 'square']
 * edges.filter(({ delay }) => delay === 1).length; // 1
 * ```
 */
export function exportGraph(tape: Tape, options: ExportGraphOptions & { readonly format: 'json' }): Graph;
export function exportGraph(tape: Tape, options?: ExportGraphOptions & { readonly format?: 'dot' | 'mermaid' }): string;
export function exportGraph(tape: Tape, options: ExportGraphOptions): Graph | string;
export function exportGraph(tape: Tape, options: ExportGraphOptions = {}): Graph | string {
  checkOptions('exportGraph', options, ['format', 'collapseTime']);
  const { format = 'dot', collapseTime = false } = options;
  if (!Object.hasOwn(WRITERS, format)) {
    throw new ValueError({
      op: 'exportGraph',
      what: `format is '${String(format)}'`,
      rule: `the formats are ${Object.keys(WRITERS).join(', ')}`,
      mend: 'Pass one of them',
    });
  }
  return WRITERS[format](graphOf(tape.recorded('exportGraph'), collapseTime));
}

const WRITERS: Readonly<Record<GraphFormat, (graph: Graph) => Graph | string>> = {
  dot: toDot,
  mermaid: toMermaid,
  json: (graph) => graph,
};
