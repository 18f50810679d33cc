/** What a hypothesis' length makes of its probability. */
import { elementary, ValueError } from '@unroll/core';

/**
 * What the logarithm of a hypothesis' probability is divided by, n being its length, `end` included: n itself, or
 * `((5 + n) / 6)^α` with `{ wu: α }`.
 *
 * @source Y. Wu et al., "Google's neural machine translation system", arXiv:1609.08144, 2016, equation 14
 */
export type LengthPenalty = 'average' | { readonly wu: number };

/** The divisor for length n, which grows with n. Errors: `ValueError` for a penalty that is none. */
export function divisorOf(penalty: LengthPenalty | undefined): (length: number) => number {
  if (penalty === undefined) return () => 1;
  if (penalty === 'average') return (length) => length;
  const alpha = typeof penalty === 'object' && penalty !== null ? penalty.wu : Number.NaN;
  if (alpha >= 0 && alpha < Infinity) return (length) => elementary.pow((5 + length) / 6, alpha);
  throw new ValueError({
    op: 'beamSearch',
    what: `lengthPenalty is ${JSON.stringify(penalty)}`,
    rule: "it is 'average', or { wu: α } with an α of at least 0",
    mend: 'Pass one of them, or leave it out',
  });
}
