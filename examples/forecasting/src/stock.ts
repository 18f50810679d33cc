/** A share: nobody can forecast its next step, though how large it will be can be known. */
import {
  add,
  exp,
  log,
  mean,
  mul,
  neg,
  pick,
  Rng,
  reshape,
  slice,
  square,
  sub,
  type Tensor,
  tensor,
} from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { Forecaster, rmse, train } from './forecaster.js';

/** Days to learn from, to stop by, and to test on. */
const LEARNED = 4_000;
const VALIDATED = 1_000;
const TESTED = 1_000;
const DAYS = LEARNED + VALIDATED + TESTED;
/** How many days are read in one piece. */
const PIECE = 100;
const WEEK = 5;

const { prices, returns } = synthetic.stockSeries({ steps: DAYS, rng: new Rng(1) });
/** Steps in percent of the price; their variance is 1 on average. */
const steps = mul(returns, 100);

/** Forecasts of the last thousand days, each a day ahead. */
export interface StockForecasts {
  /** Errors of the price by the network, by the price of the day before, and by that of a week before. */
  readonly rmse: { readonly network: number; readonly naive: number; readonly weekAgo: number };
  /** How many nats a day are saved by knowing the size of its step, as the network and as the generator does. */
  readonly saved: { readonly network: number; readonly ideal: number };
  /** What the steps were, and the sizes that were forecast, in percent. */
  readonly steps: readonly number[];
  readonly sizes: readonly number[];
}

/** What a network says that has learned from four thousand days: of each step the mean, and the logarithm of the variance. */
export function forecastShare(seed: number, updates: number, hiddenSize: number): StockForecasts {
  const forecaster = new Forecaster({ inputSize: 1, hiddenSize, outputSize: 2, rng: new Rng(seed) });
  const pieces = (from: number, days: number): Tensor =>
    reshape(slice(steps, 0, from, from + days), [days / PIECE, PIECE, 1]);
  const loss = (from: number, days: number): Tensor => {
    const { ahead } = forecaster.read(pieces(from, days));
    return cost(pick(pieces(from + 1, days), 2, 0), pick(ahead, 2, 0), pick(ahead, 2, 1));
  };
  train(forecaster, {
    label: `share, seed ${seed}`,
    updates,
    loss: () => loss(0, LEARNED),
    validation: () => loss(LEARNED, VALIDATED),
  });

  const { ahead } = forecaster.read(reshape(slice(steps, 0, 0, -1), [1, DAYS - 1, 1]));
  const said = slice(pick(ahead, 0, 0), 0, -TESTED); // [1000, 2]
  const [center, logVariance] = [pick(said, 1, 0), pick(said, 1, 1)];
  const lastDays = (series: Tensor, ago = 0): Tensor => slice(series, 0, DAYS - TESTED - ago, DAYS - ago);
  const truth = lastDays(steps);
  const error = (forecast: Tensor): number => rmse(forecast.data, lastDays(prices).data);
  const usual = cost(truth, 0, log(mean(square(slice(steps, 0, 0, LEARNED)))));
  return {
    rmse: {
      network: error(mul(lastDays(prices, 1), add(mul(center, 0.01), 1))),
      naive: error(lastDays(prices, 1)),
      weekAgo: error(lastDays(prices, WEEK)),
    },
    saved: {
      network: sub(usual, cost(truth, center, logVariance)).item(),
      ideal: sub(usual, cost(truth, 0, log(lastDays(trueVariances())))).item(),
    },
    steps: [...truth.data],
    sizes: [...exp(mul(logVariance, 0.5)).data],
  };
}

/** What steps cost under normal distributions, in nats, but for a constant. */
function cost(step: Tensor, center: Tensor | number, logVariance: Tensor): Tensor {
  return mul(mean(add(mul(square(sub(step, center)), exp(neg(logVariance))), logVariance)), 0.5);
}

/** The variance of each step, as the generator makes it from the steps before: 1 on average. */
function trueVariances(): Tensor {
  let variance = 1;
  return tensor(
    Float32Array.from(steps.data, (step) => {
      const own = variance;
      variance = 0.05 + 0.1 * step * step + 0.85 * variance;
      return own;
    }),
  );
}
