/** What the tests of graphs share: named parameters, and graphs as lists of short texts. */
import { exportGraph, type Graph, Parameter, type Tape, type Tensor } from '../index.js';

export function parameter(name: string, values: Tensor): Parameter {
  const p = new Parameter(values);
  p.name = name;
  return p;
}

export function graphOf(tape: Tape, collapseTime = false): Graph {
  return exportGraph(tape, { format: 'json', collapseTime });
}

/** `mul#2 -> tanh#3,delay 1`: labels with the numbers of the nodes, and whatever marks the edge. */
export function edgesOf({ nodes, edges }: Graph): string[] {
  const name = (id: string): string => nodes.find((node) => node.id === id)?.label + id.replace('n', '#');
  return edges.map(({ from, to, delay, only }) =>
    [
      `${name(from)} -> ${name(to)}`,
      ...(delay === 0 ? [] : [`delay ${delay}`]),
      ...(only === null ? [] : [only]),
    ].join(),
  );
}

/** `operation mul`. */
export function labelsOf({ nodes }: Graph): string[] {
  return nodes.map(({ kind, label }) => `${kind} ${label}`);
}
