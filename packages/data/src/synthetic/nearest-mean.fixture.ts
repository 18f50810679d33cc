/** The plainest of classifiers, as a baseline. */

/** Rows of numbers and their classes. */
export interface Labelled {
  readonly rows: readonly (readonly number[])[];
  readonly classes: readonly number[];
}

/** How many rows of `others` are of the class whose mean over `seen` is nearest. */
export function nearestMean(seen: Labelled, others: Labelled): number {
  const sums = new Map<number, { count: number; readonly values: number[] }>();
  seen.rows.forEach((row, i) => {
    const label = seen.classes[i] ?? Number.NaN;
    const sum = sums.get(label) ?? { count: 0, values: row.map(() => 0) };
    sum.count += 1;
    for (const [j, value] of row.entries()) sum.values[j] = (sum.values[j] ?? 0) + value;
    sums.set(label, sum);
  });
  const means = [...sums].map(([label, { count, values }]) => ({ label, mean: values.map((value) => value / count) }));
  const distance = (row: readonly number[], mean: readonly number[]): number =>
    mean.reduce((sum, value, j) => sum + (value - (row[j] ?? Number.NaN)) ** 2, 0);
  const right = others.rows.filter((row, i) => {
    const distances = means.map(({ mean }) => distance(row, mean));
    return means[distances.indexOf(Math.min(...distances))]?.label === others.classes[i];
  });
  return right.length / others.rows.length;
}
