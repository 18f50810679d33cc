/** Operations that read numbers in another order or shape, take parts, and put parts together. */
import { type Amount, isFormula, minus, plus, sameAmount, times } from '../program/amount.js';
import type { Graph } from '../program/graph.js';
import type { Value } from '../program/program.js';
import { int, ints } from '../proto/parts.js';
import { type Call, type Forms, fixed, operand, sizeAt } from './form.js';

/** All axes whose sizes stay are named as such, so that at most one other is open in most programs. */
export function reshape(graph: Graph, name: string, from: Value, shape: readonly Amount[]): string {
  const stays = shape.map((size, axis) => from.shape[axis] !== undefined && sameAmount(size, sizeAt(from, axis)));
  const open = shape.map((size, axis) => (isFormula(size) && stays[axis] !== true ? axis : -1)).filter((i) => i >= 0);
  // 0 stands for the size that is there, and −1 for the one that the others leave.
  const short = shape.map((size, axis) => (stays[axis] === true && isFormula(size) ? 0 : isFormula(size) ? -1 : size));
  const isShort = open.length <= 1 && !shape.includes(0);
  if (isShort) return graph.node('Reshape', [name, graph.list(short as number[])]);
  return graph.node('Reshape', [name, graph.amounts(shape)], shape.includes(0) ? { allowzero: int(1) } : {});
}

/** A part of an axis; `end` may lie behind it. */
export function slice(graph: Graph, name: string, axis: number, start: Amount, end: Amount, step: Amount = 1): string {
  const bounds = [[start], [end], [axis], [step]].map((amount) => graph.amounts(amount));
  return graph.node('Slice', [name, ...bounds]);
}

interface Range {
  readonly axis: Amount;
  readonly start: Amount;
  readonly count: Amount;
  readonly step: Amount;
}

interface Place {
  readonly axis: Amount;
  readonly size: Amount;
  readonly start: Amount;
  readonly step: Amount;
  readonly value: Amount;
}

/** Before and behind an axis of a value of `rank` axes. */
function padAxis(
  call: Call,
  name: string,
  rank: number,
  axis: number,
  before: Amount,
  after: Amount,
  value: Amount,
): string {
  const { graph, result } = call;
  const pads = new Array<Amount>(2 * rank).fill(0);
  pads[axis] = before;
  pads[rank + axis] = after;
  return graph.node('Pad', [name, graph.amounts(pads), graph.number(fixed('pad', 'value', value), result.dtype)]);
}

export const views: Forms = {
  broadcastTo: ({ graph, names, attributes }) =>
    graph.node('Expand', [names[0] as string, graph.amounts(attributes as readonly Amount[])]),
  concat: ({ graph, names, attributes }) =>
    graph.node('Concat', names, { axis: int(fixed('concat', 'axis', attributes as Amount)) }),
  flip({ graph, names, attributes }) {
    const axes = (attributes as readonly Amount[]).map((axis) => fixed('flip', 'axis', axis));
    if (axes.length === 0) return names[0] as string;
    const backwards = [-1, Number.MIN_SAFE_INTEGER].map((bound) => graph.list(axes.map(() => bound)));
    return graph.node('Slice', [names[0] as string, ...backwards, graph.list(axes), graph.list(axes.map(() => -1))]);
  },
  pad(call) {
    const { axis: amount, size, start, step, value } = call.attributes as Place;
    const [name] = call.names as readonly [string];
    const axis = fixed('pad', 'axis', amount);
    const x = operand(call, 0);
    const count = sizeAt(x, axis);
    const after = minus(size, plus(start, count));
    if (step === 1) return padAxis(call, name, x.shape.length, axis, start, after, value);
    // Entries come apart as rows of a new axis, all but the first of each filled; then comes more than enough behind.
    const { graph } = call;
    const rows = graph.node('Unsqueeze', [name, graph.list([axis + 1])]);
    const wide = padAxis(call, rows, x.shape.length + 1, axis + 1, 0, minus(step, 1), value);
    const spread = x.shape.map((own, i) => (i === axis ? times(count, step) : own));
    const flat = graph.node('Reshape', [wide, graph.amounts(spread)]);
    return slice(graph, padAxis(call, flat, x.shape.length, axis, start, size, value), axis, 0, size);
  },
  permute: ({ graph, names, attributes }) =>
    graph.node('Transpose', names, {
      perm: ints((attributes as readonly Amount[]).map((axis) => fixed('permute', 'axis', axis))),
    }),
  pick({ graph, names, attributes }) {
    const { axis, index } = attributes as { readonly axis: Amount; readonly index: Amount };
    return graph.node('Gather', [names[0] as string, graph.scalar(index)], { axis: int(fixed('pick', 'axis', axis)) });
  },
  reshape: (call) =>
    reshape(call.graph, call.names[0] as string, operand(call, 0), call.attributes as readonly Amount[]),
  slice({ graph, names, attributes }) {
    const { axis, start, count, step } = attributes as Range;
    return slice(graph, names[0] as string, fixed('slice', 'axis', axis), start, plus(start, times(count, step)), step);
  },
  stack({ graph, names, attributes }) {
    const axis = fixed('stack', 'axis', attributes as Amount);
    const rows = names.map((name) => graph.node('Unsqueeze', [name, graph.list([axis])]));
    return graph.node('Concat', rows, { axis: int(axis) });
  },
};
