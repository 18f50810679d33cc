/** Characters and their ids. */
import { checkOptions, ValueError } from '@unroll/core';
import { CharacterSet, isOneCharacter, nameCharacter } from './character-set.js';
import { type Ids, toIds } from './ids.js';

/** Options of {@link CharVocabulary}. */
export interface CharVocabularyOptions {
  /**
   * What `encode` makes of a character that the vocabulary lacks: `'error'`, unless given; `'skip'` leaves it out; a
   * single character takes its place, and joins the vocabulary.
   */
  readonly unknown?: string;
}

/** A vocabulary as plain data. */
export interface CharVocabularyJSON {
  readonly characters: readonly string[];
  readonly unknown: string;
}

/**
 * The characters of a text, with ids 0, 1, 2, … in the order of their code points. A character is one Unicode code
 * point, also where JavaScript strings need two units for it.
 *
 * Errors: `ValueError` for a text without characters, and for options that are unknown or wrong.
 *
 * @example
 * ```ts
 * import { CharVocabulary } from '@unroll/data';
 * const vocabulary = new CharVocabulary('hello');
 * vocabulary.characters; // ['e', 'h', 'l', 'o']
 * [...vocabulary.encode('hole')]; // [1, 3, 2, 0]
 * vocabulary.decode([1, 0]); // 'he'
 * CharVocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary))).size; // 4
 * ```
 */
export class CharVocabulary {
  /** Character `i` has id `i`. */
  readonly characters: readonly string[];
  /** `'error'`, `'skip'`, or the character that takes the place of unknown ones. */
  readonly unknown: string;
  readonly #ids: ReadonlyMap<string, number>;

  /** `text` is a string or its pieces in order. */
  constructor(text: string | Iterable<string>, options: CharVocabularyOptions = {}) {
    checkOptions('new CharVocabulary', options, ['unknown']);
    const { unknown = 'error' } = options;
    checkUnknown('new CharVocabulary', unknown);
    const found = new CharacterSet();
    for (const piece of typeof text === 'string' ? [text] : text) found.push(piece);
    if (isOneCharacter(unknown)) found.push(unknown);
    const characters = found.finish();
    if (characters.length === 0) {
      throw new ValueError({
        op: 'new CharVocabulary',
        what: 'the text is empty',
        rule: 'a vocabulary has at least one character',
        mend: 'Check that the text was read',
      });
    }
    this.characters = characters;
    this.unknown = unknown;
    this.#ids = new Map(characters.map((character, id) => [character, id]));
  }

  /** The vocabulary of a text that streams in, of which only the set of characters is held. Errors: as `new`. */
  static async fromStream(pieces: AsyncIterable<string>, options: CharVocabularyOptions = {}): Promise<CharVocabulary> {
    const found = new CharacterSet();
    for await (const piece of pieces) found.push(piece);
    return new CharVocabulary(apart(found.finish()), options);
  }

  /**
   * The vocabulary that {@link CharVocabulary.toJSON} described.
   *
   * Errors: `ValueError` for anything else.
   */
  static fromJSON(json: unknown): CharVocabulary {
    const { characters, unknown } = checkJSON(json);
    return new CharVocabulary(apart(characters), { unknown });
  }

  /** How many characters there are. */
  get size(): number {
    return this.characters.length;
  }

  /**
   * The ids of a text's characters.
   *
   * Errors: `ValueError` naming a character that the vocabulary lacks and its position in the string, unless
   * `unknown` says what to do with it.
   */
  encode(text: string): Int32Array {
    return this.encodeFrom(text, 0);
  }

  /** {@link CharVocabulary.encode} for a piece that begins at `start` of a longer text. @internal */
  encodeFrom(text: string, start: number): Int32Array {
    const ids = new Int32Array(text.length);
    const substitute = this.#ids.get(this.unknown);
    let count = 0;
    let position = start;
    for (const character of text) {
      const id = this.#ids.get(character) ?? substitute;
      if (id !== undefined) ids[count++] = id;
      else if (this.unknown === 'error') throw unknownCharacter(character, position, this.size);
      position += character.length;
    }
    return ids.slice(0, count);
  }

  /**
   * The text that ids stand for.
   *
   * Errors: `ValueError` for an id outside of the vocabulary; as {@link bpttWindows} for what is not ids.
   */
  decode(ids: Ids): string {
    const parts = Array.from(toIds('decode', ids), (id, i) => {
      const character = this.characters[id];
      if (character !== undefined) return character;
      throw new ValueError({
        op: 'decode',
        what: `ids[${i}] is ${id}`,
        rule: `ids of this vocabulary go from 0 to ${this.size - 1}`,
        mend: 'Check that the vocabulary is the one that the ids were made with',
      });
    });
    return parts.join('');
  }

  /** What `JSON.stringify` writes. */
  toJSON(): CharVocabularyJSON {
    return { characters: [...this.characters], unknown: this.unknown };
  }
}

/**
 * Characters in an order in which no two join to another one: a text that was cut wrongly can hold lone halves of
 * characters, and first halves come before second ones in the order of code points.
 */
function apart(characters: readonly string[]): string[] {
  return [...characters].reverse();
}

function checkUnknown(op: string, unknown: unknown): void {
  if (unknown === 'error' || unknown === 'skip' || isOneCharacter(unknown)) return;
  throw new ValueError({
    op,
    what: `unknown is ${JSON.stringify(unknown)}`,
    rule: "unknown is 'error', 'skip' or a single character to take the place of unknown ones",
    mend: 'Pass one of these',
  });
}

function unknownCharacter(character: string, position: number, size: number): ValueError {
  return new ValueError({
    op: 'encode',
    what: `the vocabulary lacks the character ${nameCharacter(character)} at position ${position} of the text`,
    rule: `it has ${size} characters`,
    mend: "Build it from all texts, or pass { unknown: 'skip' } or a character to take its place",
  });
}

function checkJSON(json: unknown): CharVocabularyJSON {
  const refuse = (what: string): ValueError =>
    new ValueError({
      op: 'CharVocabulary.fromJSON',
      what,
      rule: 'it takes { characters, unknown }: different single characters in the order of their code points',
      mend: 'Pass what JSON.parse makes of a saved vocabulary',
    });
  if (typeof json !== 'object' || json === null) throw refuse(`this is ${json === null ? 'null' : `a ${typeof json}`}`);
  checkOptions('CharVocabulary.fromJSON', json, ['characters', 'unknown']);
  const { characters, unknown } = json as Partial<Record<keyof CharVocabularyJSON, unknown>>;
  if (!Array.isArray(characters)) throw refuse('characters is no array');
  const wrong = characters.findIndex((character) => !isOneCharacter(character));
  if (wrong >= 0) throw refuse(`characters[${wrong}] is ${JSON.stringify(characters[wrong])}`);
  const texts: readonly string[] = characters;
  checkUnknown('CharVocabulary.fromJSON', unknown);
  const found = new CharacterSet();
  for (const character of apart(texts)) found.push(character);
  const order = found.finish();
  const misplaced = texts.findIndex((character, i) => character !== order[i]);
  if (misplaced >= 0) throw refuse(`characters[${misplaced}] is out of order or stands there twice`);
  if (isOneCharacter(unknown) && !texts.includes(unknown))
    throw refuse(`unknown is ${nameCharacter(unknown)}, which is not one of the characters`);
  return { characters: texts, unknown: unknown as string };
}
