/** Text that arrives in pieces, which may end in the middle of what it is made of. */

/** Holds back what a piece leaves incomplete until a later one completes it. */
export class PieceJoiner {
  readonly #endOf: (piece: string) => number;
  #held = '';

  /** `endOf` says up to where a piece is complete, whatever follows it; 0 where it completes nothing. */
  constructor(endOf: (piece: string) => number) {
    this.#endOf = endOf;
  }

  /** What is complete of the text that was held back and `piece`. */
  push(piece: string): string {
    const end = this.#endOf(piece);
    if (end === 0) {
      this.#held += piece;
      return '';
    }
    const complete = this.#held + piece.slice(0, end);
    this.#held = piece.slice(end);
    return complete;
  }

  /** What is left when no piece follows. */
  finish(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }
}

/** Where the last whole character of a piece ends: one beyond U+FFFF is two units of a string. */
export function endOfCharacters(piece: string): number {
  return isHighHalf(piece.charCodeAt(piece.length - 1)) ? piece.length - 1 : piece.length;
}

/** Where the last white space of a piece ends: the word after it may go on in the next piece. */
export function endOfWords(piece: string): number {
  let end = piece.length;
  while (end > 0 && !/\s/.test(piece.charAt(end - 1))) end -= 1;
  return end;
}

/** Whether a unit of a string is the first of the two that make one character. */
function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
