/** A program of tensors as a file that other runtimes read. */
import { checkOptions, type TensorTree } from '@unroll/core';
import { formatSizes, merge } from './program/merge.js';
import { writeProgram } from './program/write-program.js';
import { modelFields } from './proto/messages.js';
import { writeMessage } from './proto/write-message.js';
import { type AxisNames, makeProbes, nameAt, readInputs } from './recording/inputs.js';
import { trace } from './recording/trace.js';

/** What can be exported: a function of the inputs, or anything whose `forward` is one. */
export type OnnxModel<Inputs extends TensorTree> =
  | ((inputs: Inputs) => TensorTree)
  | { forward(inputs: Inputs): TensorTree };

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  readonly axes?: Readonly<Record<string, AxisNames>> | undefined;
  readonly name?: string | undefined;
}

/** Of the operators, and of the format that goes with them. */
const OPSET = 18;
const IR_VERSION = 8;

export function exportOnnx<Inputs extends TensorTree>(
  model: OnnxModel<NoInfer<Inputs>>,
  example: Inputs,
  options: ExportOnnxOptions = {},
): Uint8Array {
  checkOptions('exportOnnx', options, ['axes', 'name']);
  const { axes = {}, name = 'model' } = options;
  const inputs = readInputs(example, axes);
  const probes = makeProbes(example, inputs);
  const taken = new Set(inputs.map((input) => input.name));
  const outputName = (path: string): string => {
    const own = nameAt(path, 'output');
    return taken.has(own) ? `next.${own}` : own;
  };
  const run = typeof model === 'function' ? model : (given: Inputs) => model.forward(given);
  const traces = probes.map((probe) =>
    trace(() => run(probe.tree as Inputs), probe.inputs, outputName, `a recording with ${formatSizes(probe.sizes)}`),
  );
  const graph = writeProgram(merge(traces, probes), inputs, name);
  return writeMessage(
    { irVersion: IR_VERSION, producerName: 'Unroll', graph, opsetImport: [{ domain: '', version: OPSET }] },
    modelFields,
  );
}
