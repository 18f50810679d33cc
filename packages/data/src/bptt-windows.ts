/** A long text as windows for truncated backpropagation through time. */
import { checkOptions, checkSize, type Tensor, tensor, ValueError } from '@unroll/core';
import { type Ids, toIds } from './ids.js';

/** Inputs and what is to be predicted from them. */
export interface SequenceWindow {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** Options of {@link bpttWindows}. */
export interface BpttWindowsOptions {
  /** How many streams are read side by side. */
  readonly batch: number;
  /** How many characters of each stream a window holds. */
  readonly steps: number;
}

/** Windows over one text, to be read as often as wanted. */
export interface BpttWindows extends Iterable<SequenceWindow> {
  /** How many windows there are. */
  readonly count: number;
  /** How many ids at the end of the text are in no window, neither as input nor as target. */
  readonly dropped: number;
}

/**
 * Cuts a text into `batch` streams of equal length that follow one another, and reads them side by side, `steps`
 * characters at a time: row `b` of a window goes on where row `b` of the one before ended, so that the state after one
 * window is the initial state of the next. `y` is `x` one character later.
 *
 * Stream `b` reads `ids[b·L] … ids[b·L + L − 1]`, where `L = count·steps` and `count = ⌊(T − 1) / (batch·steps)⌋`.
 *
 * Shapes: ids `[T]`; x and y int32 `[batch, steps]`.
 * Errors: `ValueError` for a text that does not fill one window, and for options that are unknown or no sizes;
 * `DataTypeError`, `ShapeError` or `ValueError` for ids that are not whole numbers in a row.
 * @source R. J. Williams, J. Peng, "An efficient gradient-based algorithm for on-line training of recurrent network
 * trajectories", Neural Computation 2, 1990
 *
 * @example
 * ```ts
 * import { bpttWindows, CharVocabulary } from '@unroll/data';
 * const text = 'the cat sat on the mat';
 * const vocabulary = new CharVocabulary(text);
 * const windows = bpttWindows(vocabulary.encode(text), { batch: 2, steps: 5 });
 * windows.count; // 2
 * windows.dropped; // 1
 * for (const { x, y } of windows) {
 *   x.shape; // [2, 5]; the rows are 'the c' and 't on ', then 'at sa' and 'the m'
 *   y.shape; // [2, 5]; 'he ca' and ' on t', then 't sat' and 'he ma'
 * }
 * ```
 */
export function bpttWindows(ids: Ids, options: BpttWindowsOptions): BpttWindows {
  checkOptions('bpttWindows', options, ['batch', 'steps']);
  const { batch, steps } = options;
  checkSize('bpttWindows', 'batch', batch);
  checkSize('bpttWindows', 'steps', steps);
  const text = toIds('bpttWindows', ids);
  const count = Math.floor((text.length - 1) / (batch * steps));
  if (count < 1) {
    throw new ValueError({
      op: 'bpttWindows',
      what: 'the text is shorter than one window',
      arrays: { ids: { shape: [text.length] } },
      rule: `a window of batch ${batch} and steps ${steps} takes ${batch} · ${steps} + 1 = ${batch * steps + 1} ids`,
      mend: 'Pass a longer text, or a smaller batch or fewer steps',
    });
  }
  const streamLength = count * steps;
  return {
    count,
    dropped: text.length - 1 - batch * streamLength,
    *[Symbol.iterator]() {
      const starts = Array.from({ length: batch }, (_, b) => b * streamLength);
      for (let at = 0; at < streamLength; at += steps) {
        yield windowOf(starts.map((start) => text.subarray(start + at, start + at + steps + 1)));
      }
    },
  };
}

/** The window whose rows are the given ids, each one longer than the window: the last is only a target. */
export function windowOf(rows: readonly Int32Array[]): SequenceWindow {
  const steps = (rows[0]?.length ?? 1) - 1;
  const shape = [rows.length, steps];
  const [x, y] = [new Int32Array(rows.length * steps), new Int32Array(rows.length * steps)];
  rows.forEach((row, b) => {
    x.set(row.subarray(0, steps), b * steps);
    y.set(row.subarray(1), b * steps);
  });
  return { x: tensor(x, { shape }), y: tensor(y, { shape }) };
}
