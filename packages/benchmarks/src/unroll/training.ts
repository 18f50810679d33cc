/** Training steps and sampling with Unroll, as a user writes them. */
import {
  arange,
  equal,
  expandDims,
  oneHot,
  Rng,
  scratch,
  slice,
  softmax,
  Tape,
  type TensorTree,
  tensor,
} from '@unroll/core';
import {
  type Cell,
  type CellOptions,
  CoupledLSTMCell,
  crossEntropy,
  GRUCell,
  LayerNormGRUCell,
  LayerNormLSTMCell,
  Linear,
  LSTMCell,
  MinimalGatedCell,
  OutputFeedbackCell,
  PeepholeLSTMCell,
  ProjectionLSTMCell,
  RNNCell,
  stack,
  unroll,
} from '@unroll/nn';
import { clipGradNorm, RMSprop } from '@unroll/optim';
import type { Run } from '../serve.js';
import { rmsprop, type TrainingSizes } from '../workloads.js';
import { PeepholeCell, ProjectedPeepholeCell } from './peephole-cell.js';

type AnyCell = Cell<TensorTree> & Pick<LSTMCell, 'parameters'>;

/** `projected` concerns the peephole cell alone; the built-in ones split their input's product off anyway. */
function layer(sizes: TrainingSizes, inputSize: number, projected: boolean, rng: Rng): AnyCell {
  const options = { inputSize, hiddenSize: sizes.H, rng };
  switch (sizes.cell) {
    case 'rnn':
      return new RNNCell(options);
    case 'lstm':
      return new LSTMCell(options);
    case 'gru':
      return new GRUCell(options);
    case 'peephole': {
      const Peephole = projected ? ProjectedPeepholeCell : PeepholeCell;
      return new Peephole(inputSize, sizes.H, rng);
    }
  }
}

function cellOf(sizes: TrainingSizes, projected: boolean, rng: Rng): AnyCell {
  const layers = Array.from({ length: sizes.L }, (_, l) => layer(sizes, l === 0 ? sizes.V : sizes.H, projected, rng));
  const [only] = layers;
  return only !== undefined && layers.length === 1 ? only : stack(layers);
}

/** The library's cells by name. Of the projection half is left; what comes back from an output has the size of the input. */
const cells: Readonly<Record<string, (options: CellOptions) => AnyCell>> = {
  LSTMCell: (options) => new LSTMCell(options),
  PeepholeLSTMCell: (options) => new PeepholeLSTMCell(options),
  CoupledLSTMCell: (options) => new CoupledLSTMCell(options),
  LayerNormLSTMCell: (options) => new LayerNormLSTMCell(options),
  ProjectionLSTMCell: (options) => new ProjectionLSTMCell({ ...options, projectionSize: options.hiddenSize / 2 }),
  GRUCell: (options) => new GRUCell(options),
  LayerNormGRUCell: (options) => new LayerNormGRUCell(options),
  MinimalGatedCell: (options) => new MinimalGatedCell(options),
  RNNCell: (options) => new RNNCell(options),
  OutputFeedbackCell: (options) => new OutputFeedbackCell({ ...options, outputSize: options.inputSize }),
};

/** A training step of one of the library's cells. */
export function cellStep(name: string, sizes: TrainingSizes): Run {
  const rng = new Rng(1);
  const cell = cells[name]?.({ inputSize: sizes.V, hiddenSize: sizes.H, rng });
  if (cell === undefined) throw new Error(`There is no cell ${name}.`);
  return stepOf(cell, sizes, rng);
}

/**
 * The peephole cell without `project` gets what the peers get: one-hot rows made in every step as ordinary numbers, so
 * that nothing knows what they are made of.
 */
export function trainingStep(sizes: TrainingSizes, { projected = false }: { readonly projected?: boolean } = {}): Run {
  const rng = new Rng(1);
  return stepOf(cellOf(sizes, projected, rng), sizes, rng, sizes.cell === 'peephole' && !projected);
}

/** One fixed batch of random ids, trained on again and again. */
function stepOf(cell: AnyCell, { V, B, T, clip }: TrainingSizes, rng: Rng, dense = false): Run {
  const head = new Linear({ inputSize: cell.outputSize, outputSize: V, rng });
  const parameters = [...cell.parameters(), ...head.parameters()];
  const optimizer = new RMSprop(parameters, rmsprop);
  const text = tensor(
    Int32Array.from({ length: B * (T + 1) }, () => rng.integer(V)),
    { shape: [B, T + 1] },
  );
  const [ids, targets] = [slice(text, 1, 0, T), slice(text, 1, 1, T + 1)];
  const numbers = expandDims(tensor(Float32Array.from(ids.data), { shape: [B, T] }), 2);

  const tape = new Tape();
  return () => {
    const loss = tape.record(() => {
      const { outputs } = unroll(cell, dense ? equal(numbers, arange(V)) : ids);
      return crossEntropy(head.forward(outputs), targets);
    });
    optimizer.zeroGrad();
    tape.backward(loss);
    if (clip > 0) clipGradNorm(parameters, clip);
    optimizer.step();
    return loss.item();
  };
}

/** One character at a time: a step of the cell, the softmax, a draw, which is the next input. */
export function samplingStep({ V, H }: TrainingSizes): Run {
  const rng = new Rng(1);
  const cell = new LSTMCell({ inputSize: V, hiddenSize: H, rng });
  const head = new Linear({ inputSize: H, outputSize: V, rng });
  let state = cell.initialState(1);
  let id = 0;
  return () => {
    state = scratch(() => {
      const { output, state: next } = cell.step(oneHot(tensor([id], { dtype: 'int32' }), V), state);
      const { data: probabilities } = softmax(head.forward(output));
      let left = rng.uniform();
      for (id = 0; id < V - 1; id++) {
        left -= probabilities[id] ?? 0;
        if (left < 0) break;
      }
      return next;
    });
    return undefined;
  };
}
