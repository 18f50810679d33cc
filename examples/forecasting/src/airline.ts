/** Passengers of airlines: 144 months, of which the last 24 are forecast. */
import { add, concat, elementary, exp, log, Rng, reshape, slice, type Tensor } from '@unroll/core';
import { difference, standardScaler, undifference } from '@unroll/data';
import * as synthetic from '@unroll/data/synthetic';
import { mse } from '@unroll/nn';
import { airlineModel, BOX_JENKINS } from './airline-model.js';
import { Forecaster, train } from './forecaster.js';

const YEAR = 12;
/** Months that are known: until December 1958. */
export const KNOWN = 120;
const months = synthetic.airlinePassengers();
const logs = log(months);

/** 1949 to 1960, in thousands. */
export const passengers: readonly number[] = [...months.data];

/** The growth over a year, in logarithms: without the season, and without the swing that grows with the level. */
const growth = difference(logs, { lag: YEAR }); // [132]
const knownGrowth = KNOWN - YEAR;
const scaler = standardScaler(slice(growth, 0, 0, knownGrowth));
const series = reshape(scaler.transform(growth), [1, growth.size, 1]);

/** Forecasts of the last 24 months. */
export interface AirlineForecasts {
  /** Each a month ahead, when everything before it is known. */
  readonly monthAhead: readonly number[];
  /** All of them in December 1958. */
  readonly yearsAhead: readonly number[];
}

/** What is forecast without a network. */
export function airlineBaselines(): Readonly<
  Record<'naive' | 'seasonal' | 'sameGrowth' | 'boxJenkins', AirlineForecasts>
> {
  const ahead = (forecast: (month: number, known: number) => number): AirlineForecasts => {
    const months = Array.from({ length: passengers.length - KNOWN }, (_, i) => KNOWN + i);
    return {
      monthAhead: months.map((month) => forecast(month, month)),
      yearsAhead: months.map((month) => forecast(month, KNOWN)),
    };
  };
  const byModel = (month: number, known: number, numbers: typeof BOX_JENKINS): number =>
    elementary.exp(airlineModel([...logs.data], known, numbers)[month] ?? Number.NaN);
  return {
    // The last month that is known.
    naive: ahead((_, known) => passengers[known - 1] ?? Number.NaN),
    // The same month of the last year that is known.
    seasonal: ahead((month, known) => passengers[known - YEAR + ((month - known) % YEAR)] ?? Number.NaN),
    // The same month of the year before, grown as the last one that is known had grown over a year.
    sameGrowth: ahead((month, known) => byModel(month, known, { theta: 0, seasonal: 0 })),
    boxJenkins: ahead((month, known) => byModel(month, known, BOX_JENKINS)),
  };
}

/** What a network says that has learned from the first ten years. */
export function forecastPassengers(seed: number, updates: number, hiddenSize: number): AirlineForecasts {
  const forecaster = new Forecaster({ inputSize: 1, hiddenSize, outputSize: 1, rng: new Rng(seed) });
  /** The growth is that of the month before, and a little more or less, which the network says. */
  const next = (growths: Tensor, ahead: Tensor): Tensor => add(growths, ahead);
  /** On targets of these months; what comes before is read, too. */
  const loss = (from: number, to: number): Tensor => {
    const x = slice(series, 1, 0, to - 1);
    return mse(slice(next(x, forecaster.read(x).ahead), 1, from - 1), slice(series, 1, from, to));
  };
  const learned = knownGrowth - 2 * YEAR;
  train(forecaster, {
    label: `passengers, seed ${seed}`,
    updates,
    loss: () => loss(1, learned),
    validation: () => loss(learned, knownGrowth),
  });

  const seen = slice(series, 1, 0, -1);
  const oneByOne = slice(next(seen, forecaster.read(seen).ahead), 1, knownGrowth - 1);
  const known = slice(series, 1, 0, knownGrowth);
  let { ahead, state } = forecaster.read(known);
  let last = next(slice(known, 1, -1), slice(ahead, 1, -1));
  const own = [last];
  while (own.length < months.size - KNOWN) {
    ({ ahead, state } = forecaster.read(last, state));
    last = next(last, ahead);
    own.push(last);
  }
  const growthsOf = (scaled: Tensor): Tensor => scaler.inverse(reshape(scaled, [months.size - KNOWN]));
  const before = slice(logs, 0, KNOWN - YEAR, KNOWN);
  return {
    monthAhead: [...exp(add(growthsOf(oneByOne), slice(logs, 0, KNOWN - YEAR, -YEAR))).data],
    yearsAhead: [...exp(slice(undifference(growthsOf(concat(own, 1)), before), 0, YEAR)).data],
  };
}
