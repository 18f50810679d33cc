/** Units of a state that keep their value for a step, at random. */
import {
  add,
  checkOptions,
  defaultRng,
  dropoutMask,
  mapTensors,
  mul,
  type Rng,
  type Tensor,
  type TensorTree,
  where,
} from '@unroll/core';
import { type Cell, type CellStep, projectionOf } from '../cell.js';
import { CellWrapper } from './cell-wrapper.js';
import { type RatesByPath, readRates, type StateRates } from './state-rates.js';

/** Options of {@link zoneout}. */
export interface ZoneoutOptions<State> {
  /** The probability that a unit keeps its value; one for all of the state, or by its parts: `{ h: 0.05, c: 0.5 }`. */
  readonly rate: StateRates<State>;
  /** The cell's own generator is split from this one; from `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
}

/** See {@link zoneout}, which makes it. */
export class ZoneoutCell<State extends TensorTree> extends CellWrapper<State> implements Cell<State> {
  readonly rng: Rng;
  /** As the cell's. */
  readonly project?: (x: Tensor) => Tensor;
  /** There when the cell has it. */
  readonly stepProjected?: (p: Tensor, state: State) => CellStep<State>;
  readonly #rates: RatesByPath;

  constructor(cell: Cell<State>, options: ZoneoutOptions<State>) {
    super(cell);
    checkOptions('zoneout', options, ['rate', 'rng']);
    const { rate, rng = defaultRng() } = options;
    this.#rates = readRates('zoneout', 'rate', rate, cell.initialState(1), 'up to 1');
    this.rng = rng.split();
    const inner = projectionOf(cell);
    if (inner !== null) {
      this.project = inner.project;
      this.stepProjected = (p, state) => this.#keepSome(state, inner.stepProjected(p, state));
    }
  }

  initialState(batch: number): State {
    return this.cell.initialState(batch);
  }

  step(x: Tensor, state: State): CellStep<State> {
    return this.#keepSome(state, this.cell.step(x, state));
  }

  #keepSome(previous: State, next: CellStep<State>): CellStep<State> {
    const before = tensorsByPath(previous);
    let { output } = next;
    const state = mapTensors(next.state, (part, path) => {
      const rate = this.#rates.get(path);
      const old = before.get(path);
      if (rate === undefined || old === undefined) return part;
      const kept = this.#mix(old, part, rate);
      if (part === next.output) output = kept;
      return kept;
    });
    return { output, state };
  }

  #mix(old: Tensor, next: Tensor, rate: number): Tensor {
    if (rate === 1) return old;
    if (!this.training) return add(mul(old, rate), mul(next, 1 - rate));
    return where(dropoutMask(next.shape, rate, this.rng, next.dtype === 'float64' ? 'float64' : 'float32'), next, old);
  }
}

function tensorsByPath(state: TensorTree): ReadonlyMap<string, Tensor> {
  const found = new Map<string, Tensor>();
  mapTensors(state, (t, path) => {
    found.set(path, t);
    return t;
  });
  return found;
}

/**
 * Zoneout: in training each unit of the state keeps its value with probability `rate` instead of taking its next one,
 * anew in each step; otherwise it takes the expectation.
 *
 * ```text
 * s' = d ⊙ s + (1 − d) ⊙ ŝ,  d ~ Bernoulli(rate)     training
 * s' = rate · s + (1 − rate) · ŝ                     evaluation
 * ```
 *
 * with the cell's own next state ŝ. An output that is one of the tensors of the state, as h is in the built-in cells,
 * stays that tensor. Tensors of indices are left alone. The generator is part of the state dictionary.
 *
 * Errors: `ValueError` for a rate outside of [0, 1], for parts that the state does not have, and for unknown options.
 * @source D. Krueger et al., "Zoneout: regularizing RNNs by randomly preserving hidden activations", ICLR 2017,
 * section 3
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { LSTMCell, unroll, zoneout } from '@unroll/nn';
 * const cell = zoneout(new LSTMCell({ inputSize: 3, hiddenSize: 5 }), { rate: { h: 0.05, c: 0.5 } });
 * unroll(cell, randn([2, 7, 3])).finalState.c.shape; // [2, 5]
 * ```
 */
export function zoneout<State extends TensorTree>(
  cell: Cell<State>,
  options: ZoneoutOptions<NoInfer<State>>,
): ZoneoutCell<State> {
  return new ZoneoutCell(cell, options);
}
