/** The one way in which operations run. */
import { keep, releasedError, Tensor } from '../tensor/tensor.js';
import { borrowArena, engine, inArena, returnArena, settle, viewOf } from './engine.js';
import type { Op } from './op.js';

/**
 * Runs an operation where the engine stands: recorded on the tape that is recording, in the current arena,
 * or at once with its result on the ordinary heap.
 *
 * Errors: `ReleasedError` for an input whose numbers are gone; whatever the operation throws.
 */
export function apply<Attributes>(op: Op<Attributes>, operands: readonly Tensor[], attributes: Attributes): Tensor {
  if (engine.arena === null) return applyOnHeap(op, operands, attributes);
  const recording = engine.recording;
  const inputs = operands.slice();
  for (let i = 0; i < inputs.length; i++) {
    const operand = operands[i] as Tensor;
    if (recording !== null) inputs[i] = recording.enter(operand);
    else settle(operand);
  }
  if (recording === null) return compute(op, operands, inputs, attributes);
  // What `forward` computes on the way is its own affair: only its result is written down.
  engine.recording = null;
  let output: Tensor;
  try {
    output = compute(op, operands, inputs, attributes);
  } finally {
    engine.recording = recording;
  }
  recording.add(op as Op, inputs, output, attributes);
  return output;
}

/** Runs `forward` on `inputs`, which hold the numbers of `operands`. */
function compute<Attributes>(
  op: Op<Attributes>,
  operands: readonly Tensor[],
  inputs: readonly Tensor[],
  attributes: Attributes,
): Tensor {
  const { watch } = engine;
  if (watch === null) return forward(op, inputs, attributes);
  return watch.run(op as Op, operands, attributes, () => forward(op, inputs, attributes));
}

function forward<Attributes>(op: Op<Attributes>, inputs: readonly Tensor[], attributes: Attributes): Tensor {
  const output = op.forward(inputs, attributes);
  // An operation with nothing to do may hand its input back; the graph needs a tensor for each place.
  const result = inputs.includes(output) ? viewOf(output, output.shape, output.strides, output.position) : output;
  result.source = op;
  return result;
}

function applyOnHeap<Attributes>(op: Op<Attributes>, operands: readonly Tensor[], attributes: Attributes): Tensor {
  for (const operand of operands) if (!operand.resident && operand.host === null) throw releasedError(operand);
  const view = viewOnHeap(op, operands, attributes);
  if (view !== null) return engine.watch?.run(op as Op, operands, attributes, () => view) ?? view;
  const arena = borrowArena();
  try {
    return inArena(arena, null, () => {
      const output = apply(op, operands, attributes);
      keep(output);
      return output;
    });
  } finally {
    returnArena(arena);
  }
}

/** A view of numbers on the heap shares their array: slicing a large dataset costs nothing. */
function viewOnHeap<Attributes>(op: Op<Attributes>, [x]: readonly Tensor[], attributes: Attributes): Tensor | null {
  if (op.view === undefined || x === undefined || x.resident || x.host === null) return null;
  const layout = op.view(x.host, attributes);
  if (layout === null) return null;
  const { shape, strides, offset } = layout;
  const result = new Tensor(shape, x.dtype, { data: x.host.data, shape, strides, offset });
  result.source = op;
  return result;
}
