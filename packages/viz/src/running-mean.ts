/** A noisy line, smoothed. */

/**
 * The mean of the `count` values around each, of fewer at both ends. A value that is not finite stays a gap and is left out
 * of its neighbours' means.
 */
export function runningMean(values: readonly number[], count: number): number[] {
  const before = Math.floor((count - 1) / 2);
  return values.map((value, i) => {
    if (!Number.isFinite(value)) return Number.NaN;
    const around = values.slice(Math.max(0, i - before), i - before + count).filter(Number.isFinite);
    return around.reduce((sum, x) => sum + x, 0) / around.length;
  });
}
