/** The seasonal-naive forecast where readings do not come at the same hours. */

/**
 * Which of the readings before `place` lies nearest to a day before it; of two that are equally near, the later one.
 *
 * Units: hours.
 */
export function dayBefore(times: ArrayLike<number>, place: number): number {
  const wanted = (times[place] ?? Number.NaN) - 24;
  const distance = (other: number): number => Math.abs((times[other] ?? Number.NaN) - wanted);
  let nearest = place - 1;
  for (let other = place - 2; other >= 0; other--) if (distance(other) < distance(nearest)) nearest = other;
  return nearest;
}
