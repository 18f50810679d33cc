/** The next token from the scores of all: the likeliest, or one at random. */
import { elementary, type Rng, type TensorData } from '@unroll/core';

/** The place of the first highest score; −1 where all are −∞. */
export function likeliest(scores: TensorData): number {
  let best = -1;
  let highest = -Infinity;
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] as number;
    if (score > highest) [best, highest] = [id, score];
  }
  return best;
}

/** What a token is drawn from; see `SampleOptions`. */
export interface Distribution {
  readonly temperature: number;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
}

/**
 * A token, each with the share that `softmax(scores / temperature)` gives to it among those that are left; −1 where all
 * scores are −∞. Takes one number from the generator.
 *
 * Numerics: in float64, the highest score taken out first, so that nothing overflows at any temperature.
 */
export function draw(scores: TensorData, { temperature, topK, topP }: Distribution, rng: Rng): number {
  const best = likeliest(scores);
  const uniform = rng.uniform();
  if (best < 0 || temperature === 0) return best;
  const highest = scores[best] as number;
  const weights = Float64Array.from(scores, (score) => elementary.exp((score - highest) / temperature));
  if (topK !== undefined || topP !== undefined) narrow(weights, topK ?? weights.length, topP ?? 1);
  let left = uniform * sumOf(weights);
  let last = best;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] as number;
    if (weight === 0) continue;
    left -= weight;
    if (left < 0) return id;
    last = id;
  }
  return last; // rounding left a little over
}

/** Keeps the `k` largest weights, and of those the first that together have a share of `p`; the others become 0. */
function narrow(weights: Float64Array, k: number, p: number): void {
  const order = Array.from(weights.keys()).sort((i, j) => (weights[j] as number) - (weights[i] as number) || i - j);
  for (const id of order.slice(k)) weights[id] = 0;
  const enough = p * sumOf(weights);
  let kept = 0;
  for (const id of order.slice(0, k)) {
    const weight = weights[id] as number;
    if (kept >= enough) weights[id] = 0;
    kept += weight;
  }
}

function sumOf(weights: Float64Array): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}
