/** Which characters a text uses. */
import { endOfCharacters, PieceJoiner } from './piece-joiner.js';

/** Gathers characters from a text that may come in pieces. */
export class CharacterSet {
  readonly #characters = new Set<string>();
  readonly #joiner = new PieceJoiner(endOfCharacters);

  push(piece: string): void {
    for (const character of this.#joiner.push(piece)) this.#characters.add(character);
  }

  /** All characters by code point, when nothing follows. */
  finish(): string[] {
    for (const character of this.#joiner.finish()) this.#characters.add(character);
    return [...this.#characters].sort((a, b) => codePoint(a) - codePoint(b));
  }
}

export function codePoint(character: string): number {
  return character.codePointAt(0) ?? -1;
}

/** Whether a text is exactly one character (one Unicode code point). */
export function isOneCharacter(text: unknown): text is string {
  return typeof text === 'string' && [...text].length === 1;
}

/** `'é' (U+00E9)`, as messages name a character. */
export function nameCharacter(character: string): string {
  const code = codePoint(character).toString(16).toUpperCase().padStart(4, '0');
  return `${JSON.stringify(character)} (U+${code})`;
}
