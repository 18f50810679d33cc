/** Characters and their ids. */
import { checkOptions, ValueError } from '@unroll/core';
import { CharacterSet, isOneCharacter, nameCharacter } from './character-set.js';
import { EntryTable, isRule } from './entry-table.js';
import type { Ids } from './ids.js';
import { endOfCharacters, PieceJoiner } from './piece-joiner.js';
import { readSaved, refuseSaved, type SavedForm } from './saved-form.js';
import { type TextPieces, textOf } from './text-pieces.js';
import type { PieceEncoder, Vocabulary } from './vocabulary.js';

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
export class CharVocabulary implements Vocabulary {
  readonly #table: EntryTable;

  /** `text` is a string or its pieces in order. */
  constructor(text: string | Iterable<string>, options: CharVocabularyOptions = {}) {
    const unknown = readUnknown(options);
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
    this.#table = new EntryTable(characters, unknown);
  }

  /**
   * The vocabulary of a text that streams in, of which only the set of characters is held.
   *
   * Errors: as `new`; `ValueError` for bytes that are not UTF-8.
   */
  static async fromStream(pieces: TextPieces, options: CharVocabularyOptions = {}): Promise<CharVocabulary> {
    readUnknown(options); // before the text is
    const found = new CharacterSet();
    for await (const piece of textOf('CharVocabulary.fromStream', pieces)) found.push(piece);
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

  /** Character `i` has id `i`. */
  get characters(): readonly string[] {
    return this.#table.entries;
  }

  /** `'error'`, `'skip'`, or the character that takes the place of unknown ones. */
  get unknown(): string {
    return this.#table.unknown;
  }

  /** How many characters there are. */
  get size(): number {
    return this.#table.entries.length;
  }

  /**
   * The ids of a text's characters.
   *
   * Errors: `ValueError` naming a character that the vocabulary lacks and its position in the string, unless
   * `unknown` says what to do with it.
   */
  encode(text: string): Int32Array {
    return this.#encodeFrom(text, 0);
  }

  /** An encoder of a text that arrives in pieces. Errors: as {@link CharVocabulary.encode}, of the whole text. */
  encoder(): PieceEncoder {
    const joiner = new PieceJoiner(endOfCharacters);
    let start = 0;
    const encodeNext = (text: string): Int32Array => {
      const ids = this.#encodeFrom(text, start);
      start += text.length;
      return ids;
    };
    return { push: (piece) => encodeNext(joiner.push(piece)), finish: () => encodeNext(joiner.finish()) };
  }

  /** The same for a piece that begins at `start` of a longer text. */
  #encodeFrom(text: string, start: number): Int32Array {
    return this.#table.encode(text, (character, place) => {
      const before = [...text].slice(0, place).join('');
      return unknownCharacter(character, start + before.length, this.size);
    });
  }

  /**
   * The text that ids stand for.
   *
   * Errors: `ValueError` for an id outside of the vocabulary; as {@link bpttWindows} for what is not ids.
   */
  decode(ids: Ids): string {
    return this.#table.decode(ids).join('');
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

function readUnknown(options: CharVocabularyOptions): string {
  checkOptions('new CharVocabulary', options, ['unknown']);
  const { unknown = 'error' } = options;
  checkUnknown('new CharVocabulary', unknown);
  return unknown;
}

function checkUnknown(op: string, unknown: unknown): asserts unknown is string {
  if (typeof unknown === 'string' && (isRule(unknown) || isOneCharacter(unknown))) return;
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

const SAVED: SavedForm<keyof CharVocabularyJSON> = {
  op: 'CharVocabulary.fromJSON',
  fields: ['characters', 'unknown'],
  rule: 'it takes { characters, unknown }: different single characters in the order of their code points',
  mend: 'Pass what JSON.parse makes of a saved vocabulary',
};

function checkJSON(json: unknown): CharVocabularyJSON {
  const { characters, unknown } = readSaved(SAVED, json);
  if (!Array.isArray(characters)) throw refuseSaved(SAVED, 'characters is no array');
  const wrong = characters.findIndex((character) => !isOneCharacter(character));
  if (wrong >= 0) throw refuseSaved(SAVED, `characters[${wrong}] is ${JSON.stringify(characters[wrong])}`);
  const texts: readonly string[] = characters;
  checkUnknown(SAVED.op, unknown);
  const found = new CharacterSet();
  for (const character of apart(texts)) found.push(character);
  const order = found.finish();
  const misplaced = texts.findIndex((character, i) => character !== order[i]);
  if (misplaced >= 0) throw refuseSaved(SAVED, `characters[${misplaced}] is out of order or stands there twice`);
  if (isOneCharacter(unknown) && !texts.includes(unknown))
    throw refuseSaved(SAVED, `unknown is ${nameCharacter(unknown)}, which is not one of the characters`);
  return { characters: texts, unknown };
}
