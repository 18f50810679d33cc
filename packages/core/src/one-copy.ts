/** Two copies of this package would mean two tapes: what one records, the other does not see. */

const KEY = Symbol.for('@unroll/core');
const realm = globalThis as { [KEY]?: string };

/** Refuses to be the second copy. */
export function claim(url: string): void {
  const first = realm[KEY];
  if (first !== undefined && first !== url) {
    throw new Error(
      `@unroll/core: a second copy is being loaded. The first is ${first}, this one ${url}; ` +
        'tensors of one would be unknown to the other. ' +
        'Make all packages use one copy (npm ls @unroll/core shows who brings which; npm dedupe often mends it).',
    );
  }
  realm[KEY] = url;
}

// Typed here: the global declarations of ImportMeta belong to Node and browsers, and this package to neither.
claim((import.meta as unknown as { readonly url: string }).url);
