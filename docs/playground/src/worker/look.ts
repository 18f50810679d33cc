/** A look into a model that learns: what it writes, what its units do, how far its gradients reach. */
import { mapTensors, pick, Rng, type Tensor, type TensorTree, tensor } from '@unroll/core';
import { crossEntropy, gradientFlow, traceStates } from '@unroll/nn';
import { type CharModel, type Run, sample } from 'example-char-lm';
import type { Flow, Look, Trace } from '../protocol.js';

/** Characters that are written, that units are watched over, and that gradients go back. */
const [WRITTEN, READ, BACK] = [240, 400, 64];

/**
 * Looks at a run between two windows and leaves every bit of it as it was. The sample is drawn from a copy of the run's
 * generator, so it is the beginning of the one that the command line prints.
 */
export function lookAt({ corpus, training, options, rng }: Run): Look {
  const { model, windows } = training;
  const { vocabulary, validation } = corpus;
  const { prime, temperature } = options;
  const generator = Rng.fromState(rng.state());
  const written = sample(model, vocabulary, { prime: prime ?? '\n', length: WRITTEN, temperature, rng: generator });
  const passage = validation.subarray(0, READ);
  model.eval();
  const traces = tracesOf(model, passage);
  const flow = flowOf(model, passage.subarray(0, BACK + 1));
  model.train();
  return { windows, sample: written, passage: vocabulary.decode(passage), traces, flow };
}

function tracesOf({ cell }: CharModel, passage: Int32Array): Trace[] {
  const states = traceStates(cell, tensor(passage, { shape: [1, passage.length] }));
  return named(states).map(([name, { shape, data }]) => {
    return { name, units: shape[2] as number, values: Float32Array.from(data) };
  });
}

/** The gradient of the loss of the last character alone, by the state after each one before it. */
function flowOf({ cell, head }: CharModel, ids: Int32Array): Flow[] {
  const steps = ids.length - 1;
  const target = tensor(ids.subarray(steps), { shape: [1] });
  const { loss } = gradientFlow(cell, tensor(ids.subarray(0, steps), { shape: [1, steps] }), {
    loss: ({ outputs }) => crossEntropy(head.forward(pick(outputs, 1, -1)), target),
    directions: 1, // only the norms of the loss are shown
  });
  // The first is that of the initial state, which no character has made.
  return named(loss.slice(-1)).map(([name, norms]) => ({ name, norms: Array.from(norms.data).slice(1) }));
}

/** The tensors of a stack's states by name: `h`, or `layer 2, h` where there are several. */
function named(states: readonly TensorTree[]): [string, Tensor][] {
  return states.flatMap((state, level) => {
    const found: [string, Tensor][] = [];
    mapTensors(state, (t, path) => {
      found.push([states.length === 1 ? path : `layer ${level + 1}, ${path}`, t]);
      return t;
    });
    return found;
  });
}
