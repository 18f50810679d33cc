/** A program of tensors as a file that other runtimes read. */
import { checkOptions, type TensorTree, ValueError } from '@unroll/core';
import { Module } from '@unroll/nn';
import { formatSizes, merge } from './program/merge.js';
import { writeProgram } from './program/write-program.js';
import { modelFields } from './proto/messages.js';
import { writeMessage } from './proto/write-message.js';
import { type AxisNames, outputNames, readInputs } from './recording/inputs.js';
import { makeProbes } from './recording/probes.js';
import { trace } from './recording/trace.js';

/**
 * What can be exported: a function of its inputs, or anything whose `forward` is one. Inputs and results are tensors, or
 * arrays and plain objects of them.
 */
export type OnnxModel<Inputs extends object> =
  | ((inputs: Inputs) => TensorTree | object)
  | {
      /** The function. */
      forward(inputs: Inputs): TensorTree | object;
    };

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /**
   * Of an input, by its name, the names of the sizes that stay open, null for those that are fixed. `N` for the first
   * axis and `T` for the second of sequences (`[N, T, …]`, int32 `[N, T]`, masks `[N, T]`) unless given.
   */
  readonly axes?: Readonly<Record<string, AxisNames>> | undefined;
  /** Whose parameters give the numbers in the file their names; the model itself unless given, where it is a `Module`. */
  readonly module?: Module | undefined;
}

/** Version of the operators, and of the format that came with it. */
const OPSET = 18;
const IR_VERSION = 8;

/**
 * A model as an ONNX file, for batches and sequences of any size: operator set 18, read by ONNX Runtime 1.14 or newer.
 *
 * The inputs of the file are the tensors of `example`, by their paths (`x`, `state.h`; a single tensor is `input`); its
 * outputs are the tensors that the model returns, likewise (a single one is `output`; one that has the name of an input,
 * as the parts of a state do, is `next.state.h`).
 *
 * The model runs four times, at the sizes of the example (2 for 1) and larger ones along the axes that stay open. A size or
 * another number that differs must follow from the open sizes, as a product or the sum of two, and is computed from them
 * in the file. What the program computes outside of operations is an error where it differs, unless it is what lengths
 * and masks are usually read for: masks, last steps, counts, cleared ids, causal masks. Inputs whose names end in
 * `lengths` (int32 `[N]`) and `mask` (`[N, T]`) are given ones of all kinds for that. A path that the program takes because
 * of numbers it reads, and takes four times, is the path of the file.
 *
 * A run of an `RNNCell`, `LSTMCell`, `CoupledLSTMCell`, `PeepholeLSTMCell` (`outputPeephole: 'next'`) or `GRUCell`, alone, in a
 * stack or in a layer, is ONNX's `RNN`, `LSTM` or `GRU` with its `sequence_lens`. A run of any other cell, or in float64, is
 * a `Scan` over one step. A loop of the program itself is written out step by step, so its length must be fixed: `axes`.
 *
 * Parameters keep their names; the weights of ONNX's operators, which have them in another order, stand under the path of
 * the cell as `W`, `R`, `B` and `P`.
 *
 * Errors: `ValueError` for an operation that is not one of core's, dropout in training, a path or number that follows from
 * something else than the open sizes, an input that no operation reads or that cannot be told from another, bad axes, no
 * model, no output and unknown options; `ShapeError` where axes of one name have different sizes; whatever the model
 * throws, and where it is of Unroll the sizes at which it did.
 * Numerics: results agree to rounding, about 1e-6; the runtime sums in an order of its own.
 * Differs: from PyTorch's exporter, which keeps open what `dynamic_axes` names, and nothing unless it is given.
 * @source https://onnx.ai/onnx/operators/
 *
 * @example
 * ```ts
 * import { type Tensor, tensor, zeros } from '@unroll/core';
 * import { GRUCell, lastOutput, Linear, Module, unroll } from '@unroll/nn';
 * import { exportOnnx } from '@unroll/onnx';
 * class Classifier extends Module {
 *   readonly cell = new GRUCell({ inputSize: 3, hiddenSize: 5 });
 *   readonly head = new Linear({ inputSize: 5, outputSize: 2 });
 *   forward({ x, lengths }: { readonly x: Tensor; readonly lengths: Tensor }): Tensor {
 *     return this.head.forward(lastOutput(unroll(this.cell, x, { lengths }).outputs, { lengths }));
 *   }
 * }
 * const example = { x: zeros([2, 4, 3]), lengths: tensor([4, 2], { dtype: 'int32' }) };
 * const bytes = exportOnnx(new Classifier().eval(), example); // await writeFile('classifier.onnx', bytes)
 * bytes instanceof Uint8Array; // true
 * ```
 */
export function exportOnnx<Inputs extends object>(
  model: OnnxModel<NoInfer<Inputs>>,
  example: Inputs,
  options: ExportOnnxOptions = {},
): Uint8Array {
  checkOptions('exportOnnx', options, ['axes', 'module']);
  const { axes = {}, module = model instanceof Module ? model : undefined } = options;
  requireProgram(model);
  module?.namedParameters();
  const tree = example as TensorTree;
  const inputs = readInputs(tree, axes);
  const probes = makeProbes(tree, inputs);
  const run = (given: TensorTree): TensorTree => {
    const own = given as Inputs;
    return (typeof model === 'function' ? model(own) : model.forward(own)) as TensorTree;
  };
  const traces = probes.map((probe) =>
    trace(() => run(probe.tree), probe.inputs, outputNames(inputs), `a recording with ${formatSizes(probe.sizes)}`),
  );
  const graph = writeProgram(merge(traces, probes), inputs);
  return writeMessage(
    { irVersion: IR_VERSION, producerName: 'Unroll', graph, opsetImport: [{ domain: '', version: OPSET }] },
    modelFields,
  );
}

/** Errors: `ValueError` for what cannot be called, as a cell by itself. */
function requireProgram(model: OnnxModel<never>): void {
  if (typeof model === 'function' || typeof model?.forward === 'function') return;
  throw new ValueError({
    op: 'exportOnnx',
    what: 'the model is no function, and has no forward',
    rule: 'it is called with inputs like the example',
    mend: 'Write a function around it: (x) => unroll(cell, x).outputs',
  });
}
