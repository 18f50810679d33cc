/** A number that falls when a measure of success no longer improves. */
import { checkOptions, checkSize, ValueError } from '@unroll/core';
import { checkAtLeastZero, checkFraction, checkWord } from './settings.js';

/** Options of {@link ReduceOnPlateau}. */
export interface ReduceOnPlateauOptions {
  /** The number to begin with. */
  readonly initial: number;
  /** What it is multiplied by at a plateau, in [0, 1); 0.1 unless given. */
  readonly factor?: number;
  /** So many updates without improvement are borne; the next one reduces. 10 unless given. */
  readonly patience?: number;
  /** Whether a smaller or a larger measure is better; `'min'` unless given. */
  readonly mode?: 'min' | 'max';
  /** The share of the best measure by which the next must be better to count; 1e-4 unless given. */
  readonly threshold?: number;
  /** So many updates after a reduction do not count; 0 unless given. */
  readonly cooldown?: number;
  /** It falls no further; 0 unless given. */
  readonly min?: number;
}

/** Everything that changes in a {@link ReduceOnPlateau}, as plain data for a checkpoint. */
export interface ReduceOnPlateauState {
  readonly value: number;
  /** The best measure yet; null before the first. */
  readonly best: number | null;
  /** Updates without improvement. */
  readonly bad: number;
  /** Updates that do not count yet. */
  readonly cooldown: number;
}

/**
 * A learning rate (or any other number) that is multiplied by `factor` whenever a measure, such as the loss on the
 * validation data, has not improved for more than `patience` updates.
 *
 * Errors: `ValueError` for options that are unknown or out of range.
 * Differs: PyTorch's `ReduceLROnPlateau` writes an optimizer; here `optimizer.lr = plateau.update(loss)` does. Its
 * threshold turns around for measures below 0; this one is a share of the magnitude. It leaves out reductions by less
 * than 1e-8.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@unroll/core';
 * import { ReduceOnPlateau, SGD } from '@unroll/optim';
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 0.5 });
 * const plateau = new ReduceOnPlateau({ initial: optimizer.lr, factor: 0.5, patience: 1 });
 * for (const validationLoss of [3, 2, 2.5, 2.1]) optimizer.lr = plateau.update(validationLoss);
 * optimizer.lr; // 0.25
 * ```
 */
export class ReduceOnPlateau {
  readonly factor: number;
  readonly patience: number;
  readonly mode: 'min' | 'max';
  readonly threshold: number;
  readonly cooldown: number;
  readonly min: number;
  #state: ReduceOnPlateauState;

  constructor(options: ReduceOnPlateauOptions) {
    const op = 'new ReduceOnPlateau';
    checkOptions(op, options, ['initial', 'factor', 'patience', 'mode', 'threshold', 'cooldown', 'min']);
    const { initial, factor = 0.1, patience = 10, mode = 'min' } = options;
    const { threshold = 1e-4, cooldown = 0, min = 0 } = options;
    checkAtLeastZero(op, { initial, threshold, min });
    checkFraction(op, { factor });
    checkSize(op, 'patience', patience, 0);
    checkSize(op, 'cooldown', cooldown, 0);
    checkWord(op, 'mode', mode, ['min', 'max']);
    if (min > initial) {
      throw new ValueError({
        op,
        what: `min is ${min} and initial is ${initial}`,
        rule: 'it falls from initial to min at most',
        mend: 'Pass a smaller min',
      });
    }
    this.factor = factor;
    this.patience = patience;
    this.mode = mode;
    this.threshold = threshold;
    this.cooldown = cooldown;
    this.min = min;
    this.#state = { value: initial, best: null, bad: 0, cooldown: 0 };
  }

  /** The number as it is now. */
  get value(): number {
    return this.#state.value;
  }

  /** Takes a measure into account and returns the number from here on. Errors: `ValueError` for NaN. */
  update(measure: number): number {
    if (Number.isNaN(measure)) {
      throw new ValueError({
        op: 'ReduceOnPlateau.update',
        what: 'the measure is NaN',
        rule: 'NaN is neither better nor worse than another number',
        mend: 'Look for where the loss became NaN',
      });
    }
    const { value, best, bad, cooldown } = this.#state;
    const better = this.#isBetter(measure, best);
    const counted = better || cooldown > 0 ? 0 : bad + 1;
    const reduces = counted > this.patience;
    this.#state = {
      value: reduces ? Math.max(value * this.factor, this.min) : value,
      best: better ? measure : best,
      bad: reduces ? 0 : counted,
      cooldown: reduces ? this.cooldown : Math.max(cooldown - 1, 0),
    };
    return this.#state.value;
  }

  #isBetter(measure: number, best: number | null): boolean {
    const worst = this.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    if (best === null) return measure !== worst;
    const margin = this.threshold * Math.abs(best);
    return this.mode === 'min' ? measure < best - margin : measure > best + margin;
  }

  /** A copy of the state. */
  stateDict(): ReduceOnPlateauState {
    return { ...this.#state };
  }

  /**
   * Takes over what {@link ReduceOnPlateau.stateDict} returned, from this object or one built alike.
   *
   * Errors: `ValueError` for anything else. Nothing is changed then.
   */
  loadStateDict(state: ReduceOnPlateauState): void {
    const { value, best, bad, cooldown } = state;
    const op = 'ReduceOnPlateau.loadStateDict';
    checkAtLeastZero(op, { value });
    checkSize(op, 'bad', bad, 0);
    checkSize(op, 'cooldown', cooldown, 0);
    if (best !== null && (typeof best !== 'number' || Number.isNaN(best))) {
      throw new ValueError({
        op,
        what: `best is ${String(best)}`,
        rule: 'best must be a number, or null before the first update',
        mend: 'Pass what stateDict() returned',
      });
    }
    this.#state = { value, best, bad, cooldown };
  }
}
