/** Prices like those of a share: a walk whose next step nobody can tell, though its size can. */
import { type Tensor, tensor } from '@unroll/core';
import { checkSeries, type SeriesOptions } from './options.js';

/** Prices and how they came about. */
export interface StockSeries {
  /** float32 `[T]`: 100 before the first step. */
  readonly prices: Tensor;
  /** float32 `[T]`: by what fraction each price lies above the one before. */
  readonly returns: Tensor;
}

/**
 * The mean square of the returns, and so the least error that a forecast of them can have: it is that of who always
 * says 0, as prices neither rise nor fall on average. No model can do better in the long run.
 */
export const STOCK_SERIES_BASELINE: number = 1e-4;

/** How much of the variance follows the last return, and how much stays as it was. */
const [REACTION, PERSISTENCE] = [0.1, 0.85];

/**
 * A geometric random walk whose steps come in calm and restless times (GARCH(1, 1)): `p_t = p_{t−1}·(1 + r_t)`,
 * `r_t = σ_t·z_t` with `z_t ~ N(0, 1)`, `σ²_{t+1} = ω + 0.1·r_t² + 0.85·σ_t²`. The mean of σ² is 1e-4: 1 % a step.
 *
 * Returns do not depend on those before, but their squares do (correlation 0.18 from one to the next): the size of the
 * next step can be forecast, its direction cannot.
 *
 * Shapes: prices and returns `[steps]`.
 * Errors: `ValueError` for options that are unknown or wrong.
 * @source T. Bollerslev, "Generalized autoregressive conditional heteroskedasticity", Journal of Econometrics 31, 1986
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import { slidingWindows } from '@unroll/data';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { returns } = synthetic.stockSeries({ steps: 500, rng: new Rng(1) });
 * slidingWindows(returns, { input: 20 }).count; // 480
 * ```
 */
export function stockSeries(options: SeriesOptions): StockSeries {
  checkSeries('synthetic.stockSeries', options);
  const { steps, rng } = options;
  const constant = STOCK_SERIES_BASELINE * (1 - REACTION - PERSISTENCE);
  const [prices, returns] = [new Float32Array(steps), new Float32Array(steps)];
  let variance = STOCK_SERIES_BASELINE;
  let price = 100;
  for (let t = 0; t < steps; t++) {
    const gain = Math.sqrt(variance) * rng.normal();
    price *= 1 + gain;
    prices[t] = price;
    returns[t] = gain;
    variance = constant + REACTION * gain * gain + PERSISTENCE * variance;
  }
  return { prices: tensor(prices), returns: tensor(returns) };
}
