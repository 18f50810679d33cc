/** A short series that is in every book on forecasting. */
import { type Tensor, tensor } from '@unroll/core';

/** A row a year. */
const THOUSANDS: readonly (readonly number[])[] = [
  [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118],
  [115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140],
  [145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166],
  [171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194],
  [196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201],
  [204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229],
  [242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278],
  [284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306],
  [315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336],
  [340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337],
  [360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405],
  [417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432],
];

/**
 * Root mean squared errors, in thousands, over the last 24 months (1959 and 1960) of who forecasts the month before
 * (`naive`) or the same month of the year before (`seasonalNaive`).
 */
export const AIRLINE_PASSENGERS_BASELINES: { readonly naive: number; readonly seasonalNaive: number } = {
  naive: 51.782,
  seasonalNaive: 49.987,
};

/**
 * Passengers of international airlines, month by month from January 1949 to December 1960: series G of Box and Jenkins.
 * It rises, and its yearly swing grows with it.
 *
 * Shapes: float32 `[144]`.
 * Units: thousands.
 * @source G. E. P. Box, G. M. Jenkins, "Time series analysis: forecasting and control", Holden-Day 1970, series G
 *
 * @example
 * ```ts
 * import { slidingWindows } from '@unroll/data';
 * import * as synthetic from '@unroll/data/synthetic';
 * const series = synthetic.airlinePassengers();
 * series.shape; // [144]
 * slidingWindows(series, { input: 12 }).count; // 132
 * ```
 */
export function airlinePassengers(): Tensor {
  return tensor(Float32Array.from(THOUSANDS.flat()));
}
