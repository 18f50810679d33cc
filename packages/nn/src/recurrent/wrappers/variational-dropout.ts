/** Dropout with one mask for a whole sequence. */
import {
  checkOptions,
  defaultRng,
  mapTensors,
  mul,
  type Rng,
  type Tensor,
  type TensorTree,
  tensor,
  where,
} from '@unroll/core';
import { type Cell, type CellStep, projectionOf } from '../cell.js';
import { CellWrapper } from './cell-wrapper.js';
import { checkRate, type RatesByPath, readRates, type StateRates } from './state-rates.js';

/** Options of {@link variationalDropout}. */
export interface VariationalDropoutOptions<State> {
  /** The probability that an input becomes 0, in all steps of a sequence. 0 unless given. */
  readonly input?: number | undefined;
  /** The same for the outputs; what the cell carries to its next step is untouched. */
  readonly output?: number | undefined;
  /** The same for the state that a step reads; one for all of it, or by its parts: `{ h: 0.3 }`. */
  readonly state?: StateRates<State> | undefined;
  /** The cell's own generator is split from this one; from `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
}

/** Masks of a sequence: int32, 0 for what is dropped and 1 for what stays; null where nothing is dropped. */
export type VariationalMasks = {
  readonly input: Tensor | null;
  readonly output: Tensor | null;
  /** Of the tensors of the state, by their path in it; only of those that have a rate. */
  readonly state: { readonly [path: string]: Tensor };
};

/** The state of a {@link VariationalDropoutCell}: the cell's own, and the masks of the sequence. */
export type VariationalState<State> = { readonly cell: State; readonly masks: VariationalMasks };

/** See {@link variationalDropout}, which makes it. */
export class VariationalDropoutCell<Inner extends TensorTree>
  extends CellWrapper<Inner>
  implements Cell<VariationalState<Inner>>
{
  readonly input: number;
  readonly output: number;
  readonly rng: Rng;
  /** As the cell's; in training with dropped inputs, which are known to a step only, it does nothing. */
  readonly project?: (x: Tensor) => Tensor;
  /** There when the cell has it. */
  readonly stepProjected?: (p: Tensor, state: VariationalState<Inner>) => CellStep<VariationalState<Inner>>;
  readonly #rates: RatesByPath;

  constructor(cell: Cell<Inner>, options: VariationalDropoutOptions<Inner>) {
    super(cell);
    const op = 'variationalDropout';
    checkOptions(op, options, ['input', 'output', 'state', 'rng']);
    const { input = 0, output = 0, state = 0, rng = defaultRng() } = options;
    checkRate(op, 'input', input, 'below 1');
    checkRate(op, 'output', output, 'below 1');
    this.#rates = readRates(op, 'state', state, cell.initialState(1), 'below 1');
    this.input = input;
    this.output = output;
    this.rng = rng.split();
    const inner = projectionOf(cell);
    if (inner !== null) {
      const isMaskedFirst = (): boolean => this.training && input > 0;
      this.project = (x) => (isMaskedFirst() ? x : inner.project(x));
      this.stepProjected = (p, before) =>
        isMaskedFirst() ? this.step(p, before) : this.#dropAround(before, (own) => inner.stepProjected(p, own));
    }
  }

  initialState(batch: number): VariationalState<Inner> {
    const cell = this.cell.initialState(batch);
    const state: Record<string, Tensor> = {};
    mapTensors(cell, (part, path) => {
      const rate = this.#rates.get(path);
      if (rate !== undefined) state[path] = this.#drawMask(part.shape, rate);
      return part;
    });
    const masks = {
      input: this.input > 0 ? this.#drawMask([batch, this.inputSize], this.input) : null,
      output: this.output > 0 ? this.#drawMask([batch, this.outputSize], this.output) : null,
      state,
    };
    return { cell, masks };
  }

  step(x: Tensor, state: VariationalState<Inner>): CellStep<VariationalState<Inner>> {
    const input = this.#drop(x, state.masks.input, this.input);
    return this.#dropAround(state, (own) => this.cell.step(input, own));
  }

  /** A step of the cell inside from a thinned state, its output thinned. */
  #dropAround(
    { cell, masks }: VariationalState<Inner>,
    take: (own: Inner) => CellStep<Inner>,
  ): CellStep<VariationalState<Inner>> {
    const next = take(
      mapTensors(cell, (part, path) => this.#drop(part, masks.state[path] ?? null, this.#rates.get(path) ?? 0)),
    );
    return { output: this.#drop(next.output, masks.output, this.output), state: { cell: next.state, masks } };
  }

  #drop(x: Tensor, mask: Tensor | null, rate: number): Tensor {
    return this.training && mask !== null ? where(mask, mul(x, 1 / (1 - rate)), 0) : x;
  }

  /** A sequence that begins in evaluation moves no generator. */
  #drawMask(shape: readonly number[], rate: number): Tensor {
    const size = shape.reduce((product, n) => product * n, 1);
    const draw = (): number => (this.training && this.rng.uniform() < rate ? 0 : 1);
    return tensor(Int32Array.from({ length: size }, draw), { shape });
  }
}

/**
 * Variational dropout: in training, inputs, outputs and the state that a step reads lose the same units in all steps of
 * a sequence; what stays is multiplied by 1 / (1 − rate). In evaluation nothing happens.
 *
 * The masks are drawn when a sequence begins, by `initialState`, and are part of the state from then on: a window that
 * goes on from a carried state has the masks of the one before. One that began in evaluation has masks that drop nothing.
 * The generator is part of the state dictionary. With ids for inputs whole words are dropped.
 *
 * Give `state` to parts that enter products only: `h` of an RNN or an LSTM. The c of an LSTM and the h of a GRU are
 * also carried on as they are, and would lose a unit for ever, or grow by 1 / (1 − rate) in each step.
 *
 * Errors: `ValueError` for a rate outside of [0, 1), for parts that the state does not have, and for unknown options.
 * @source Y. Gal, Z. Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks",
 * NIPS 2016, section 4.1; the masks are those of its tied weights, the same for all gates
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { LSTMCell, unroll, variationalDropout } from '@unroll/nn';
 * const lstm = new LSTMCell({ inputSize: 3, hiddenSize: 5 });
 * const cell = variationalDropout(lstm, { input: 0.2, output: 0.2, state: { h: 0.3 } });
 * const first = unroll(cell, randn([2, 7, 3]));
 * const second = unroll(cell, randn([2, 7, 3]), { initialState: first.finalState }); // with the same masks
 * second.finalState.cell.c.shape; // [2, 5]
 * ```
 */
export function variationalDropout<State extends TensorTree>(
  cell: Cell<State>,
  options: VariationalDropoutOptions<NoInfer<State>>,
): VariationalDropoutCell<State> {
  return new VariationalDropoutCell(cell, options);
}
