/** The time loop: any cell over a batch of sequences. */
import {
  checkOptions,
  type DataType,
  forEachTensor,
  formatShape,
  locate,
  mapTensors,
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
  where,
} from '@unroll/core';
import type { Cell, CellStep } from './cell.js';
import { clearPadding, type Lengths, readLengths, runningAt } from './lengths.js';

/** Options of {@link unroll}. */
export interface UnrollOptions<State> {
  /** The state before the first step; the cell's own unless given. */
  readonly initialState?: State | undefined;
  /** How many steps of each sequence are real; all of them unless given. The others are padding. */
  readonly lengths?: Lengths | undefined;
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
 * A step in the padding changes nothing: it keeps the previous output and state. So the final state is the one at the
 * last real step, and outputs beyond a length repeat the last real one; with `reverse`, where the padding comes first,
 * they are 0. The cell sees 0 in the place of padded inputs, which may hold anything, NaN included.
 *
 * The cell's `project`, if it has one, runs once for all steps. Outside of a recording all steps compute in scratch
 * memory, and only the result is copied out.
 *
 * Shapes: x `[N, T, D]`, or int32 ids `[N, T]`, which stand for `oneHot(x, cell.inputSize)`; outputs `[N, T, H]`.
 * Errors: `ShapeError` for another rank, an empty axis, a state of another batch size, or a cell that breaks its
 * contract; `ValueError` for lengths outside of 1 to T, or unknown options. An error inside a step names the cell and
 * the time.
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
  checkOptions('unroll', options, ['initialState', 'lengths', 'reverse']);
  const sequences = toTensor('unroll', x);
  checkSequences(sequences, cell.inputSize);
  const [batch, steps] = sequences.shape as readonly [number, number];
  const lengths = readLengths(options.lengths, batch, steps);
  if (options.initialState !== undefined) {
    checkBatch('initialState', options.initialState, batch, 'Pass a state for this batch, or none to begin anew');
  }

  return scratch(() => {
    let state = options.initialState ?? cell.initialState(batch);
    const cleared = lengths === null ? sequences : clearPadding(sequences, lengths);
    const step = stepper(cell, cleared, dtypeOfState(state));
    const outputs = new Array<Tensor>(steps);
    let previous: Tensor | 0 = 0;
    for (let i = 0; i < steps; i++) {
      const t = options.reverse === true ? steps - 1 - i : i;
      let next = step(t, state);
      if (lengths?.some((length) => t >= length)) {
        next = {
          output: where(runningAt(lengths, t, next.output), next.output, previous),
          state: keepStopped(cell, lengths, t, next.state, state),
        };
      }
      state = next.state;
      previous = next.output;
      outputs[t] = next.output;
    }
    return { outputs: stack(outputs, 1), finalState: state };
  });
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
  const { project, stepProjected } = cell;
  if (project !== undefined && stepProjected !== undefined) {
    const all = rowsOf(reshape(inputs, [batch * steps, ...rest]));
    const flat = at(`${name}.project`, () => project.call(cell, all));
    if (flat.rank !== 2 || flat.shape[0] !== batch * steps) {
      throw brokenContract(`${name}.project`, 'the projection', flat, `[${batch * steps}, P]`);
    }
    const projected = reshape(flat, [batch, steps, flat.shape[1] as number]);
    stepAt = (t, state) => stepProjected.call(cell, pick(projected, 1, t), state);
  }
  return (t, state) =>
    at(`${name}.step, t = ${t}`, () => {
      const next = stepAt(t, state);
      const { shape } = next.output;
      if (shape.length !== 2 || shape[0] !== batch || shape[1] !== cell.outputSize) {
        throw brokenContract(name, 'the output', next.output, formatShape([batch, cell.outputSize]));
      }
      return next;
    });
}

/** For messages. */
function nameOf(cell: object): string {
  return Object.getPrototypeOf(cell) === Object.prototype ? 'cell' : cell.constructor.name;
}

/** Adds a place to the errors of `fn`. */
function at<T>(place: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    throw locate(error, place);
  }
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

/** The next state of the sequences that run at step `t`, the previous one of those that do not. */
function keepStopped<State extends TensorTree>(
  cell: Cell<State>,
  lengths: readonly number[],
  t: number,
  next: State,
  previous: State,
): State {
  at(`${nameOf(cell)}.step, t = ${t}`, () => checkBatch('nextState', next, lengths.length, CONTRACT));
  const before: Tensor[] = [];
  forEachTensor(previous, (part) => before.push(part));
  let i = 0;
  return mapTensors(next, (part) => where(runningAt(lengths, t, part), part, before[i++] ?? part));
}

function checkSequences(x: Tensor, inputSize: number): void {
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

function checkBatch(name: string, state: TensorTree, batch: number, mend: string): void {
  mapTensors(state, (part, path) => {
    if (part.shape[0] === batch) return part;
    const full = path === '' || path.startsWith('[') ? `${name}${path}` : `${name}.${path}`;
    throw new ShapeError({
      op: 'unroll',
      what: `${full} has another batch size`,
      arrays: { [full]: part },
      rule: `each tensor of a state has the batch on axis 0, here ${batch}`,
      mend,
    });
  });
}

/** What one-hot inputs are made in: the dtype of the cell's state. */
function dtypeOfState(state: TensorTree): DataType {
  const dtypes = new Set<DataType>();
  forEachTensor(state, ({ dtype }) => dtypes.add(dtype));
  return dtypes.has('float64') ? 'float64' : 'float32';
}
