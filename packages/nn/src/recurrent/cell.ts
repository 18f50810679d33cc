/** What a recurrence is, without time: the contract between cells and everything that runs them. */
import { DataTypeError, mapTensors, ShapeError, Tensor, type TensorLike, type TensorTree, toFloat } from '@unroll/core';

/** What one step returns. */
export type CellStep<State> = { readonly output: Tensor; readonly state: State };

/**
 * One step of a recurrence. Any object of this shape can be run, stacked and wrapped; one with parameters extends
 * `Module`.
 *
 * The state is a tensor, or arrays and plain objects of tensors, each with the batch on axis 0. Give its type as a
 * `type`, not an `interface`, which TypeScript does not take for a plain record.
 *
 * @example
 * ```ts
 * import { add, mul, type Tensor, zeros } from '@unroll/core';
 * import { type Cell, unroll } from '@unroll/nn';
 * // A running sum that forgets a tenth in each step.
 * const leakySum: Cell<{ sum: Tensor }> = {
 *   inputSize: 2,
 *   outputSize: 2,
 *   initialState: (batch) => ({ sum: zeros([batch, 2]) }),
 *   step(x, state) {
 *     const sum = add(mul(state.sum, 0.9), x);
 *     return { output: sum, state: { sum } };
 *   },
 * };
 * unroll(leakySum, zeros([1, 5, 2])).outputs.shape; // [1, 5, 2]
 * ```
 */
export interface Cell<State extends TensorTree> {
  /** D of the inputs. */
  readonly inputSize: number;
  /** H of the outputs. */
  readonly outputSize: number;

  /** The state before the first step; it may hold parameters. */
  initialState(batch: number): State;

  /** One step. Shapes: x `[N, D]` → output `[N, H]`, and the next state in the structure of the last. */
  step(x: Tensor, state: State): CellStep<State>;

  /**
   * Optional, with {@link Cell.stepProjected}: the part of a step that needs the input alone, done for all steps at
   * once. Shapes: `[N·T, D]` → `[N·T, P]`.
   */
  project?(x: Tensor): Tensor;

  /** The rest of the step: `stepProjected(project(x), state)` equals `step(x, state)`. Shapes: p `[N, P]`. */
  stepProjected?(p: Tensor, state: State): CellStep<State>;

  /**
   * Optional: runs `fn`, which takes the steps of one run over time, and returns what it returns. Here a cell computes
   * what all steps of a run share and a gradient must flow through, which a state cannot hold: carried into the next
   * recording it would be a constant. A step outside of any run is a run by itself.
   */
  inRun?<T>(fn: () => T): T;
}

/** Runs `fn`, which takes steps of the cell, as one run over time; see {@link Cell.inRun}. `unroll` does it. */
export function inRun<T>(cell: Pick<Cell<TensorTree>, 'inRun'>, fn: () => T): T {
  return cell.inRun === undefined ? fn() : cell.inRun(fn);
}

/** What a cell does for all steps at once, and the rest of its step. */
export interface Projection<State extends TensorTree> {
  /** See {@link Cell.project}. */
  readonly project: (x: Tensor) => Tensor;
  /** See {@link Cell.stepProjected}. */
  readonly stepProjected: (p: Tensor, state: State) => CellStep<State>;
}

/** Both methods of a cell that has them; null for one that takes its steps whole. */
export function projectionOf<State extends TensorTree>(cell: Cell<State>): Projection<State> | null {
  const { project, stepProjected } = cell;
  if (project === undefined || stepProjected === undefined) return null;
  return {
    project: (x) => project.call(cell, x),
    stepProjected: (p, state) => stepProjected.call(cell, p, state),
  };
}

/** The input of a step, or of a projection: `[N, D]` with the cell's D. Errors: `ShapeError`, `DataTypeError`. */
export function checkInput(op: string, x: TensorLike, inputSize: number): Tensor {
  const input = toFloat(op, x);
  if (input.rank === 2 && input.shape[1] === inputSize) return input;
  throw new ShapeError({
    op,
    what: 'the input does not fit',
    arrays: { x: input },
    rule: `a step takes [N, ${inputSize}]`,
    mend: input.rank === 3 ? 'Use unroll, which takes [N, T, D]' : 'Check inputSize',
  });
}

/**
 * The tensors of a state, each `[N, size]`, with the batch N of the input. Errors: `ShapeError`; `DataTypeError` for
 * one that is missing or no tensor.
 */
export function checkState(op: string, state: { readonly [name: string]: unknown }, batch: number, size: number): void {
  for (const [name, part] of Object.entries(state)) {
    if (!(part instanceof Tensor)) {
      throw new DataTypeError({
        op,
        what: `state.${name} is ${part === undefined ? 'missing' : 'no tensor'}`,
        rule: `the state has ${Object.keys(state).join(' and ')}`,
        mend: 'Pass what initialState or a step of this cell returned',
      });
    }
    if (part.rank === 2 && part.shape[0] === batch && part.shape[1] === size) continue;
    throw new ShapeError({
      op,
      what: `state.${name} does not fit`,
      arrays: { [name]: part },
      rule: `with a batch of ${batch} it must be [${batch}, ${size}]`,
      mend: 'Pass a state of this cell for this batch',
    });
  }
}

/** The tensors of any state, each with the batch on axis 0; `name` is what messages call the state. Errors: `ShapeError`. */
export function checkBatch(op: string, name: string, state: TensorTree, batch: number, mend: string): void {
  mapTensors(state, (part, path) => {
    if (part.shape[0] === batch) return part;
    const full = path === '' || path.startsWith('[') ? `${name}${path}` : `${name}.${path}`;
    throw new ShapeError({
      op,
      what: `${full} has another batch size`,
      arrays: { [full]: part },
      rule: `each tensor of a state has the batch on axis 0, here ${batch}`,
      mend,
    });
  });
}
