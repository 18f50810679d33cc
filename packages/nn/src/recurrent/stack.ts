/** Cells on top of each other, as one cell. */
import { add, checkOptions, type Rng, ShapeError, type Tensor, type TensorTree, ValueError } from '@unroll/core';
import { Dropout } from '../layers/dropout.js';
import { Module } from '../module.js';
import { fieldForm } from '../torch/fields.js';
import type { TorchForm } from '../torch/form.js';
import { deepForm, layerFormOf } from '../torch/layers.js';
import { type Cell, type CellStep, inRun, projectionOf } from './cell.js';

/** Options of {@link stack}. */
export interface StackOptions {
  /** Whether each cell after the first adds its input to its output. False unless said otherwise. */
  readonly residual?: boolean | undefined;
  /** The probability that a number between two cells becomes 0 in training. 0 unless given. */
  readonly dropout?: number | undefined;
  /** The generator of the dropout is split from this one; from `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
}

/** The states of the cells, in order. */
export type StackState<Cells extends readonly Cell<TensorTree>[]> = {
  readonly [I in keyof Cells]: ReturnType<Cells[I]['initialState']>;
};

/** See {@link stack}, which makes it. */
export class StackedCell<const Cells extends readonly Cell<TensorTree>[]>
  extends Module
  implements Cell<StackState<Cells>>
{
  readonly cells: Cells;
  readonly inputSize: number;
  readonly outputSize: number;
  readonly residual: boolean;
  /** Between the cells; null when there is none. */
  readonly dropout: Dropout | null;
  /** As the first cell's. */
  readonly project?: (x: Tensor) => Tensor;
  /** There when the first cell has it. */
  readonly stepProjected?: (p: Tensor, state: StackState<Cells>) => CellStep<StackState<Cells>>;

  constructor(cells: Cells, options: StackOptions = {}) {
    super();
    checkOptions('stack', options, ['residual', 'dropout', 'rng']);
    const { residual = false, dropout = 0, rng } = options;
    const first = cells[0];
    const last = cells.at(-1);
    if (first === undefined || last === undefined) {
      throw new ValueError({
        op: 'stack',
        what: 'there are no cells',
        rule: 'at least one is needed',
        mend: 'Pass some',
      });
    }
    checkSizes('stack', 'cells', cells, residual);
    this.cells = cells;
    this.inputSize = first.inputSize;
    this.outputSize = last.outputSize;
    this.residual = residual;
    this.dropout = dropout === 0 ? null : new Dropout({ p: dropout, rng });
    const inner = projectionOf(first);
    if (inner !== null) {
      this.project = inner.project;
      this.stepProjected = (p, state) => this.#climb(state, (own) => inner.stepProjected(p, own));
    }
  }

  initialState(batch: number): StackState<Cells> {
    return this.cells.map((cell) => cell.initialState(batch)) as StackState<Cells>;
  }

  step(x: Tensor, state: StackState<Cells>): CellStep<StackState<Cells>> {
    return this.#climb(state, (own) => (this.cells[0] as Cell<TensorTree>).step(x, own));
  }

  inRun<T>(fn: () => T): T {
    const around = (run: () => T, cell: Cell<TensorTree>): (() => T) => {
      return () => inRun(cell, run);
    };
    return this.cells.reduce(around, fn)();
  }

  override torchForm(): TorchForm {
    const layer = this.residual ? null : deepForm(this.cells.map(layerFormOf));
    return layer === null ? fieldForm(this) : { ...fieldForm(this), layer };
  }

  /** One step of all cells, of which the first takes its step by itself. */
  #climb(
    states: StackState<Cells>,
    stepFirst: (state: TensorTree) => CellStep<TensorTree>,
  ): CellStep<StackState<Cells>> {
    checkStates('stack', 'cells', states, this.cells.length, 'Pass what initialState or a step of this stack returned');
    const next: TensorTree[] = [];
    let below: Tensor | null = null;
    for (const [i, cell] of this.cells.entries()) {
      const input: Tensor | null = below === null || this.dropout === null ? below : this.dropout.forward(below);
      const own = (states as readonly TensorTree[])[i];
      const step: CellStep<TensorTree> = input === null ? stepFirst(own) : cell.step(input, own);
      next.push(step.state);
      below = input !== null && this.residual ? add(step.output, input) : step.output;
    }
    return { output: below as Tensor, state: next as StackState<Cells> };
  }
}

/**
 * Cells on top of each other, as one cell: each takes what the one below puts out.
 *
 * With dropout, what goes from one cell to the next is thinned out, anew in each step; not the input, nor the last
 * output. With residual, each cell from the second on adds its input to its output.
 *
 * Shapes: x `[N, D]` of the first cell → output `[N, H]` of the last; the state is an array of the cells' states.
 * Errors: `ShapeError` where a cell's inputSize is not the outputSize below, or a residual cell changes the size;
 * `ValueError` for no cells, a bad dropout or unknown options.
 * @source residual: Y. Wu et al., "Google's neural machine translation system", arXiv:1609.08144, 2016, section 3.1
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { GRUCell, LSTMCell, stack, unroll } from '@unroll/nn';
 * const cells = [new LSTMCell({ inputSize: 3, hiddenSize: 5 }), new GRUCell({ inputSize: 5, hiddenSize: 4 })] as const;
 * const cell = stack(cells, { dropout: 0.2 });
 * const { outputs, finalState } = unroll(cell, randn([2, 7, 3]));
 * outputs.shape; // [2, 7, 4]
 * finalState[0].c.shape; // [2, 5]
 * ```
 */
export function stack<const Cells extends readonly Cell<TensorTree>[]>(
  cells: Cells,
  options: StackOptions = {},
): StackedCell<Cells> {
  return new StackedCell(cells, options);
}

/** Refuses parts that do not fit on each other. Errors: `ShapeError`. */
export function checkSizes(
  op: string,
  name: string,
  parts: readonly { readonly inputSize: number; readonly outputSize: number }[],
  residual: boolean,
): void {
  for (const [i, part] of parts.entries()) {
    const below = parts[i - 1];
    if (below === undefined) continue;
    if (part.inputSize !== below.outputSize) {
      throw new ShapeError({
        op,
        what: `${name}[${i}] does not fit on ${name}[${i - 1}]`,
        rule: `its inputSize (${part.inputSize}) must equal the outputSize below (${below.outputSize})`,
        mend: 'Correct one of them',
      });
    }
    if (residual && part.outputSize !== part.inputSize) {
      throw new ShapeError({
        op,
        what: `${name}[${i}] cannot be residual`,
        rule: `its outputSize (${part.outputSize}) must equal its inputSize (${part.inputSize}), since they are added`,
        mend: 'Use equal sizes, or leave residual out',
      });
    }
  }
}

/** Refuses what is not one state for each part. Errors: `ValueError`. */
export function checkStates(op: string, name: string, states: unknown, count: number, mend: string): void {
  if (Array.isArray(states) && states.length === count) return;
  throw new ValueError({
    op,
    what: `the state is ${Array.isArray(states) ? `an array of ${states.length}` : 'no array'}`,
    rule: `there must be a state for each of the ${count} ${name}`,
    mend,
  });
}
