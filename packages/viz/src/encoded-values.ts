/** Numbers as letters, for pages that hold a million of them. */
import { colorScale } from './color-scale.js';

/** How many steps there are above 0, and below. */
export const STEPS = 44;

/**
 * What stands for a number: the first letter for one that is not finite, then −STEPS to STEPS. Printable and in ASCII, without `<`
 * and `\`, which would take several characters in a script.
 */
export const LETTERS: string = Array.from({ length: 92 }, (_, i) => String.fromCharCode(35 + i))
  .filter((letter) => letter !== '<' && letter !== '\\')
  .join('');

/** Each value as a letter, and the greatest size among them. */
export function encodedValues(values: readonly number[]): { readonly greatest: number; readonly values: string } {
  const { greatest } = colorScale(values);
  const letters = values.map((value) => {
    return LETTERS[Number.isFinite(value) ? STEPS + 1 + Math.round((value / greatest) * STEPS) : 0];
  });
  return { greatest, values: letters.join('') };
}
