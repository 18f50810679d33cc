import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { expect, test } from 'vitest';
import { airlineModel, BOX_JENKINS } from './airline-model.js';

test('without its two numbers its errors are the differences that SAS describes', () => {
  const logs = Array.from(synthetic.airlinePassengers().data, Math.log);
  const forecasts = airlineModel(logs, logs.length, { theta: 0, seasonal: 0 });
  const errors = logs.slice(13).map((x, i) => x - (forecasts[i + 13] ?? Number.NaN));
  // SAS/ETS 14.1 user's guide, example 8.2, output 8.2.2: 131 observations.
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length;
  expect([errors.length, mean.toFixed(6), Math.sqrt(variance).toFixed(6)]).toEqual([131, '0.000291', '0.045673']);
});

test('of a series that was made by the model, all that it does not forecast is the shocks', () => {
  const rng = new Rng(1);
  const shocks = Array.from({ length: 60 }, (_, t) => (t < 13 ? 0 : rng.normal()));
  const a = (t: number): number => shocks[t] ?? 0;
  const x = Array.from({ length: 13 }, () => rng.normal());
  for (let t = 13; t < 60; t++) {
    const level = (x[t - 1] ?? 0) + (x[t - 12] ?? 0) - (x[t - 13] ?? 0);
    x.push(level + a(t) - 0.3 * a(t - 1) - 0.7 * a(t - 12) + 0.21 * a(t - 13));
  }
  const forecasts = airlineModel(x, 60, { theta: 0.3, seasonal: 0.7 });
  for (let t = 13; t < 60; t++) expect((x[t] ?? 0) - (forecasts[t] ?? 0)).toBeCloseTo(a(t), 12);
});

test('behind what is known it goes on with its own forecasts, and looks at nothing else', () => {
  const x = Array.from({ length: 40 }, (_, t) => (t % 12) + 0.1 * t);
  const hidden = x.map((value, t) => (t < 26 ? value : Number.NaN));
  const forecasts = airlineModel(hidden, 26, BOX_JENKINS);
  for (let t = 26; t < 40; t++) expect(forecasts[t]).toBeCloseTo(x[t] ?? 0, 12); // a season and a trend go on
  expect(airlineModel(hidden, 26, BOX_JENKINS).slice(0, 26)).toEqual(airlineModel(x, 40, BOX_JENKINS).slice(0, 26));
});
