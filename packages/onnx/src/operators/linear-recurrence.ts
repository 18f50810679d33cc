/** Linear recurrences: running sums, and all others as a loop of the file. */
import { type Amount, minus } from '../program/amount.js';
import { dimensions } from '../program/graph.js';
import type { ValueInfoProto } from '../proto/messages.js';
import { graph as graphAttribute, int, ints, valueInfo } from '../proto/parts.js';
import { type Form, fixed, operand } from './form.js';

/** `yₜ = aₜ · yₜ₋₁ + bₜ`, with the factors between neighbours. */
export const linearRecurrence: Form = (call) => {
  const { graph, names, result } = call;
  const { axis: amount, reverse } = call.attributes as { readonly axis: Amount; readonly reverse: boolean };
  const axis = fixed('linearRecurrence', 'axis', amount);
  const [factors, inputs] = names as readonly [string, string];
  const { source, shape } = operand(call, 0);
  const isOne = source.kind === 'constant' && source.data.length === 1 && source.data[0] === 1;
  if (isOne && shape.length === 0) {
    return graph.node('CumSum', [inputs, graph.scalar(axis)], { reverse: int(reverse ? 1 : 0) });
  }
  const { dtype } = result;
  const one = result.shape.map((size, i) => (i === axis ? 1 : size));
  const between = result.shape.map((size, i) => (i === axis ? minus(size, 1) : size));
  const start = graph.node('Expand', [graph.number(0, dtype), graph.amounts(one)]);
  const rest = graph.node('Expand', [factors, graph.amounts(between)]);
  // The first entry gets the factor 0, and what is before it is 0 too.
  const all = graph.node('Concat', reverse ? [rest, start] : [start, rest], { axis: int(axis) });
  const before = graph.node('Squeeze', [start, graph.list([axis])]);

  const inside = graph.inside();
  const [y, a, b] = ['y', 'a', 'b'].map((name) => inside.name(name)) as [string, string, string];
  const next = inside.node('Add', [inside.node('Mul', [a, y]), b]);
  const copy = inside.node('Identity', [next]);
  const step = dimensions(result.shape.filter((_, i) => i !== axis));
  const info = (name: string): ValueInfoProto => valueInfo(name, dtype, step);
  const body = {
    name: inside.name('linearRecurrence'),
    node: inside.nodes,
    initializer: [],
    input: [y, a, b].map(info),
    output: [next, copy].map(info),
  };
  const direction = reverse ? 1 : 0;
  return graph.nodeOf(2, 'Scan', [before, all, inputs], {
    body: graphAttribute(body),
    num_scan_inputs: int(2),
    scan_input_axes: ints([axis, axis]),
    scan_input_directions: ints([direction, direction]),
    scan_output_axes: ints([axis]),
    scan_output_directions: ints([direction]),
  })[1] as string;
};
