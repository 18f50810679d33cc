/** A cell that is watched at its steps. */
import { mapTensors, reshape, type Tensor, type TensorTree } from '@unroll/core';
import { type Cell, type CellStep, inRun } from '../recurrent/cell.js';
import { partsOf } from '../state-parts.js';

/** A cell that runs as the given one does, whole steps at a time, with `around` around each of them. */
export function observedCell<State extends TensorTree>(
  cell: Cell<State>,
  around: (take: () => CellStep<State>, x: Tensor, state: State) => CellStep<State>,
): Cell<State> {
  return {
    inputSize: cell.inputSize,
    outputSize: cell.outputSize,
    initialState: (batch) => cell.initialState(batch),
    step: (x, state) => around(() => cell.step(x, state), x, state),
    inRun: (fn) => inRun(cell, fn),
  };
}

/** One step of a cell. */
export interface NotedStep<State extends TensorTree> {
  /** What it took. */
  readonly x: Tensor;
  readonly state: State;
  /** The state that it computed. */
  readonly next: State;
  /** Which tensors of the state it made anew, rather than handing them on. */
  readonly made: readonly boolean[];
}

/**
 * The same, with each step noted in a list. What goes from step to step are nodes of their own in the graph, so that
 * gradients by them flow along time alone: the h of an LSTM is computed from its c, but the next step takes both.
 */
export function notedCell<State extends TensorTree>(cell: Cell<State>, steps: NotedStep<State>[]): Cell<State> {
  const observed = observedCell(cell, (take, x, state) => {
    const { output, state: computed } = take();
    const carried = apart(computed);
    const [taken, after] = [partsOf(state), partsOf(carried)];
    let i = 0;
    const next = mapTensors(computed, (part) => {
      i += 1;
      return taken.includes(part) ? (after[i - 1] as Tensor) : part;
    });
    steps.push({ x, state, next, made: partsOf(computed).map((part, at) => part !== taken[at]) });
    return { output, state: carried };
  });
  return { ...observed, initialState: (batch) => apart(cell.initialState(batch)) };
}

/** A state whose tensors are nodes of their own. */
export function apart<State extends TensorTree>(state: State): State {
  return mapTensors(state, (part) => reshape(part, part.shape));
}
