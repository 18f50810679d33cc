/** A run of any cell as ONNX's Scan: a loop over time whose body is one step. */
import { dimensions } from '../program/graph.js';
import type { Value } from '../program/program.js';
import type { Writer } from '../program/writer.js';
import type { GraphProto, ValueInfoProto } from '../proto/messages.js';
import { graph as graphAttribute, int, ints, valueInfo } from '../proto/parts.js';
import { nameOf } from '../recording/trace.js';
import type { RunStep } from '../recording/traced.js';
import { realSteps, userOf } from './sequences.js';

/** What the loop carries from one step to the next. */
interface Carried {
  /** In the graph around. */
  readonly start: string;
  /** In the body, before the step and after it. */
  readonly before: string;
  readonly next: string;
  readonly value: Pick<Value, 'shape' | 'dtype'>;
}

export function writeScan(step: RunStep, writer: Writer): void {
  const { graph } = writer;
  const user = userOf(step);
  const sequences = [writer.nameOf(step.x, user)];
  if (step.mask !== null) sequences.push(realSteps(step.mask, step, writer));
  const starts = step.state.map((number) => writer.nameOf(number, user));
  const { moves, carried, body } = writeBody(step, starts, writer);
  const direction = step.reverse ? 1 : 0;
  const results = graph.nodeOf(carried.length + 1, 'Scan', [...carried.map(({ start }) => start), ...sequences], {
    body: graphAttribute(body),
    num_scan_inputs: int(sequences.length),
    scan_input_axes: ints(sequences.map(() => 1)),
    scan_input_directions: ints(sequences.map(() => direction)),
    scan_output_axes: ints([1]),
    scan_output_directions: ints([direction]),
  });
  const moved = step.finalState.filter((_, i) => moves[i] === true);
  for (const [i, number] of moved.entries()) writer.define(number, results[i] as string);
  writer.define(step.outputs, results.at(-1) as string);
}

/** What the node needs to know of its body. */
interface ScanBody {
  readonly body: GraphProto;
  readonly carried: readonly Carried[];
  /** Which parts of the state change; one that a step hands on as it is is read where it stands. */
  readonly moves: readonly boolean[];
}

/** One step as a graph: what is carried and the rows of this step in, what is carried and the output out. */
function writeBody(step: RunStep, starts: readonly string[], writer: Writer): ScanBody {
  const { body, cell } = step;
  const user = userOf(step);
  const inside = writer.inside();
  const { graph } = inside;
  const row = graph.name('x');
  const real = step.mask === null ? null : graph.name('real');
  writer.define(body.x, row);
  const moves = body.state.map((number, i) => number !== body.nextState[i]);
  for (const [i, number] of body.state.entries()) {
    writer.define(number, moves[i] === true ? graph.name('state') : (starts[i] as string));
  }
  inside.write(body.steps);

  const carried = body.state.flatMap((number, i): Carried[] => {
    if (moves[i] !== true) return [];
    const next = inside.nameOf(body.nextState[i] as number, user);
    return [{ start: starts[i] as string, before: inside.nameOf(number, user), next, value: writer.value(number) }];
  });
  const output: Carried = { ...previousOutput(step, writer), next: inside.nameOf(body.output, user) };
  // Only where steps are left out does anybody ask for the output before.
  if (real !== null) carried.push(output);
  const ends = carried.map((part) => graph.node('Identity', [kept(part, real, inside)]));
  const put = graph.node('Identity', [real === null ? output.next : (ends.at(-1) as string)]);

  const info = (name: string, { shape, dtype }: Carried['value']): ValueInfoProto =>
    valueInfo(name, dtype, dimensions(shape));
  const rows = [info(row, writer.value(body.x))];
  if (real !== null) rows.push(valueInfo(real, 'bool', dimensions(writer.value(body.x).shape.slice(0, 1))));
  const proto = {
    name: graph.name(`${nameOf(cell)}.step`),
    node: graph.nodes,
    initializer: [],
    input: [...carried.map(({ before, value }) => info(before, value)), ...rows],
    output: [...carried.map(({ value }, i) => info(ends[i] as string, value)), info(put, output.value)],
  };
  return { body: proto, carried, moves };
}

/** The output before the first step, which is 0. */
function previousOutput({ body }: RunStep, writer: Writer): Omit<Carried, 'next'> {
  const { graph } = writer;
  const value = writer.value(body.output);
  const start = graph.node('Expand', [graph.number(0, value.dtype), graph.amounts(value.shape)]);
  return { start, before: graph.name('output'), value };
}

/** What a sequence carries on: the next value where its step is real, the one before elsewhere. */
function kept({ before, next, value }: Carried, real: string | null, { graph }: Writer): string {
  if (real === null) return next;
  const behind = value.shape.slice(1).map((_, i) => i + 1);
  const condition = behind.length === 0 ? real : graph.node('Unsqueeze', [real, graph.list(behind)]);
  return graph.node('Where', [condition, next, before]);
}
