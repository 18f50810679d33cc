/** Recurrent weights thinned out, once for a whole run. */
import {
  checkOptions,
  defaultRng,
  dropout,
  type Parameter,
  type Rng,
  type Tensor,
  type TensorTree,
  ValueError,
} from '@unroll/core';
import { Module, type Place, placesOf } from '../../module.js';
import { withTensors } from '../../with-parameters.js';
import { type Cell, type CellStep, projectionOf } from '../cell.js';
import { CellWrapper } from './cell-wrapper.js';
import { checkRate } from './state-rates.js';

/** Options of {@link weightDrop}. */
export interface WeightDropOptions {
  /** The probability that a weight is 0 for a run. */
  readonly rate: number;
  /** The weights, as `namedParameters()` of the cell says them; all that are called `weightHh` unless given. */
  readonly names?: readonly string[] | undefined;
  /** The cell's own generator is split from this one; from `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
}

/** See {@link weightDrop}, which makes it. */
export class WeightDropCell<State extends TensorTree> extends CellWrapper<State> implements Cell<State> {
  readonly rate: number;
  readonly names: readonly string[];
  readonly rng: Rng;
  /** As the cell's. */
  readonly project?: (x: Tensor) => Tensor;
  /** There when the cell has it. */
  readonly stepProjected?: (p: Tensor, state: State) => CellStep<State>;
  /** Where the weights stand; they are there when a run begins, or what `withParameters` has put in their places. */
  readonly #places: readonly Place[];
  #isRunning = false;

  constructor(cell: Cell<State>, options: WeightDropOptions) {
    super(cell);
    checkOptions('weightDrop', options, ['rate', 'names', 'rng']);
    const { rate, names, rng = defaultRng() } = options;
    checkRate('weightDrop', 'rate', rate, 'below 1');
    const weights = findWeights(cell, names);
    this.rate = rate;
    this.names = [...weights.keys()];
    this.rng = rng.split();
    const chosen = new Set<unknown>(weights.values());
    this.#places = [...placesOf(cell as Cell<State> & Module)].filter(({ value }) => chosen.has(value));
    const inner = projectionOf(cell);
    if (inner !== null) {
      this.project = inner.project;
      this.stepProjected = (p, state) => this.#withinRun(() => inner.stepProjected(p, state));
    }
  }

  initialState(batch: number): State {
    return this.cell.initialState(batch);
  }

  step(x: Tensor, state: State): CellStep<State> {
    return this.#withinRun(() => this.cell.step(x, state));
  }

  override inRun<T>(fn: () => T): T {
    const run = (): T => super.inRun(fn);
    if (this.#isRunning || !this.training || this.rate === 0) return run();
    this.#isRunning = true;
    try {
      return withTensors(this.#places, (weight) => dropout(weight, this.rate, { rng: this.rng }), run);
    } finally {
      this.#isRunning = false;
    }
  }

  #withinRun<T>(fn: () => T): T {
    return this.#isRunning ? fn() : this.inRun(fn);
  }
}

/** The parameters to be dropped, by name. Errors: `ValueError`. */
function findWeights(cell: object, names: readonly string[] | undefined): ReadonlyMap<string, Parameter> {
  const owned = cell instanceof Module ? cell.namedParameters() : [];
  const chosen = owned.filter(([name]) => names?.includes(name) ?? /(^|\.)weightHh$/.test(name));
  const unknown = names?.find((name) => !owned.some(([known]) => known === name));
  if (unknown === undefined && chosen.length > 0) return new Map(chosen);
  const none = names === undefined ? "no parameter is called 'weightHh'" : 'names is empty';
  throw new ValueError({
    op: 'weightDrop',
    what: unknown === undefined ? none : `there is no parameter '${unknown}'`,
    rule:
      owned.length > 0 ? `the parameters are ${owned.map(([name]) => name).join(', ')}` : 'the cell has no parameters',
    mend: owned.length > 0 ? 'Name the recurrent weights: { names: […] }' : 'Let the cell extend Module',
  });
}

/**
 * DropConnect on recurrent weights: in training each weight is 0 with probability `rate` for a whole run over time, and
 * the others are multiplied by 1 / (1 − rate). In evaluation nothing happens.
 *
 * The dropped weights are computed once for all steps of a run, when it begins; a run is one `unroll`, so windows that
 * carry a state draw anew, each within its own recording, and its gradient reaches the parameters. Any cell that is a
 * `Module` will do. The generator is part of the state dictionary.
 *
 * Errors: `ValueError` for a rate outside of [0, 1), a name that no parameter has, a cell without such weights, and
 * unknown options.
 * @source S. Merity, N. S. Keskar, R. Socher, "Regularizing and optimizing LSTM language models", ICLR 2018, section 2
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { LSTMCell, unroll, weightDrop } from '@unroll/nn';
 * const cell = weightDrop(new LSTMCell({ inputSize: 3, hiddenSize: 5 }), { rate: 0.5 });
 * cell.names; // ["weightHh"]
 * unroll(cell, randn([2, 7, 3])).finalState.c.shape; // [2, 5]
 * ```
 */
export function weightDrop<State extends TensorTree>(
  cell: Cell<State>,
  options: WeightDropOptions,
): WeightDropCell<State> {
  return new WeightDropCell(cell, options);
}
