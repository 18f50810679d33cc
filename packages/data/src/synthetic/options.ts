/** What the generators of this folder take, and what they refuse. */
import { checkOptions, checkSize, Rng, ValueError } from '@unroll/core';

/** Options of every generator of examples. */
export interface SyntheticOptions {
  /** How many examples. */
  readonly count: number;
  /** Draws them. Generators in equal states give equal data, on every machine. */
  readonly rng: Rng;
}

/** Options of generators whose examples can repeat. */
export interface DistinctOptions extends SyntheticOptions {
  /**
   * Draw until no two are alike, so that a part which is split off holds nothing of the rest; false unless given, as
   * examples that are drawn anew for each step need it to be.
   */
  readonly distinct?: boolean;
}

/** Options of every generator of one series. */
export interface SeriesOptions {
  /** How long the series is. */
  readonly steps: number;
  /** Draws it. Generators in equal states give equal data, on every machine. */
  readonly rng: Rng;
}

/** Errors: `ValueError` for options other than `count`, `rng` and `others`, a count that is no size, or no generator. */
export function checkSynthetic(op: string, options: SyntheticOptions, others: readonly string[] = []): void {
  checkOptions(op, options, ['count', 'rng', ...others]);
  checkSize(op, 'count', options.count);
  checkRng(op, options.rng);
}

/** Errors: `ValueError` for options other than `steps` and `rng`, for steps that are no size, or no generator. */
export function checkSeries(op: string, options: SeriesOptions): void {
  checkOptions(op, options, ['steps', 'rng']);
  checkSize(op, 'steps', options.steps);
  checkRng(op, options.rng);
}

/** Data that nobody can draw again is of no use, so there is no generator by default. */
function checkRng(op: string, rng: unknown): void {
  if (rng instanceof Rng) return;
  throw new ValueError({
    op,
    what: `rng is ${typeof rng}`,
    rule: 'rng must be an Rng of @unroll/core, so that the same data can be drawn again',
    mend: 'Pass { rng: new Rng(1) }',
  });
}
