/** From a recording to its graph, unrolled or folded over time. */
import type { Scope } from '../tape/engine.js';
import type { Recording } from '../tape/recording.js';
import { type Entry, readEntries } from './entries.js';
import { foldTime } from './fold.js';
import type { Graph, GraphEdge, GraphNode, GraphScope } from './graph.js';
import { findTurns, type Turn } from './turns.js';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The graph of a recording; with `collapseTime`, the steps of each loop as one. */
export function graphOf(recording: Recording, collapseTime: boolean): Graph {
  const entries = readEntries(recording);
  const turnOf = findTurns(entries.map(({ scope }) => scope));
  const firsts = collapseTime ? foldTime(entries, turnOf) : entries.map((_, i) => i);

  const scopes = new Map<object, GraphScope>();
  const scopeId = (scope: Scope | null): string | null => {
    if (scope === null) return null;
    const key = collapseTime ? turnOf(scope).place : scope;
    const known = scopes.get(key);
    if (known !== undefined) return known.id;
    const outer = scopeId(scope.outer);
    const { name, step = null } = scope;
    const id = `s${scopes.size}`;
    scopes.set(key, { id, name, step: collapseTime && step !== null ? 'every' : step, outer });
    return id;
  };

  const nodes = new Map<number, Writable<GraphNode>>();
  for (const [i, { kind, label, shape, dtype, scope }] of entries.entries()) {
    const first = firsts[i] as number;
    const node = nodes.get(first) ?? { id: `n${nodes.size}`, kind, label, shape, dtype, scope: scopeId(scope) };
    nodes.set(first, node);
    // A number that is another one in each step; a loss that the last step completes.
    if (node.label !== label) node.label = kind;
    if (kind === 'loss') node.kind = kind;
  }
  const nodeId = (entry: number): string => (nodes.get(firsts[entry] as number) as GraphNode).id;
  const edges = edgesOf(entries, nodeId, turnOf, collapseTime);
  return { nodes: [...nodes.values()], edges, scopes: [...scopes.values()] };
}

function edgesOf(
  entries: readonly Entry[],
  nodeId: (entry: number) => string,
  turnOf: (scope: Scope) => Turn,
  collapseTime: boolean,
): GraphEdge[] {
  const edges = new Map<string, Writable<GraphEdge>>();
  for (const [i, { reads, scope }] of entries.entries()) {
    const times = new Map<number, number>();
    for (const [input, read] of reads.entries()) {
      const source = (entries[read] as Entry).scope;
      const delay = delayBetween(source, scope, turnOf);
      const step = innermostStep(scope) ?? innermostStep(source);
      const only = collapseTime && delay === 0 && step !== null ? endOfLoop(turnOf(step)) : null;
      // mul(x, x) has two edges from x; a stack of T steps, folded, has one.
      const time = times.get(read) ?? 0;
      times.set(read, time + 1);
      const [from, to] = [nodeId(read), nodeId(i)];
      const key = `${from} ${to} ${delay} ${time}`;
      const edge = edges.get(key) ?? { from, to, input, delay, only };
      edges.set(key, edge);
      if (edge.only !== only) edge.only = null;
    }
  }
  return [...edges.values()];
}

/** How many steps lie between two scopes, in the outermost loop of which they are different turns; 0 where there is none. */
function delayBetween(from: Scope | null, to: Scope | null, turnOf: (scope: Scope) => Turn): number {
  const [before, after] = [scopesAround(from), scopesAround(to)];
  const level = before.findIndex((scope, i) => scope !== after[i]);
  const [a, b] = [before[level], after[level]];
  if (a?.step === undefined || b?.step === undefined || turnOf(a).place !== turnOf(b).place) return 0;
  return b.step - a.step;
}

/** The scope and those around it, the outermost first. */
function scopesAround(scope: Scope | null): Scope[] {
  const around: Scope[] = [];
  for (let at = scope; at !== null; at = at.outer) around.unshift(at);
  return around;
}

function innermostStep(scope: Scope | null): Scope | null {
  let at = scope;
  while (at !== null && at.step === undefined) at = at.outer;
  return at;
}

/** Null for a turn in between, and for the only one. */
function endOfLoop({ isFirst, isLast }: Turn): 'first' | 'last' | null {
  if (isFirst === isLast) return null;
  return isFirst ? 'first' : 'last';
}
