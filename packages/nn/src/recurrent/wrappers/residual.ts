/** A cell that adds its input to its output. */
import { add, concat, ShapeError, slice, type Tensor, type TensorTree } from '@unroll/core';
import { type Cell, type CellStep, projectionOf } from '../cell.js';
import { CellWrapper } from './cell-wrapper.js';

/** See {@link residual}, which makes it. */
export class ResidualCell<State extends TensorTree> extends CellWrapper<State> implements Cell<State> {
  /** The cell's, with the inputs behind it. */
  readonly project?: (x: Tensor) => Tensor;
  /** There when the cell has it. */
  readonly stepProjected?: (p: Tensor, state: State) => CellStep<State>;

  constructor(cell: Cell<State>) {
    super(cell);
    if (cell.inputSize !== cell.outputSize) {
      throw new ShapeError({
        op: 'residual',
        what: 'the cell changes the size',
        rule: `its outputSize (${cell.outputSize}) must equal its inputSize (${cell.inputSize}), since they are added`,
        mend: 'Use equal sizes',
      });
    }
    const inner = projectionOf(cell);
    if (inner !== null) {
      this.project = (x) => concat([inner.project(x), x], 1);
      this.stepProjected = (p, state) => {
        const width = (p.shape[1] as number) - this.inputSize;
        return addInput(slice(p, 1, width), inner.stepProjected(slice(p, 1, 0, width), state));
      };
    }
  }

  initialState(batch: number): State {
    return this.cell.initialState(batch);
  }

  step(x: Tensor, state: State): CellStep<State> {
    return addInput(x, this.cell.step(x, state));
  }
}

function addInput<State>(x: Tensor, { output, state }: CellStep<State>): CellStep<State> {
  return { output: add(output, x), state };
}

/**
 * A cell with a connection around it: its output is the cell's plus its input. The state stays the cell's.
 *
 * Shapes: x `[N, D]` → output `[N, D]`.
 * Errors: `ShapeError` for a cell whose outputSize is not its inputSize.
 * @source Y. Wu et al., "Google's neural machine translation system", arXiv:1609.08144, 2016, section 3.1
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { GRUCell, residual, unroll } from '@unroll/nn';
 * const cell = residual(new GRUCell({ inputSize: 4, hiddenSize: 4 }));
 * unroll(cell, randn([2, 7, 4])).outputs.shape; // [2, 7, 4]
 * ```
 */
export function residual<State extends TensorTree>(cell: Cell<State>): ResidualCell<State> {
  return new ResidualCell(cell);
}
