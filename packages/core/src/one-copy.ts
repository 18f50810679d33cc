/** Two copies of this package would mean two tapes: what one records, the other does not see. */
import { UnrollError } from './errors.js';

const KEY = Symbol.for('@unroll/core');
const realm = globalThis as { [KEY]?: string };

/** Refuses to be the second copy. */
export function claim(url: string): void {
  const first = realm[KEY];
  if (first !== undefined && first !== url) {
    throw new UnrollError({
      op: '@unroll/core',
      what: 'a second copy is being loaded',
      rule: `tensors of one would be unknown to the other: the first is ${first}, this one ${url}`,
      mend: 'Make all packages use one copy (npm ls @unroll/core shows who brings which, npm dedupe often mends it)',
    });
  }
  realm[KEY] = url;
}

// Typed here: the global declarations of ImportMeta belong to Node and browsers, and this package to neither.
claim((import.meta as unknown as { readonly url: string }).url);
