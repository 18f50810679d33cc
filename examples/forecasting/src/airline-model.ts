/** What statistics has said about the airline passengers since 1970. */

/** θ and Θ. */
export interface AirlineModelNumbers {
  readonly theta: number;
  readonly seasonal: number;
}

/** Those of Box and Jenkins, who had all 144 months to find them. */
export const BOX_JENKINS: AirlineModelNumbers = { theta: 0.4, seasonal: 0.6 };

const YEAR = 12;

/**
 * The seasonal moving average ARIMA(0, 1, 1)×(0, 1, 1)₁₂ of a series of logarithms, which got its name, "airline model", from
 * this series:
 *
 * ```text
 * x_t = x_(t−1) + x_(t−12) − x_(t−13) + a_t − θ·a_(t−1) − Θ·a_(t−12) + θ·Θ·a_(t−13)
 * ```
 *
 * Answers the forecast of each month, NaN for the first 13. Behind the first `known` months the forecasts take the place of
 * the series, and the shocks a are 0.
 *
 * @source G. E. P. Box, G. M. Jenkins, "Time series analysis: forecasting and control", Holden-Day 1970, section 9.2
 */
export function airlineModel(
  series: readonly number[],
  known: number,
  { theta, seasonal }: AirlineModelNumbers,
): number[] {
  const x = series.slice(0, known);
  const shocks: number[] = [];
  const forecasts: number[] = [];
  const shock = (t: number): number => shocks[t] ?? 0;
  for (let t = 0; t < series.length; t++) {
    const [month = 0, year = 0, both = 0] = [x[t - 1], x[t - YEAR], x[t - YEAR - 1]];
    const moved = theta * shock(t - 1) + seasonal * shock(t - YEAR) - theta * seasonal * shock(t - YEAR - 1);
    const forecast = t > YEAR ? month + year - both - moved : Number.NaN;
    forecasts.push(forecast);
    x[t] ??= forecast;
    shocks.push(t > YEAR ? (x[t] ?? forecast) - forecast : 0);
  }
  return forecasts;
}
