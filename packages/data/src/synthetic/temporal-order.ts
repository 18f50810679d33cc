/** Temporal order: which of X and Y came first, long ago. */
import { checkSize, type Tensor, tensor, ValueError } from '@unroll/core';
import { checkSynthetic, type SyntheticOptions } from './options.js';

/** Options of {@link temporalOrder}. */
export interface TemporalOrderOptions extends SyntheticOptions {
  /** How long each sequence is; at least 10. */
  readonly steps: number;
  /** How many of the symbols count: 2, for 4 classes, or 3, for 8. */
  readonly relevant: 2 | 3;
}

/** Sequences, and what is to be said at their ends. */
export interface TemporalOrder {
  /** int32 `[N, T]`: places in {@link TEMPORAL_ORDER_SYMBOLS}. */
  readonly x: Tensor;
  /** int32 `[N]`: classes. */
  readonly y: Tensor;
}

/** E begins a sequence, B ends it, a to d are noise, X and Y count. */
export const TEMPORAL_ORDER_SYMBOLS: readonly string[] = ['E', 'B', 'a', 'b', 'c', 'd', 'X', 'Y'];

const [BEGIN, END, NOISE, X] = [0, 1, 2, 6];
const NOISES = 4;
/** Where the windows begin in which a relevant symbol stands, in hundredths of the length; they are a tenth wide. */
const WINDOWS = { 2: [10, 50], 3: [10, 33, 66] } as const;

/**
 * Temporal order: among noise, at two or three places that are far from each other, stand X or Y, and the class says
 * which stood where: `XX, XY, YX, YY` are 0 to 3, and `XXX` to `YYY` are 0 to 7, the first symbol being the highest
 * bit. In 100 steps the places are drawn from 10–20 and 50–60, or from 10–20, 33–43 and 66–76.
 *
 * With two relevant symbols (experiment 6a) guessing is right in 25 % of the cases, with three (6b) in 12.5 %.
 *
 * Shapes: x `[count, steps]` with ids below 8, y `[count]`.
 * Errors: `ValueError` for options that are unknown or wrong.
 * Differs: from the experiment, in which the length is drawn from 100 to 110.
 * @source S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, experiment 6
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { x, y } = synthetic.temporalOrder({ count: 32, steps: 50, relevant: 3, rng: new Rng(1) });
 * x.shape; // [32, 50]
 * y.shape; // [32]
 * ```
 */
export function temporalOrder(options: TemporalOrderOptions): TemporalOrder {
  const op = 'synthetic.temporalOrder';
  checkSynthetic(op, options, ['steps', 'relevant']);
  const { count, steps, relevant, rng } = options;
  checkSize(op, 'steps', steps, 10); // below, windows would meet
  checkRelevant(op, relevant);
  const starts = WINDOWS[relevant].map((hundredths) => Math.floor((hundredths * steps) / 100));
  const width = Math.floor(steps / 10) + 1; // both ends belong to a window
  const x = new Int32Array(count * steps);
  const y = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    const row = x.subarray(n * steps, (n + 1) * steps);
    row[0] = BEGIN;
    for (let t = 1; t < steps - 1; t++) row[t] = NOISE + rng.integer(NOISES);
    row[steps - 1] = END;
    let order = 0;
    for (const start of starts) {
      const place = start + rng.integer(width);
      const bit = rng.integer(2);
      row[place] = X + bit;
      order = 2 * order + bit;
    }
    y[n] = order;
  }
  return { x: tensor(x, { shape: [count, steps] }), y: tensor(y) };
}

/**
 * How often a guess is right: 0.25 with two relevant symbols, 0.125 with three.
 *
 * Errors: `ValueError` for another number of them.
 */
export function temporalOrderBaseline(relevant: 2 | 3): number {
  checkRelevant('synthetic.temporalOrderBaseline', relevant);
  return 1 / (1 << relevant);
}

function checkRelevant(op: string, relevant: number): void {
  if (relevant === 2 || relevant === 3) return;
  throw new ValueError({
    op,
    what: `relevant is ${relevant}`,
    rule: 'the task has 2 relevant symbols, for 4 classes, or 3, for 8',
    mend: 'Pass one of them',
  });
}
