/** Series with missing values as numbers, and what is known of the gaps. */
import { checkOptions, type Tensor, tensor } from '@unroll/core';
import { floatsLike, type Numbers, rowsOf, sizeOf, toTensor } from './rows.js';
import { checkRising, type Times, toTimes } from './times.js';

/** Options of {@link fillMissing}. */
export interface FillMissingOptions {
  /** When each step was; 0, 1, 2, … unless given. */
  readonly times?: Times;
}

/** What {@link fillMissing} returns. */
export interface FilledSeries {
  /** The last observed values; 0 before the first. */
  readonly values: Tensor;
  /** 1 where a value was observed, 0 where it is missing. */
  readonly mask: Tensor;
  /** How long ago the last observation before this step was, or the beginning of the series. */
  readonly deltas: Tensor;
}

/**
 * Puts the last observed value in the place of each missing one (NaN), and tells which they are and how old: what the
 * GRU-D takes as input, and what other cells can use as additional features. Scale first, so that the 0 before the
 * first observation is the mean.
 *
 * `m_t = 1` where `x_t` is observed, else 0; `δ_0 = 0`, `δ_t = s_t − s_{t−1}` where `m_{t−1} = 1`, else
 * `s_t − s_{t−1} + δ_{t−1}`; s are the times.
 *
 * Shapes: series `[T]` or `[T, D]`, any further axes too; all results the same.
 * Units: deltas have the unit of the times.
 * Errors: `ShapeError` for a scalar, and for another number of times than of steps; `ValueError` for times that fall or
 * are not finite, and for unknown options.
 * @source Z. Che, S. Purushotham, K. Cho, D. Sontag, Y. Liu, "Recurrent Neural Networks for Multivariate Time Series
 * with Missing Values", Scientific Reports 8:6085, 2018, masking and time interval
 *
 * @example
 * ```ts
 * import { concat } from '@unroll/core';
 * import { fillMissing } from '@unroll/data';
 * const series = [[47, NaN], [49, 15], [NaN, 14], [40, NaN]];
 * const { values, mask, deltas } = fillMissing(series, { times: [0, 0.5, 1, 3] });
 * values.toArray(); // [[47, 0], [49, 15], [49, 14], [40, 14]]
 * mask.toArray(); // [[1, 0], [1, 1], [0, 1], [1, 0]]
 * deltas.toArray(); // [[0, 0], [0.5, 0.5], [0.5, 0.5], [2.5, 2]]
 * concat([values, mask, deltas], 1).shape; // [4, 6]
 * ```
 */
export function fillMissing(series: Numbers, options: FillMissingOptions = {}): FilledSeries {
  const op = 'fillMissing';
  checkOptions(op, options, ['times']);
  const { data, count, rowShape } = rowsOf(op, 'series', toTensor(series));
  const times = toTimes(op, options.times ?? Array.from({ length: count }, (_, t) => t), count);
  checkRising(op, times);
  const width = sizeOf(rowShape);
  const zeros = (): Float32Array | Float64Array => floatsLike(data, data.length);
  const [values, mask, deltas] = [zeros(), zeros(), zeros()];
  for (let feature = 0; feature < width; feature++) {
    let last = 0; // the value observed last, and when; at first the mean, and the beginning
    let since = times[0] as number;
    for (let t = 0, i = feature; t < count; t++, i += width) {
      deltas[i] = (times[t] as number) - since;
      const value = data[i] as number;
      if (!Number.isNaN(value)) {
        mask[i] = 1;
        last = value;
        since = times[t] as number;
      }
      values[i] = last;
    }
  }
  const shape = [count, ...rowShape];
  return { values: tensor(values, { shape }), mask: tensor(mask, { shape }), deltas: tensor(deltas, { shape }) };
}
