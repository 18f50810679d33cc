/** Text that arrives in pieces: a character beyond U+FFFF is two units of a string, and a piece may end between them. */

/** Holds back half a character at the end of a piece until the next one brings the other half. */
export class PieceJoiner {
  #held = '';

  /** The whole characters of what was held back and `piece`. */
  push(piece: string): string {
    const text = this.#held + piece;
    const cut = isHighHalf(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
    this.#held = text.slice(cut);
    return text.slice(0, cut);
  }

  /** What is left when no piece follows: nothing, or half a character that never was completed. */
  finish(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }
}

/** Whether a unit of a string is the first of the two that make one character. */
function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
