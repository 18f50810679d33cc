/** How much is right in each group, the groups in rising order. */
export function shareByGroup(
  groupOf: readonly number[],
  right: readonly boolean[],
): { readonly groups: number[]; readonly shares: number[] } {
  const groups = [...new Set(groupOf)].sort((a, b) => a - b);
  const shares = groups.map((group) => {
    const own = right.filter((_, n) => groupOf[n] === group);
    return own.filter(Boolean).length / own.length;
  });
  return { groups, shares };
}
