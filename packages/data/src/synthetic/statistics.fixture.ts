/** How near a measured mean has to be to the exact one. */
import { expect } from 'vitest';

/**
 * Expects the mean of independent draws to lie within four standard errors of what it must be; a right generator fails
 * this for one seed in 16,000.
 */
export function expectMean(draws: readonly number[], exact: number): void {
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / (draws.length - 1);
  const standardError = Math.sqrt(variance / draws.length);
  expect(Math.abs(mean - exact)).toBeLessThanOrEqual(4 * standardError);
  if (exact !== 0) expect(standardError).toBeLessThan(0.05 * Math.abs(exact)); // or it would say little
}

/** Expects each of the outcomes 0 … K − 1 as often as its probability says. */
export function expectFrequencies(outcomes: readonly number[], probabilities: readonly number[]): void {
  probabilities.forEach((probability, outcome) => {
    const hits = outcomes.map((drawn): number => (drawn === outcome ? 1 : 0));
    expectMean(hits, probability);
  });
}
