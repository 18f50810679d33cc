/** The time loop: any cell over a batch of sequences. */
import {
  checkOptions,
  type DataType,
  forEachTensor,
  formatShape,
  namedScope,
  oneHot,
  pick,
  reshape,
  ShapeError,
  scratch,
  stack,
  type Tensor,
  type TensorLike,
  type TensorTree,
  toTensor,
} from '@unroll/core';
import { type Cell, type CellStep, checkBatch, inRun, projectionOf } from './cell.js';
import {
  allReal,
  clearPadding,
  keepStopped,
  maskOf,
  type RealSteps,
  type RealStepsOptions,
  readRealSteps,
  whereReal,
} from './lengths.js';
import { type CellRun, takeRun } from './observe-runs.js';

/** Options of {@link unroll}. */
export interface UnrollOptions<State> extends RealStepsOptions {
  /** The state before the first step; the cell's own unless given. */
  readonly initialState?: State | undefined;
  /** Runs from each sequence's last real step to its first. */
  readonly reverse?: boolean | undefined;
}

/** What {@link unroll} returns. */
export type Unrolled<State> = {
  /** `[N, T, H]`, each at the place of its input. */
  readonly outputs: Tensor;
  /** After the last step that was run. */
  readonly finalState: State;
};

/**
 * Runs a cell over time: `output_t, state_t = cell.step(x_t, state_{t−1})`.
 *
 * A step in the padding, beyond a length or where the mask is 0, changes nothing: it keeps the previous output and
 * state. So the final state is the one at the last real step, and outputs beyond a length repeat the last real one;
 * where padding comes first, as it does with `reverse`, they are 0. The cell sees 0 in the place of padded inputs, which
 * may hold anything, NaN included.
 *
 * The cell's `project`, if it has one, runs once for all steps, and its `inRun` around them. Outside of a recording all
 * steps compute in scratch memory, and only the result is copied out.
 *
 * Shapes: x `[N, T, D]`, or int32 ids `[N, T]`, which stand for `oneHot(x, cell.inputSize)`; outputs `[N, T, H]`.
 * Errors: `ShapeError` for another rank, an empty axis, a state of another batch size, lengths or a mask of another
 * shape, or a cell that breaks its contract; `ValueError` for lengths outside of 1 to T, a mask that leaves a sequence
 * without a step or comes with lengths, or unknown options. An error inside a step names the cell and the time.
 * Differs: from PyTorch, whose padded outputs are 0 in both directions.
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { GRUCell, unroll } from '@unroll/nn';
 * const cell = new GRUCell({ inputSize: 3, hiddenSize: 5 });
 * const { outputs, finalState } = unroll(cell, randn([2, 7, 3]), { lengths: [7, 4] });
 * outputs.shape; // [2, 7, 5]
 * finalState.h.shape; // [2, 5]
 * ```
 */
export function unroll<State extends TensorTree>(
  cell: Cell<State>,
  x: TensorLike,
  options: UnrollOptions<State> = {},
): Unrolled<State> {
  checkOptions('unroll', options, ['initialState', 'lengths', 'mask', 'reverse']);
  const sequences = toTensor('unroll', x);
  checkSequences(sequences, cell.inputSize);
  const [batch, steps] = sequences.shape as readonly [number, number];
  const real = readRealSteps('unroll', options, batch, steps);
  const { initialState, reverse } = options;
  if (initialState !== undefined) checkBatch('unroll', 'initialState', initialState, batch, BEGIN_ANEW);
  return overTime(cell, sequences, { initialState, real, reverse });
}

/** For messages. */
export const BEGIN_ANEW = 'Pass a state for this batch, or none to begin anew';

/** How {@link overTime} runs, checked. */
export interface TimeOptions<State> {
  readonly initialState: State | undefined;
  /** Null where every step is; a sequence may be over before. */
  readonly real: RealSteps | null;
  readonly reverse?: boolean | undefined;
  /** Sees the state before each step. */
  readonly onState?: ((t: number, state: State) => void) | undefined;
}

