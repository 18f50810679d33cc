/** Averages of parameters over a training, to evaluate with. */
import {
  add,
  checkNotRecording,
  checkOptions,
  mul,
  type Parameter,
  scratch,
  sub,
  type Tensor,
  ValueError,
  type Variable,
  zerosLike,
} from '@unroll/core';
import { checkParameters } from './parameter-list.js';
import { checkFraction } from './settings.js';
import { copyOf, copyState, loadState, type OptimizerState, type Slot } from './state-dict.js';

/** Options of {@link ExponentialMovingAverage}. */
export interface ExponentialMovingAverageOptions {
  /** How much of the average stays at each update, in [0, 1); 0.999 unless given. */
  readonly decay?: number;
}

/**
 * Exponential moving averages of parameters: smoother than the last ones, and often better on data not trained on.
 *
 * `ā ← decay·ā + (1 − decay)·p`, from 0, corrected for that start: `a = ā / (1 − decayᵗ)` after t updates. So the first
 * average is the parameter itself, and early ones are plain means.
 *
 * Errors: `ValueError` for options that are unknown or out of range, and for parameters that are none.
 * Numerics: kept in the corrected form, `a ← a + (p − a)·(1 − decay) / (1 − decayᵗ)`. In float32 a parameter that is
 * within 6e-8 / (1 − decay) of its average, relatively, no longer moves it.
 * @source D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", arXiv:1412.6980, section 7.2
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, Tape, tensor } from '@unroll/core';
 * import { ExponentialMovingAverage, SGD } from '@unroll/optim';
 * const w = new Parameter(tensor([8]));
 * const optimizer = new SGD([w], { lr: 0.25 });
 * const average = new ExponentialMovingAverage([w], { decay: 0.5 });
 * const tape = new Tape();
 * for (let step = 0; step < 2; step++) {
 *   optimizer.zeroGrad();
 *   tape.backward(tape.record(() => sum(mul(w, w))));
 *   optimizer.step(); // 4, then 2
 *   average.update();
 * }
 * average.withAverage(() => w.item().toFixed(4)); // '2.6667'
 * w.item(); // 2
 * ```
 */
export class ExponentialMovingAverage {
  readonly parameters: readonly Parameter[];
  readonly decay: number;
  readonly #averages: readonly Variable[];
  /** decayᵗ after t updates. */
  #decayPower = 1;

  constructor(parameters: Iterable<Parameter>, options: ExponentialMovingAverageOptions = {}) {
    const op = 'new ExponentialMovingAverage';
    checkOptions(op, options, ['decay']);
    const { decay = 0.999 } = options;
    checkFraction(op, { decay });
    this.parameters = checkParameters(op, parameters);
    this.decay = decay;
    this.#averages = this.parameters.map(zerosLike);
  }

  /** Takes the parameters into the averages, frozen ones too; after `optimizer.step()`. Errors: `TapeError` inside a recording. */
  update(): void {
    this.#checkNotRecording('update');
    this.#decayPower *= this.decay;
    const share = (1 - this.decay) / (1 - this.#decayPower);
    // Nothing of it stays on the heap.
    scratch(() => {
      for (const { parameter, average } of this.#pairs()) {
        average.assign(add(average, mul(sub(parameter, average), share)));
      }
      return null;
    });
  }

  /**
   * Runs `fn` with the averages in the parameters, and puts the parameters back. To keep the averages, save them
   * inside: `withAverage(() => model.stateDict())`.
   *
   * Errors: `ValueError` before the first update, and when `fn` returns a promise, which would end too late;
   * `TapeError` inside a recording. What `fn` throws passes through. The parameters are back in any case.
   */
  withAverage<T>(fn: () => T): T {
    this.#checkNotRecording('withAverage');
    if (this.#decayPower === 1) {
      throw new ValueError({
        op: 'ExponentialMovingAverage.withAverage',
        what: 'nothing has been averaged yet',
        rule: 'an average is of at least one update',
        mend: 'Call update() after optimizer.step()',
      });
    }
    const own = this.parameters.map(copyOf);
    let result: T;
    try {
      for (const { parameter, average } of this.#pairs()) parameter.assign(average);
      result = fn();
    } finally {
      this.parameters.forEach((parameter, i) => {
        parameter.assign(own[i] as Tensor);
      });
    }
    if (typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function') {
      throw new ValueError({
        op: 'ExponentialMovingAverage.withAverage',
        what: 'the result is a promise',
        rule: 'the parameters are put back as fn returns, which is before an async function has ended',
        mend: 'Await the data first, then evaluate without async',
      });
    }
    return result;
  }

  /** A copy of the state: `decayPower`, and each parameter's average by its place in the list, as `0.average`. */
  stateDict(): OptimizerState {
    return copyState(this.#slots());
  }

  /**
   * Takes over what {@link ExponentialMovingAverage.stateDict} returned, from this average or one built alike.
   *
   * Errors: `ValueError` listing all names that are missing, unexpected or misfit; `TapeError` inside a recording;
   * `ReleasedError` for tensors that are gone. Nothing is changed then.
   */
  loadStateDict(dictionary: OptimizerState): void {
    this.#checkNotRecording('loadStateDict');
    loadState('ExponentialMovingAverage.loadStateDict', this.#slots(), dictionary);
  }

  #pairs(): { readonly parameter: Parameter; readonly average: Variable }[] {
    return this.parameters.map((parameter, i) => ({ parameter, average: this.#averages[i] as Variable }));
  }

  #checkNotRecording(method: string): void {
    for (const parameter of this.parameters) checkNotRecording(`ExponentialMovingAverage.${method}`, parameter);
  }

  #slots(): Slot[] {
    const power: Slot = {
      path: 'decayPower',
      value: this.#decayPower,
      range: 'a number from 0 to 1',
      fits: (next) => next >= 0 && next <= 1,
      replace: (next) => {
        this.#decayPower = next;
      },
    };
    const averages = this.#pairs().map(({ parameter, average }, i) => ({
      path: `${i}.average`,
      variable: average,
      parameter,
    }));
    return [power, ...averages];
  }
}
