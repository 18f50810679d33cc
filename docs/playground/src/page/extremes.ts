/** A character, and what a unit is on average after it. */
export interface CharacterMean {
  readonly character: string;
  readonly mean: number;
}

/** The `count` characters with the highest means, and those with the lowest, of those that come at least twice. */
export function extremes(
  characters: readonly string[],
  values: readonly number[],
  count: number,
): { readonly highest: readonly CharacterMean[]; readonly lowest: readonly CharacterMean[] } {
  const sums = new Map<string, { sum: number; times: number }>();
  characters.forEach((character, i) => {
    const { sum, times } = sums.get(character) ?? { sum: 0, times: 0 };
    sums.set(character, { sum: sum + (values[i] ?? 0), times: times + 1 });
  });
  const means = [...sums]
    .filter(([, { times }]) => times > 1)
    .map(([character, { sum, times }]) => ({ character, mean: sum / times }))
    .sort((a, b) => b.mean - a.mean);
  return { highest: means.slice(0, count), lowest: means.slice(-count).reverse() };
}
