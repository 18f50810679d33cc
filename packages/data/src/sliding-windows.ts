/** Windows over a time series, for forecasting. */
import { checkOptions, checkSize, ShapeError, type Tensor } from '@unroll/core';
import type { SequenceWindow } from './bptt-windows.js';
import { type Numbers, rowRange, rowsOf, takeRows, toTensor } from './rows.js';

/** Options of {@link slidingWindows}. */
export interface SlidingWindowsOptions {
  /** How many steps are seen. */
  readonly input: number;
  /** How many steps are to be forecast; 1 unless given. */
  readonly horizon?: number;
  /** How far one window begins after the one before; 1 unless given. */
  readonly stride?: number;
  /** How many steps lie between the last one seen and the first one to be forecast; 0 unless given. */
  readonly gap?: number;
}

/** Windows over one series, to be read as often as wanted. */
export interface SlidingWindows extends Iterable<SequenceWindow> {
  /** How many windows there are. */
  readonly count: number;
  /** All windows in one pair of tensors, with an axis for the windows in front: what {@link batches} takes. */
  all(): { readonly x: Tensor; readonly y: Tensor };
}

/**
 * Pairs of `input` steps of a series and the `horizon` steps that come `gap` steps after them.
 *
 * Window `i` has `x = series[i·stride … i·stride + input − 1]`, and y begins at `i·stride + input + gap`. There are
 * `⌊(T − input − gap − horizon) / stride⌋ + 1`.
 *
 * Shapes: series `[T]` or `[T, D]`, any further axes too; x `[input, …]`, y `[horizon, …]`.
 * Errors: `ShapeError` for a series that is shorter than one window or a scalar; `ValueError` for options that are
 * unknown or no sizes.
 *
 * @example
 * ```ts
 * import { batches, slidingWindows } from '@unroll/data';
 * const windows = slidingWindows([0, 1, 2, 3, 4, 5, 6, 7], { input: 3, horizon: 2, stride: 2 });
 * windows.count; // 2
 * for (const { x, y } of windows) x.toArray(); // [0, 1, 2], then [2, 3, 4]; y is [3, 4], then [5, 6]
 * for (const { x, y } of batches(windows.all(), { size: 2 })) x.shape; // [2, 3]; y has [2, 2]
 * ```
 */
export function slidingWindows(series: Numbers, options: SlidingWindowsOptions): SlidingWindows {
  const op = 'slidingWindows';
  checkOptions(op, options, ['input', 'horizon', 'stride', 'gap']);
  const { input, horizon = 1, stride = 1, gap = 0 } = options;
  for (const [name, value] of Object.entries({ input, horizon, stride })) checkSize(op, name, value);
  checkSize(op, 'gap', gap, 0);
  const steps = rowsOf(op, 'series', toTensor(series));
  const length = input + gap + horizon;
  if (steps.count < length) {
    throw new ShapeError({
      op,
      what: 'the series is shorter than one window',
      arrays: { series: { shape: [steps.count, ...steps.rowShape] } },
      rule: `a window takes input ${input} + gap ${gap} + horizon ${horizon} = ${length} steps`,
      mend: 'Pass a longer series, or smaller options',
    });
  }
  const count = Math.floor((steps.count - length) / stride) + 1;
  const windowAt = (i: number): SequenceWindow => {
    const [start, target] = [i * stride, i * stride + input + gap];
    return { x: rowRange(steps, start, start + input), y: rowRange(steps, target, target + horizon) };
  };
  return {
    count,
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) yield windowAt(i);
    },
    all() {
      // Row numbers of all windows, one after the other.
      const rows = (offset: number, size: number): Int32Array =>
        Int32Array.from({ length: count * size }, (_, i) => Math.floor(i / size) * stride + offset + (i % size));
      return {
        x: takeRows(steps, rows(0, input), [count, input]),
        y: takeRows(steps, rows(input + gap, horizon), [count, horizon]),
      };
    },
  };
}
