/** Several layers between one state and the next. */
import { mapTensors, ShapeError, type Tensor, type TensorTree, ValueError } from '@unroll/core';
import { type LayerLike, Sequential } from '../../layers/sequential.js';
import { fieldForm } from '../../torch/fields.js';
import type { TorchForm } from '../../torch/form.js';
import { type Cell, type CellStep, projectionOf } from '../cell.js';
import { CellWrapper } from './cell-wrapper.js';

/** See {@link deepTransition}, which makes it. */
export class DeepTransitionCell<State extends TensorTree> extends CellWrapper<State> implements Cell<State> {
  /** What the cell's output goes through before it is the next state. */
  readonly transition: Sequential;
  /** As the cell's. */
  readonly project?: (x: Tensor) => Tensor;
  /** There when the cell has it. */
  readonly stepProjected?: (p: Tensor, state: State) => CellStep<State>;

  constructor(cell: Cell<State>, layers: readonly LayerLike[]) {
    super(cell);
    if (layers.length === 0) {
      throw new ValueError({
        op: 'deepTransition',
        what: 'there are no layers',
        rule: 'without any it would be the cell itself',
        mend: 'Pass some: [new Linear(…), new Tanh()]',
      });
    }
    this.transition = new Sequential(layers);
    const inner = projectionOf(cell);
    if (inner !== null) {
      this.project = inner.project;
      this.stepProjected = (p, state) => this.#deepen(inner.stepProjected(p, state));
    }
  }

  initialState(batch: number): State {
    return this.cell.initialState(batch);
  }

  step(x: Tensor, state: State): CellStep<State> {
    return this.#deepen(this.cell.step(x, state));
  }

  override torchForm(): TorchForm {
    return fieldForm(this);
  }

  #deepen({ output: shallow, state }: CellStep<State>): CellStep<State> {
    const output = this.transition.forward(shallow);
    if (String(output.shape) !== String(shallow.shape)) {
      throw new ShapeError({
        op: 'deepTransition',
        what: 'the layers change the shape',
        arrays: { before: shallow, after: output },
        rule: "the next step takes what they return in the place of the cell's output",
        mend: "Let the last layer have the cell's outputSize",
      });
    }
    let isCarried = false;
    const next = mapTensors(state, (part) => {
      if (part !== shallow) return part;
      isCarried = true;
      return output;
    });
    if (isCarried) return { output, state: next };
    throw new ValueError({
      op: 'deepTransition',
      what: "the cell's output is none of the tensors of its next state",
      rule: 'the layers stand between two states, so what they return must be carried on',
      mend: 'Use a cell that puts out a part of its state, or put the layers behind its outputs',
    });
  }
}

/**
 * Deep transition: several layers between one state and the next, of which the cell is the first.
 *
 * ```text
 * h' = φ_L(… φ_1(cell(x, h)))
 * ```
 *
 * The layers take the cell's output; what they return is the output, and stands in the next state where the cell's
 * output stood: h in the built-in cells, while an LSTM's c stays the cell's.
 *
 * Shapes: the layers take and return `[N, H]`.
 * Errors: `ValueError` for no layers, and for a cell whose output is no part of its state; `ShapeError` for layers that
 * change the shape.
 * @source R. Pascanu et al., "How to construct deep recurrent neural networks", ICLR 2014, section 3.3.1
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { deepTransition, Linear, RNNCell, Tanh, unroll } from '@unroll/nn';
 * const first = new RNNCell({ inputSize: 3, hiddenSize: 5 });
 * const cell = deepTransition(first, [new Linear({ inputSize: 5, outputSize: 5 }), new Tanh()]);
 * unroll(cell, randn([2, 7, 3])).finalState.h.shape; // [2, 5]
 * ```
 */
export function deepTransition<State extends TensorTree>(
  cell: Cell<State>,
  layers: readonly LayerLike[],
): DeepTransitionCell<State> {
  return new DeepTransitionCell(cell, layers);
}
