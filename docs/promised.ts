/** What the rewritten examples of the documentation call instead of only stating a result. */
import { expect } from 'vitest';

/** Numbers of a promise are rounded, as prose is: to 4 digits. */
export function promised(value: unknown, literal: unknown): void {
  const rounded = (part: unknown): unknown => {
    if (typeof part === 'number') return Number(part.toPrecision(4));
    if (Array.isArray(part)) return part.map(rounded);
    return part;
  };
  expect(rounded(value)).toEqual(rounded(literal));
}

/** A file that an example writes, against the one that the page shows. */
export async function promisedFile(path: string, contents: string): Promise<void> {
  await expect(contents).toMatchFileSnapshot(path);
}