/** The loop of {@link unroll}, without its checks. */
export function overTime<State extends TensorTree>(
  cell: Cell<State>,
  sequences: Tensor,
  { initialState, real, reverse, onState }: TimeOptions<State>,
): Unrolled<State> {
  const [batch, steps] = sequences.shape as readonly [number, number];
  const name = nameOf(cell);
  const run = (): Unrolled<State> => {
    const start = initialState ?? cell.initialState(batch);
    const describe = (): CellRun => ({
      cell: cell as Cell<TensorTree>,
      inputs: sequences,
      initialState: start,
      mask: real === null ? null : maskOf(real, batch, steps),
      reverse: reverse === true,
    });
    return takeRun(describe, () => takeSteps(start));
  };
  const takeSteps = (start: State): Unrolled<State> => {
    let state = start;
    const cleared = real === null ? sequences : clearPadding(sequences, real);
    const step = stepper(cell, cleared, dtypeOfState(state));
    const outputs = new Array<Tensor>(steps);
    let previous: Tensor | 0 = 0;
    for (let i = 0; i < steps; i++) {
      const t = reverse === true ? steps - 1 - i : i;
      onState?.(t, state);
      const take = (): CellStep<State> => {
        const next = step(t, state);
        if (real === null || allReal(real, t)) return next;
        checkBatch('unroll', 'nextState', next.state, batch, CONTRACT);
        return {
          output: whereReal(real, t, next.output, previous),
          state: keepStopped(real, t, next.state, state),
        };
      };
      const next = namedScope(`${name}.step`, take, t);
      state = next.state;
      previous = next.output;
      outputs[t] = next.output;
    }
    return { outputs: stack(outputs, 1), finalState: state };
  };
  return scratch(() => inRun(cell, run));
}

/** One step at a time of the inputs `[N, T, D]` or ids `[N, T]`; what needs no state is done for all of them here. */
function stepper<State extends TensorTree>(
  cell: Cell<State>,
  inputs: Tensor,
  dtype: DataType,
): (t: number, state: State) => CellStep<State> {
  const [batch, steps, ...rest] = inputs.shape as readonly [number, number, ...number[]];
  const name = nameOf(cell);
  // Ids become one-hot rows where they are used, so that products know what the rows are made of.
  const rowsOf = (part: Tensor): Tensor => {
    return part.dtype === 'int32' ? oneHot(part, cell.inputSize, { dtype }) : part;
  };
  let stepAt = (t: number, state: State): CellStep<State> => cell.step(rowsOf(pick(inputs, 1, t)), state);
  const projection = projectionOf(cell);
  if (projection !== null) {
    const all = rowsOf(reshape(inputs, [batch * steps, ...rest]));
    const flat = namedScope(`${name}.project`, () => projection.project(all));
    if (flat.rank !== 2 || flat.shape[0] !== batch * steps) {
      throw brokenContract(`${name}.project`, 'the projection', flat, `[${batch * steps}, P]`);
    }
    const projected = reshape(flat, [batch, steps, flat.shape[1] as number]);
    stepAt = (t, state) => projection.stepProjected(pick(projected, 1, t), state);
  }
  return (t, state) => {
    const next = stepAt(t, state);
    const { shape } = next.output;
    if (shape.length !== 2 || shape[0] !== batch || shape[1] !== cell.outputSize) {
      throw brokenContract(name, 'the output', next.output, formatShape([batch, cell.outputSize]));
    }
    return next;
  };
}

/** For messages. */
function nameOf(cell: object): string {
  return Object.getPrototypeOf(cell) === Object.prototype ? 'cell' : cell.constructor.name;
}

const CONTRACT = 'Check the cell with describeCell from @unroll/nn/testing';

function brokenContract(op: string, what: string, given: Tensor, wanted: string): ShapeError {
  return new ShapeError({
    op,
    what: `${what} breaks the contract of a cell`,
    arrays: { [what.replace('the ', '')]: given },
    rule: `it must be ${wanted}`,
    mend: CONTRACT,
  });
}

/** Errors: `ShapeError` unless x is `[N, T, inputSize]` or ids `[N, T]`, and not empty. */
export function checkSequences(x: Tensor, inputSize: number): void {
  const ids = x.dtype === 'int32';
  const wanted = ids ? '[N, T]' : `[N, T, ${inputSize}]`;
  if (x.rank !== (ids ? 2 : 3) || (!ids && x.shape[2] !== inputSize)) {
    throw new ShapeError({
      op: 'unroll',
      what: 'the sequences do not fit',
      arrays: { x },
      rule: `x must be ${wanted}${ids ? ' when it holds ids' : ', the batch first'}`,
      mend: x.rank === 2 && !ids ? 'Add a batch: expandDims(x, 0)' : "Reshape x, or check the cell's inputSize",
    });
  }
  if (x.size > 0) return;
  throw new ShapeError({
    op: 'unroll',
    what: 'there is nothing to run over',
    arrays: { x },
    rule: 'N and T must be at least 1',
    mend: 'Leave empty batches out',
  });
}

/** What one-hot inputs are made in: the dtype of the cell's state. */
export function dtypeOfState(state: TensorTree): DataType {
  const dtypes = new Set<DataType>();
  forEachTensor(state, ({ dtype }) => dtypes.add(dtype));
  return dtypes.has('float64') ? 'float64' : 'float32';
}
