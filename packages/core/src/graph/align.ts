/** Steps laid beside each other, line by line. */

/** Steps that do exactly the same. */
interface Variant {
  readonly lines: readonly string[];
  steps: number;
}

/**
 * For each line of each step a name, which is the same where lines of different steps correspond.
 *
 * What most steps do is the pattern, the first of those as frequent. Any other step is laid beside it so that as
 * many lines as possible are the same, in order; what is left over in it corresponds only to what is left over in
 * steps that do exactly the same. So a first step that also makes the initial state folds with the others, and what
 * it does more stays apart.
 */
export function align(steps: readonly (readonly string[])[]): string[][] {
  const variants = new Map<string, Variant>();
  for (const lines of steps) {
    const variant = variants.get(JSON.stringify(lines)) ?? { lines, steps: 0 };
    variant.steps += 1;
    variants.set(JSON.stringify(lines), variant);
  }
  let pattern: Variant | undefined;
  for (const variant of variants.values()) {
    if (pattern === undefined || variant.steps > pattern.steps) pattern = variant;
  }
  const names = new Map<string, string[]>();
  for (const [v, [key, { lines }]] of [...variants].entries()) {
    const same = lines === pattern?.lines;
    const partners = same ? lines.map((_, i) => i) : longestCommon(lines, pattern?.lines ?? []);
    const named = partners.map((partner, i) => (partner < 0 ? `${i} of ${v}` : `${partner}`));
    names.set(key, named);
  }
  return steps.map((lines) => names.get(JSON.stringify(lines)) as string[]);
}

/** For each line of `a` its partner in the longest common subsequence with `b`; −1 where it has none. */
function longestCommon(a: readonly string[], b: readonly string[]): number[] {
  // lengths[i][j]: of the longest one of a from i on and b from j on.
  const lengths = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1));
  const at = (i: number, j: number): number => lengths[i]?.[j] as number;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i] as Int32Array;
      row[j] = a[i] === b[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const partners = new Array<number>(a.length).fill(-1);
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) partners[i++] = j++;
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return partners;
}
