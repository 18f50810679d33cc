/** What makes a review hard: how its clauses are joined, and whether one of them is negated. */
import { heatMap } from '@unroll/viz';

/** Kinds of reviews, from easy to hard. */
const KINDS = ['one clause', 'two that agree', 'one negated', 'contrast'] as const;

/** The kind of a review by its template. */
export function kindOf(template: string): (typeof KINDS)[number] {
  if (/\b(?:but|although|even if|still)\b/.test(template)) return 'contrast';
  const clauses = template.split(/ and | ; besides /);
  if (clauses.length === 1) return 'one clause';
  const negated = clauses.filter((clause) => /\b(?:not|never|far from)\b/.test(clause)).length;
  return negated === 1 ? 'one negated' : 'two that agree';
}

/** For each judge and each kind of review, the share that it understood. */
export function drawKinds(
  templates: readonly string[],
  judges: readonly { readonly name: string; readonly understood: readonly boolean[] }[],
  title: string,
): string {
  const kinds = templates.map(kindOf);
  const shares = judges.map(({ understood }) =>
    KINDS.map((kind) => {
      const own = understood.filter((_, n) => kinds[n] === kind);
      return own.filter(Boolean).length / own.length;
    }),
  );
  return heatMap(shares, {
    title,
    rows: judges.map(({ name }) => name),
    columns: KINDS,
    labels: shares.map((row) => row.map((share) => `${Math.round(100 * share)} %`)),
  });
}
