/** A state before the first step that is trained. */
import { broadcastTo, mapTensors, Parameter, type Tensor, type TensorTree } from '@unroll/core';
import { fieldForm } from '../../torch/fields.js';
import type { TorchForm } from '../../torch/form.js';
import { type Cell, type CellStep, projectionOf } from '../cell.js';
import { CellWrapper } from './cell-wrapper.js';

/** See {@link learnedInitialState}, which makes it. */
export class LearnedInitialStateCell<State extends TensorTree> extends CellWrapper<State> implements Cell<State> {
  /** The state of one sequence, a parameter in the place of each of its tensors. */
  readonly start: State;
  /** As the cell's. */
  readonly project?: (x: Tensor) => Tensor;
  /** There when the cell has it. */
  readonly stepProjected?: (p: Tensor, state: State) => CellStep<State>;

  constructor(cell: Cell<State>) {
    super(cell);
    this.start = mapTensors(cell.initialState(1), (t) => (t.dtype === 'int32' ? t : new Parameter(t)));
    const inner = projectionOf(cell);
    if (inner !== null) {
      this.project = inner.project;
      this.stepProjected = inner.stepProjected;
    }
  }

  initialState(batch: number): State {
    const starts = new Map<string, Tensor>();
    mapTensors(this.start, (t, path) => {
      starts.set(path, t);
      return t;
    });
    // Indices, as the masks of a sequence are, stay what the cell makes them.
    return mapTensors(this.cell.initialState(batch), (part, path) =>
      part.dtype === 'int32' ? part : broadcastTo(starts.get(path) ?? part, part.shape),
    );
  }

  step(x: Tensor, state: State): CellStep<State> {
    return this.cell.step(x, state);
  }

  override torchForm(): TorchForm {
    return fieldForm(this);
  }
}

/**
 * A cell whose initial state is learned, from the cell's own on: each tensor of the state has a parameter of one row,
 * which all sequences of a batch begin with. Tensors of indices are left alone.
 *
 * Shapes: the parameters as `cell.initialState(1)`: `start.h` `[1, H]`.
 * @source M. L. Forcada, R. C. Carrasco, "Learning the initial state of a second-order recurrent neural network during
 * regular-language inference", Neural Computation 7, 1995
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { LSTMCell, learnedInitialState, unroll } from '@unroll/nn';
 * const cell = learnedInitialState(new LSTMCell({ inputSize: 3, hiddenSize: 5 }));
 * cell.parameters().map(({ name }) => name); // ["cell.weightIh", "cell.weightHh", "cell.bias", "start.h", "start.c"]
 * unroll(cell, randn([2, 7, 3])).finalState.h.shape; // [2, 5]
 * ```
 */
export function learnedInitialState<State extends TensorTree>(cell: Cell<State>): LearnedInitialStateCell<State> {
  return new LearnedInitialStateCell(cell);
}
