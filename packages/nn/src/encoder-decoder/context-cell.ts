/** A cell that sees one vector in every step. */
import { checkOptions, checkSize, concat, ShapeError, type Tensor, type TensorTree, ValueError } from '@unroll/core';
import { Module } from '../module.js';
import { type Cell, type CellStep, checkInput, inRun } from '../recurrent/cell.js';
import type { ConditionedCell, Encoded } from './encoded.js';
import { checkStateFits, stateVector } from './final-state.js';

/** Options of {@link ContextCell}. */
export interface ContextCellOptions<Inner extends TensorTree> {
  /** Any cell. It takes the input and, behind it, the context. */
  readonly cell: Cell<Inner>;
  /** C: how many numbers the encoder's final state has for each sequence. */
  readonly contextSize: number;
}

/** The state of a {@link ContextCell}: the cell's own, and what it sees in every step. */
export type ContextState<Inner extends TensorTree> = { readonly cell: Inner; readonly context: Tensor };

/**
 * Feeds one vector into every step of a cell: `step([x; C], state)`. The vector is all of an encoder's final state, side
 * by side, or any other: `begin({ finalState: features })`.
 *
 * Shapes: x `[N, D]`, C `[N, contextSize]`; the cell's inputSize is D + contextSize.
 * Errors: `ShapeError` for a context or state that does not fit, or a cell with no room for an input; `ValueError` for
 * unknown options, and for a run without a context.
 * Differs: from Cho et al., whose output layer sees C as well.
 * @source K. Cho et al., "Learning phrase representations using RNN encoder–decoder for statistical machine
 * translation", EMNLP 2014, section 2.2; I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, 2016, figure 10.9
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { ContextCell, LSTMCell, unroll } from '@unroll/nn';
 * const cell = new ContextCell({ cell: new LSTMCell({ inputSize: 3 + 8, hiddenSize: 5 }), contextSize: 8 });
 * const features = randn([2, 8]); // of an image
 * const { outputs } = unroll(cell, randn([2, 7, 3]), { initialState: cell.begin({ finalState: features }) });
 * outputs.shape; // [2, 7, 5]
 * ```
 */
export class ContextCell<Inner extends TensorTree>
  extends Module
  implements ConditionedCell<ContextState<Inner>, Inner>
{
  readonly cell: Cell<Inner>;
  readonly contextSize: number;
  readonly inputSize: number;
  readonly outputSize: number;

  constructor(options: ContextCellOptions<Inner>) {
    super();
    const op = 'new ContextCell';
    checkOptions(op, options, ['cell', 'contextSize']);
    const { cell, contextSize } = options;
    checkSize(op, 'contextSize', contextSize);
    this.cell = cell;
    this.contextSize = contextSize;
    this.inputSize = roomFor(op, cell, contextSize, 'the context');
    this.outputSize = cell.outputSize;
  }

  /** The state before the first step: with a context, and the cell's own initial state unless another is given. */
  begin(encoded: Pick<Encoded<TensorTree>, 'finalState'>, initialState?: Inner): ContextState<Inner> {
    const context = stateVector('ContextCell.begin', encoded.finalState, this.contextSize, 'contextSize');
    return { cell: stateOf('ContextCell.begin', this.cell, context.shape[0] as number, initialState), context };
  }

  /** Errors: `ValueError` always, since there is no context. */
  initialState(_batch: number): ContextState<Inner> {
    throw new ValueError({
      op: 'ContextCell',
      what: 'there is no context to see',
      rule: 'its state begins with one',
      mend: 'Pass { initialState: cell.begin({ finalState: context }) }',
    });
  }

  step(x: Tensor, { cell, context }: ContextState<Inner>): CellStep<ContextState<Inner>> {
    const input = checkInput('ContextCell', x, this.inputSize);
    const next = this.cell.step(concat([input, context], 1), cell);
    return { output: next.output, state: { cell: next.state, context } };
  }

  inRun<T>(fn: () => T): T {
    return inRun(this.cell, fn);
  }
}

/** D of the inputs that a cell takes beside `size` numbers that are fed in. Errors: `ShapeError` when none are left. */
export function roomFor(op: string, cell: Cell<TensorTree>, size: number, what: string): number {
  const left = cell.inputSize - size;
  if (left >= 1) return left;
  throw new ShapeError({
    op,
    what: `the cell's inputSize is ${cell.inputSize}`,
    rule: `it takes ${size} numbers of ${what} beside the input, which has at least 1`,
    mend: `Add ${size} to its inputSize`,
  });
}

/** The state with which the cell inside of another begins: the given one if there is one. Errors: `ShapeError`. */
export function stateOf<State extends TensorTree>(
  op: string,
  cell: Cell<State>,
  batch: number,
  given: State | undefined,
): State {
  const own = cell.initialState(batch);
  if (given === undefined) return own;
  checkStateFits(op, given, own);
  return given;
}
