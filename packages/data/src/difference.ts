/** Series as their changes, and back. */
import { checkOptions, checkSize, ShapeError, type Tensor, tensor } from '@unroll/core';
import { floatsLike, type Numbers, type Rows, rowsOf, sizeOf, toTensor } from './rows.js';

/** Options of {@link difference}. */
export interface DifferenceOptions {
  /** How many steps back a step is compared with; 1 unless given, and the length of the season against seasons. */
  readonly lag?: number;
}

/**
 * The changes of a series, which take a trend or a season out of it.
 *
 * `d_t = x_{t + lag} − x_t`, for t from 0 to T − lag − 1.
 *
 * Shapes: series `[T]` or `[T, D]`, any further axes too; the result `[T − lag, …]`.
 * Errors: `ShapeError` for a series that is no longer than lag; `ValueError` for options that are unknown or wrong.
 * Numerics: each change is rounded once. Nothing is recorded: gradients do not pass.
 * @source G. E. P. Box, G. M. Jenkins, "Time Series Analysis: Forecasting and Control", 1970, chapters 4 and 9
 *
 * @example
 * ```ts
 * import { difference, undifference } from '@unroll/data';
 * const series = [1, 3, 6, 10];
 * const changes = difference(series); // 2, 3, 4
 * undifference(changes, [1]).toArray(); // [1, 3, 6, 10]
 * undifference([5, 6], [10]).toArray(); // [10, 15, 21]: from forecast changes to a forecast
 * difference(series, { lag: 2 }).toArray(); // [5, 7]
 * ```
 */
export function difference(series: Numbers, options: DifferenceOptions = {}): Tensor {
  const op = 'difference';
  checkOptions(op, options, ['lag']);
  const { lag = 1 } = options;
  checkSize(op, 'lag', lag);
  const { data, count, rowShape } = rowsOf(op, 'series', toTensor(series));
  if (count <= lag) {
    throw new ShapeError({
      op,
      what: 'the series is too short',
      arrays: { series: { shape: [count, ...rowShape] } },
      rule: `with lag ${lag} it needs at least ${lag + 1} steps`,
      mend: 'Pass a longer series, or a smaller lag',
    });
  }
  const back = lag * sizeOf(rowShape);
  const changes = floatsLike(data, data.length - back);
  changes.forEach((_, i) => {
    changes[i] = (data[i + back] as number) - (data[i] as number);
  });
  return tensor(changes, { shape: [count - lag, ...rowShape] });
}

/**
 * The series that has the given changes and begins with `start`: the inverse of {@link difference}, whose lag is the
 * number of steps of `start`.
 *
 * `x_t = start_t` for t < lag, `x_{t + lag} = x_t + d_t`.
 *
 * Shapes: differences `[T, …]`, start `[lag, …]`; the result `[lag + T, …]`.
 * Errors: `ShapeError` for a start without steps, and for one that differs after the first axis.
 * Numerics: summed in float64 and rounded once a step; but changes in float32 were rounded, each by at most `2⁻²⁴·|d|`,
 * and along a series these errors add up. Nothing is recorded: gradients do not pass.
 */
export function undifference(differences: Numbers, start: Numbers): Tensor {
  const changes = rowsOf('undifference', 'differences', toTensor(differences));
  const first = rowsOf('undifference', 'start', toTensor(start));
  checkStart(changes, first);
  const sums = new Float64Array(first.data.length + changes.data.length);
  sums.set(first.data);
  changes.data.forEach((change, i) => {
    sums[i + first.data.length] = (sums[i] as number) + change;
  });
  const series = floatsLike(changes.data, sums.length);
  series.set(sums);
  return tensor(series, { shape: [first.count + changes.count, ...changes.rowShape] });
}

function checkStart(changes: Rows, start: Rows): void {
  const alike =
    start.rowShape.length === changes.rowShape.length &&
    start.rowShape.every((size, i) => size === changes.rowShape[i]);
  if (start.count > 0 && alike) return;
  throw new ShapeError({
    op: 'undifference',
    what: start.count > 0 ? 'start does not fit the differences' : 'start has no steps',
    arrays: {
      differences: { shape: [changes.count, ...changes.rowShape] },
      start: { shape: [start.count, ...start.rowShape] },
    },
    rule: 'start is the first lag steps of the series, alike after the first axis',
    mend: 'Pass slice(series, 0, 0, lag)',
  });
}
