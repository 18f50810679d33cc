/** From a program to the graph of a file. */
import { ValueError } from '@unroll/core';
import type { Call } from '../operators/form.js';
import { forms } from '../operators/index.js';
import type { GraphProto, NodeProto, ValueInfoProto } from '../proto/messages.js';
import { valueInfo } from '../proto/parts.js';
import { type ModelInput, nextName } from '../recording/inputs.js';
import { inTraining } from '../recording/trace.js';
import type { OperationStep } from '../recording/traced.js';
import { writeRun } from '../recurrent/write-run.js';
import { AMOUNTS, symbol } from './amount.js';
import { dimensions, Graph, type Places } from './graph.js';
import type { Program } from './program.js';
import { Writer } from './writer.js';

/** Errors: `ValueError` for what has no form in a file. */
export function writeProgram(program: Program, inputs: readonly ModelInput[]): GraphProto {
  if (program.outputs.length === 0) throw noOutputs();
  const taken = [...inputs, ...program.outputs.map(([output]) => ({ name: output }))].map((value) => value.name);
  const graph = Graph.of(taken, placesOf(inputs));
  const writer = Writer.of(program, graph, (step, inner) => {
    if (step.kind === 'operation') writeOperation(step, inner);
    else writeRun(step, inner);
  });
  writer.write(program.steps);
  const last = program.outputs.map(([output, number]) => {
    const input = [writer.nameOf(number, `the output '${output}'`)];
    return { name: graph.name(`to ${output}`), opType: 'Identity', input, output: [output], attribute: [] };
  });
  const output = program.outputs.map(([own, number]): ValueInfoProto => {
    const { shape, dtype } = writer.value(number);
    return valueInfo(own, dtype, dimensions(shape));
  });
  const node = withoutIdle([...graph.prelude, ...graph.nodes, ...last], new Set(program.outputs.map(([own]) => own)));
  requireUsed(inputs, node, taken);
  const read = new Set(node.flatMap(readsOf));
  const initializer = graph.initializers.filter((own) => read.has(own.name));
  return { name: 'model', node, initializer, input: inputs.map(inputInfo), output };
}

/** The names that a node reads, in the graphs inside of it too. */
const readsOf = ({ input, attribute }: NodeProto): string[] => [
  ...input,
  ...attribute.flatMap(({ g }) => (g === undefined ? [] : g.node.flatMap(readsOf))),
];

/** Without nodes of which nobody reads a result. */
function withoutIdle(nodes: readonly NodeProto[], outputs: ReadonlySet<string>): NodeProto[] {
  const read = new Set(outputs);
  const left = [...nodes].reverse().filter((node) => {
    if (!node.output.some((name) => read.has(name))) return false;
    for (const name of readsOf(node)) read.add(name);
    return true;
  });
  return left.reverse();
}

/**
 * Errors: `ValueError` for an input of which the file would read nothing, or its size alone. A part of a state, which comes
 * out again, may be idle.
 */
function requireUsed(inputs: readonly ModelInput[], nodes: readonly NodeProto[], names: readonly string[]): void {
  const used = new Set(nodes.filter(({ opType }) => opType !== 'Shape').flatMap(readsOf));
  const idle = inputs.find(({ name }) => !used.has(name) && !names.includes(nextName(name)));
  if (idle === undefined) return;
  throw new ValueError({
    op: 'exportOnnx',
    what: `no operation reads the numbers of the input '${idle.name}'`,
    arrays: { [idle.name]: idle.example },
    rule: 'what the program computed from them outside of operations is lost, as is what it did not need for the example',
    mend: "Compute with operations; let the names of lengths and masks end in 'lengths' and 'mask'; leave out what is not needed",
  });
}

function noOutputs(): ValueError {
  return new ValueError({
    op: 'exportOnnx',
    what: 'the program returns no tensor',
    rule: 'the tensors that it returns are the outputs of the file',
    mend: 'Return them: one, or an array or plain object of them',
  });
}

function placesOf(inputs: readonly ModelInput[]): Places {
  const places = new Map<string, readonly [input: string, axis: number]>();
  for (const { name, axes } of inputs) {
    for (const [axis, open] of axes.entries()) {
      if (open !== null && !places.has(open)) places.set(open, [name, axis]);
    }
  }
  return places;
}

function inputInfo({ name, example, axes }: ModelInput): ValueInfoProto {
  const shape = example.shape.map((size, axis) => {
    const open = axes[axis] ?? null;
    return open === null ? size : symbol(open);
  });
  return valueInfo(name, example.dtype, dimensions(shape));
}

function writeOperation({ name, inputs, output, attributes, place }: OperationStep, writer: Writer): void {
  const where = place === '' ? name : `${name} (in ${place})`;
  if (name === 'dropoutMask') throw inTraining(where);
  const form = forms[name];
  if (form === undefined) throw noForm(where);
  const names = inputs.map((input) => writer.nameOf(input, where));
  const result = writer.value(output);
  if (result.source.kind === 'unknown') throw otherShapes(where, result.source.shapes);
  const call: Call = {
    op: name,
    names,
    operands: inputs.map((input) => writer.value(input)),
    result,
    attributes,
    graph: writer.graph,
  };
  writer.define(output, form(call));
}

function otherShapes(where: string, shapes: readonly (readonly number[])[]): ValueError {
  return new ValueError({
    op: 'exportOnnx',
    what: `the result of ${where} is ${shapes.map((shape) => `[${shape.join(', ')}]`).join(', ')} in the recordings`,
    rule: `each size must be ${AMOUNTS}`,
    mend: 'Fix the sizes it comes from: null in axes',
  });
}

function noForm(where: string): ValueError {
  const isSegment = where.startsWith('checkpoint');
  return new ValueError({
    op: 'exportOnnx',
    what: `the operation ${where} has no form in ONNX`,
    rule: isSegment ? 'a segment does not say what it computes' : 'the operations of @unroll/core have one',
    mend: isSegment ? 'Call the function by itself: a file has no gradients' : 'Write it with operations of core',
  });
}
