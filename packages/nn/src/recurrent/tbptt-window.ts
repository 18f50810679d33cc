/** One window of `tbptt`: what it runs, and the state that the next begins with. */
import {
  mapTensors,
  ShapeError,
  slice,
  type Tensor,
  type TensorLike,
  type TensorTree,
  tensor,
  toTensor,
  ValueError,
} from '@unroll/core';
import type { Cell } from './cell.js';
import { clearPadding, maskOf, type RealSteps, windowOf } from './lengths.js';
import { checkSequences, overTime, type Unrolled } from './unroll.js';

/** A stretch of time with a loss of its own. */
export interface TbpttWindow<State> {
  /** The steps that the loss is of: `from` to before `to`. */
  readonly from: number;
  readonly to: number;
  /** Inputs of the steps that are run, which are those and the ones before them to go back through: `[N, ≤ back, …]`. */
  readonly x: Tensor;
  /** Targets of the steps that the loss is of: `[N, to − from, …]`. */
  readonly y: Tensor;
  /** 1 where such a step is real, for the loss: `[N, to − from]`. */
  readonly mask: Tensor;
  /**
   * Runs the cell; to be called inside of `record`. Outputs are those of the steps that the loss is of. `inputs` takes
   * the place of x where something learned comes before the cell: `forward(embedding.forward(x))`.
   */
  forward(inputs?: TensorLike): Unrolled<State>;
}

/** Where a window stands, in steps of the whole. */
export interface Span {
  /** The first step that is run. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
  /** The first step that the next window runs. */
  readonly nextStart: number;
}

/** What a window is made of. */
export interface WindowParts<State> {
  readonly inputs: Tensor;
  readonly targets: Tensor;
  readonly real: RealSteps | null;
  /** Before the first step; undefined for the cell's own. */
  readonly state: State | undefined;
  readonly span: Span;
}

export class Window<State extends TensorTree> implements TbpttWindow<State> {
  readonly from: number;
  readonly to: number;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly mask: Tensor;
  readonly #cell: Cell<State>;
  readonly #real: RealSteps | null;
  readonly #state: State | undefined;
  readonly #span: Span;
  #handedOn: { readonly state: State | undefined } | null = null;

  constructor(cell: Cell<State>, { inputs, targets, real, state, span }: WindowParts<State>) {
    const { start, from, to } = span;
    this.#cell = cell;
    this.#real = real === null ? null : windowOf(real, start, to);
    this.#state = state;
    this.#span = span;
    this.from = from;
    this.to = to;
    // Cut here, outside of a recording, where a part shares the numbers of the whole.
    const x = slice(inputs, 1, start, to);
    this.x = this.#real === null ? x : clearPadding(x, this.#real);
    this.y = slice(targets, 1, from, to);
    this.mask = maskOf(real === null ? null : windowOf(real, from, to), x.shape[0] as number, to - from);
  }

  forward(inputs: TensorLike = this.x): Unrolled<State> {
    const sequences = toTensor('tbptt', inputs);
    checkInputs(sequences, this.x);
    checkSequences(sequences, this.#cell.inputSize);
    const { start, from, nextStart } = this.#span;
    let carried = this.#state;
    const { outputs, finalState } = overTime(this.#cell, sequences, {
      initialState: this.#state,
      real: this.#real,
      onState: (t, state) => {
        if (t > 0 && t === nextStart - start) carried = snapshot(state);
      },
    });
    this.#handedOn = { state: nextStart === this.to ? snapshot(finalState) : carried };
    return { outputs: from === start ? outputs : slice(outputs, 1, from - start), finalState };
  }

  /** The state before the first step of the next window. Errors: `ValueError` when this one was not run. */
  handOn(): State | undefined {
    if (this.#handedOn !== null) return this.#handedOn.state;
    throw new ValueError({
      op: 'tbptt',
      what: `the window of the steps ${this.from} to ${this.to - 1} was not run`,
      rule: 'the next one begins with a state of it',
      mend: 'Call window.forward() inside of record',
    });
  }
}

/** The numbers of a state, which no recording owns. */
function snapshot<State extends TensorTree>(state: State): State {
  return mapTensors(state, (part) => tensor(part.data, { shape: part.shape }));
}

function checkInputs(inputs: Tensor, x: Tensor): void {
  if (inputs.rank >= 2 && inputs.shape[0] === x.shape[0] && inputs.shape[1] === x.shape[1]) return;
  throw new ShapeError({
    op: 'tbptt',
    what: 'the inputs are not those of the window',
    arrays: { inputs, 'window.x': x },
    rule: 'they must have the same N and T',
    mend: 'Compute them from window.x',
  });
}
