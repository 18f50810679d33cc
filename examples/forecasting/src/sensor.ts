/** A sensor that is read at irregular times: what the time of a reading says, and what the order of readings does not. */
import { concat, Rng, reshape, slice, type Tensor, tensor } from '@unroll/core';
import { timeDeltas } from '@unroll/data';
import * as synthetic from '@unroll/data/synthetic';
import { mse } from '@unroll/nn';
import { dayBefore } from './day-before.js';
import { Forecaster, type Forecasts, rmse, train } from './forecaster.js';

/** Sequences to learn from, to stop by, and to test on, and their length. */
const LEARNED = 160;
const VALIDATED = 16;
const TESTED = 32;
const STEPS = 50;
const READINGS = (LEARNED + VALIDATED + TESTED) * STEPS;
const DAY = 24;

const { values, times } = synthetic.sensorSeries({ steps: READINGS + 1, rng: new Rng(1) });
const sequences = (series: Tensor): Tensor => reshape(series, [READINGS / STEPS, STEPS, 1]);
const readings = sequences(slice(values, 0, 0, -1));
const next = sequences(slice(values, 0, 1));
/** From a reading to the next one, in quarters of a day. */
const gaps = sequences(slice(timeDeltas(times, { forms: ['plain'], unit: DAY / 4 }), 0, 1));

const rows = (series: Tensor, from: number, to?: number): Tensor => slice(series, 0, from, to);
const test = (series: Tensor): Tensor => rows(series, LEARNED + VALIDATED);

/** The picture shows the first sequence of the test, of which so many readings are told. */
const SHOWN = LEARNED + VALIDATED;
export const TOLD = 12;
/** Two days, and the longest gap, in half hours. */
const HORIZON = 96;
const LONGEST_GAP = 24;

/** What one network forecasts. */
export interface SensorForecasts {
  /** On the test. */
  readonly rmse: number;
  /** At every half hour after the last reading that it was told. */
  readonly horizon: readonly number[];
}

/** The sequence of the picture, in hours after the last reading that is told. */
export function shownReadings(): { readonly hours: readonly number[]; readonly values: readonly number[] } {
  const [from, to] = [SHOWN * STEPS, (SHOWN + 1) * STEPS];
  const now = times.data[from + TOLD - 1] ?? Number.NaN;
  const hours = Array.from(slice(times, 0, from, to).data, (time) => time - now);
  const count = hours.filter((hour) => hour <= HORIZON / 2).length;
  return { hours: hours.slice(0, count), values: [...slice(values, 0, from, from + count).data] };
}

/** What a network says that knows when the next reading will be, or only that it will. */
export function forecastSensor(seed: number, updates: number, hiddenSize: number, knowsTime: boolean): SensorForecasts {
  const inputSize = knowsTime ? 2 : 1;
  const forecaster = new Forecaster({ inputSize, hiddenSize, outputSize: 1, rng: new Rng(seed) });
  const features = (value: Tensor, gap: Tensor): Tensor => (knowsTime ? concat([value, gap], 2) : value);
  const x = features(readings, gaps);
  const loss = (from: number, to: number): Tensor =>
    mse(forecaster.read(rows(x, from, to)).ahead, rows(next, from, to));
  train(forecaster, {
    label: `sensor ${knowsTime ? 'with' : 'without'} times, seed ${seed}`,
    updates,
    loss: () => loss(0, LEARNED),
    validation: () => loss(LEARNED, LEARNED + VALIDATED),
  });
  return {
    rmse: rmse(forecaster.read(test(x)).ahead.data, test(next).data),
    horizon: lookAhead(forecaster, x, features),
  };
}

/** Asks for all times of the next 12 hours, takes the last answer for a reading, and so on. */
function lookAhead(forecaster: Forecaster, x: Tensor, features: (value: Tensor, gap: Tensor) => Tensor): number[] {
  let { state } = forecaster.read(slice(rows(x, SHOWN, SHOWN + 1), 1, 0, TOLD - 1));
  let value = slice(rows(readings, SHOWN, SHOWN + 1), 1, TOLD - 1, TOLD);
  const said: number[] = [];
  while (said.length < HORIZON) {
    const after = (halfHours: number): Forecasts => {
      const gap = tensor([[[halfHours / 12]]]); // in quarters of a day
      return forecaster.read(features(value, gap), state);
    };
    for (let i = 1; i <= LONGEST_GAP; i++) said.push(after(i).ahead.item());
    ({ ahead: value, state } = after(LONGEST_GAP));
  }
  return said;
}

/** Errors of who forecasts the mean, the reading before, and the one that is nearest to a day before. */
export function sensorBaselines(): { readonly mean: number; readonly naive: number; readonly seasonal: number } {
  const [first, last] = [(LEARNED + VALIDATED) * STEPS + 1, READINGS];
  const places = Array.from({ length: last + 1 - first }, (_, i) => first + i);
  const errorOf = (forecast: (place: number) => number): number =>
    rmse(places.map(forecast), slice(values, 0, first, last + 1).data);
  const at = (place: number): number => values.data[place] ?? Number.NaN;
  return {
    mean: errorOf(() => 0),
    naive: errorOf((place) => at(place - 1)),
    seasonal: errorOf((place) => at(dayBefore(times.data, place))),
  };
}
