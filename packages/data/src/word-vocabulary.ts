/** Words and their ids. */
import { checkOptions, checkSize, ValueError } from '@unroll/core';
import { EntryTable, isRule } from './entry-table.js';
import type { Ids } from './ids.js';
import { endOfWords, PieceJoiner } from './piece-joiner.js';
import { readSaved, refuseSaved, type SavedForm } from './saved-form.js';
import { checkSpecial, listSpecial, type SpecialWords } from './special-words.js';
import type { TextPieces } from './text-pieces.js';
import { type Tokenizer, tokenizeWords } from './tokenize-words.js';
import type { PieceEncoder, Vocabulary } from './vocabulary.js';
import { byFrequency, countWordStream, countWords, type WordCounts, wordsOf } from './word-counts.js';

/** Options of {@link WordVocabulary}. */
export interface WordVocabularyOptions extends SpecialWords {
  /** Cuts a text into words; {@link tokenizeWords} unless given. Empty words are dropped. */
  readonly tokenize?: Tokenizer;
  /** Words seen less often are left out; 1 unless given. */
  readonly minCount?: number;
  /** The most ids, those of the special words included; as many as there are words unless given. */
  readonly maxSize?: number;
}

/** A vocabulary as plain data. */
export interface WordVocabularyJSON extends Required<SpecialWords> {
  readonly words: readonly string[];
  /** Whether it has a tokenizer of its own, which JSON cannot hold. */
  readonly ownTokenizer: boolean;
}

/** What {@link WordVocabulary.encode} adds to the words. */
export interface EncodeWordsOptions {
  /** Put the special word `begin` before them; false unless given. */
  readonly begin?: boolean;
  /** Put the special word `end` after them; false unless given. */
  readonly end?: boolean;
}

/**
 * The words of a text with ids 0, 1, 2, …: first the special words, in the order pad, unknown, begin, end, then the
 * others from the most to the least frequent, equally frequent ones as JavaScript's `<` orders strings.
 *
 * A word of the text that is spelled like a special word is that special word.
 *
 * Errors: `ValueError` where no word is left, for special words that are empty or alike, and for options that are
 * unknown or wrong.
 *
 * @example
 * ```ts
 * import { padSequences, WordVocabulary } from '@unroll/data';
 * const vocabulary = new WordVocabulary('the cat saw the dog', { maxSize: 7 });
 * vocabulary.words; // ['<pad>', '<unk>', '<bos>', '<eos>', 'the', 'cat', 'dog']
 * [...vocabulary.encode('the dog saw', { end: true })]; // [4, 6, 1, 3]
 * vocabulary.decode([2, 4, 5, 3, 0, 0]); // 'the cat'
 * const texts = ['the cat', 'the'].map((text) => vocabulary.encode(text));
 * padSequences(texts, { value: vocabulary.padId }).values.toArray(); // [[4, 5], [4, 0]]
 * ```
 */
export class WordVocabulary implements Vocabulary {
  readonly pad: string | null;
  readonly begin: string | null;
  readonly end: string | null;
  readonly #table: EntryTable;
  readonly #tokenize: Tokenizer;

  /** `texts` is a text, or several, each by itself, or how often each word was seen. */
  constructor(texts: string | Iterable<string> | WordCounts, options: WordVocabularyOptions = {}) {
    const { tokenize, minCount, maxSize, ...named } = readOptions(options);
    const special = listSpecial(named);
    const counts = isCounts(texts) ? texts : countWords(typeof texts === 'string' ? [texts] : texts, tokenize);
    const seen = byFrequency(counts).filter(([word]) => !special.includes(word));
    const words = seen.filter(([, count]) => count >= minCount).slice(0, maxSize - special.length);
    if (words.length === 0) throw noWords(seen.length, minCount);
    this.pad = named.pad;
    this.begin = named.begin;
    this.end = named.end;
    this.#table = new EntryTable([...special, ...words.map(([word]) => word)], named.unknown);
    this.#tokenize = tokenize;
  }

  /**
   * The vocabulary of one text that streams in, of which only the words and how often they were seen are held. The
   * tokenizer is given parts that end with white space, so it must not look across that.
   *
   * Errors: as `new`; `ValueError` for bytes that are not UTF-8.
   */
  static async fromStream(pieces: TextPieces, options: WordVocabularyOptions = {}): Promise<WordVocabulary> {
    const { tokenize } = readOptions(options);
    return new WordVocabulary(await countWordStream('WordVocabulary.fromStream', pieces, tokenize), options);
  }

  /**
   * The vocabulary that {@link WordVocabulary.toJSON} described, with the tokenizer that it was made with.
   *
   * Errors: `ValueError` for anything else, and where its own tokenizer is not given.
   */
  static fromJSON(json: unknown, options: Pick<WordVocabularyOptions, 'tokenize'> = {}): WordVocabulary {
    checkOptions(SAVED.op, options, ['tokenize']);
    const { words, ownTokenizer, ...special } = checkJSON(json);
    if (ownTokenizer !== isOwn(options.tokenize)) throw otherTokenizer(SAVED.op, ownTokenizer);
    // Counts that fall from word to word keep their order.
    const counts = new Map(words.map((word, i) => [word, words.length - i]));
    return new WordVocabulary(counts, { ...special, ...options });
  }

  /** Word `i` has id `i`. */
  get words(): readonly string[] {
    return this.#table.entries;
  }

  /** `'error'`, `'skip'`, or the special word that takes the place of unknown ones. */
  get unknown(): string {
    return this.#table.unknown;
  }

  /** How many words there are, special words included. */
  get size(): number {
    return this.#table.entries.length;
  }

  /** The id that fills up short sequences. Errors: `ValueError` without such a word, here and for the next three. */
  get padId(): number {
    return this.#specialId('pad', this.pad);
  }

  /** The id that takes the place of unknown words. */
  get unknownId(): number {
    return this.#specialId('unknown', isRule(this.unknown) ? null : this.unknown);
  }

  /** The id that stands before a text. */
  get beginId(): number {
    return this.#specialId('begin', this.begin);
  }

  /** The id that stands after a text. */
  get endId(): number {
    return this.#specialId('end', this.end);
  }

  /**
   * The ids of a text's words.
   *
   * Errors: `ValueError` naming a word that the vocabulary lacks, where `unknown` is `'error'`, and for a special word
   * that is asked for but not there.
   */
  encode(text: string, options: EncodeWordsOptions = {}): Int32Array {
    checkOptions('encode', options, ['begin', 'end']);
    const { begin = false, end = false } = options;
    const before = begin ? [this.beginId] : [];
    const after = end ? [this.endId] : [];
    return Int32Array.from([...before, ...this.#encodeFrom(wordsOf(text, this.#tokenize), 0), ...after]);
  }

  /**
   * An encoder of a text that arrives in pieces. The tokenizer is given parts that end with white space, so it must not
   * look across that. Errors: as {@link WordVocabulary.encode}, of the whole text.
   */
  encoder(): PieceEncoder {
    const joiner = new PieceJoiner(endOfWords);
    let start = 0;
    const encodeNext = (text: string): Int32Array => {
      const words = wordsOf(text, this.#tokenize);
      const ids = this.#encodeFrom(words, start);
      start += words.length;
      return ids;
    };
    return { push: (piece) => encodeNext(joiner.push(piece)), finish: () => encodeNext(joiner.finish()) };
  }

  /** The ids of words, of which the first is number `start` of a text. */
  #encodeFrom(words: readonly string[], start: number): Int32Array {
    return this.#table.encode(words, (word, place) => unknownWord(word, start + place, this.size));
  }

  /**
   * The words that ids stand for, with a space between them; pad, begin and end are left out. `words[id]` names each.
   *
   * Errors: `ValueError` for an id outside of the vocabulary; as {@link bpttWindows} for what is not ids.
   */
  decode(ids: Ids): string {
    const silent = [this.pad, this.begin, this.end];
    const words = this.#table.decode(ids).filter((word) => !silent.includes(word));
    return words.join(' ');
  }

  /** What `JSON.stringify` writes. */
  toJSON(): WordVocabularyJSON {
    const { pad, unknown, begin, end } = this;
    return { words: [...this.words], pad, unknown, begin, end, ownTokenizer: isOwn(this.#tokenize) };
  }

  #specialId(name: keyof SpecialWords, word: string | null): number {
    const id = word === null ? undefined : this.#table.id(word);
    if (id !== undefined) return id;
    throw new ValueError({
      op: 'WordVocabulary',
      what: `there is no special word '${name}'`,
      rule: `the vocabulary was made with ${name}: ${name === 'unknown' ? `'${this.unknown}'` : 'null'}`,
      mend: `Give the option ${name} a word, or leave it out`,
    });
  }
}

function isCounts(texts: string | Iterable<string> | WordCounts): texts is WordCounts {
  return texts instanceof Map;
}

function isOwn(tokenize: Tokenizer | undefined): boolean {
  return tokenize !== undefined && tokenize !== tokenizeWords;
}

/** All options, checked. */
function readOptions(options: WordVocabularyOptions): Required<WordVocabularyOptions> {
  const op = 'new WordVocabulary';
  checkOptions(op, options, ['pad', 'unknown', 'begin', 'end', 'tokenize', 'minCount', 'maxSize']);
  const { pad = '<pad>', unknown = '<unk>', begin = '<bos>', end = '<eos>' } = options;
  const { tokenize = tokenizeWords, minCount = 1, maxSize = Number.MAX_SAFE_INTEGER } = options;
  const special = { pad, unknown, begin, end };
  checkSpecial(op, special);
  checkSize(op, 'minCount', minCount);
  checkSize(op, 'maxSize', maxSize, listSpecial(special).length + 1);
  return { ...special, tokenize, minCount, maxSize };
}

function noWords(seen: number, minCount: number): ValueError {
  return new ValueError({
    op: 'new WordVocabulary',
    what: seen === 0 ? 'the texts have no words' : `none of ${seen} words was seen ${minCount} times`,
    rule: 'a vocabulary has at least one word besides the special ones',
    mend: seen === 0 ? 'Check that they were read' : 'Pass a smaller minCount',
  });
}

function unknownWord(word: string, place: number, size: number): ValueError {
  return new ValueError({
    op: 'encode',
    what: `the vocabulary lacks the word ${JSON.stringify(word)}, words[${place}] of the text`,
    rule: `it has ${size} words`,
    mend: "Build it from all texts, or with another unknown than 'error'",
  });
}

function otherTokenizer(op: string, own: boolean): ValueError {
  return new ValueError({
    op,
    what: own ? 'the vocabulary has a tokenizer of its own' : 'the vocabulary has the default tokenizer',
    rule: 'words are found again by the tokenizer that found them first',
    mend: own ? 'Pass it as { tokenize }' : 'Leave the option tokenize out',
  });
}

const SAVED: SavedForm<keyof WordVocabularyJSON> = {
  op: 'WordVocabulary.fromJSON',
  fields: ['words', 'pad', 'unknown', 'begin', 'end', 'ownTokenizer'],
  rule: 'it takes { words, pad, unknown, begin, end, ownTokenizer }: different words, the special ones first',
  mend: 'Pass what JSON.parse makes of a saved vocabulary',
};

function checkJSON(json: unknown): WordVocabularyJSON {
  const { words, pad, unknown, begin, end, ownTokenizer } = readSaved(SAVED, json);
  if (!Array.isArray(words)) throw refuseSaved(SAVED, 'words is no array');
  const places = new Map(words.map((word, i) => [word, i])); // the last place of each
  const wrong = words.findIndex((word, i) => typeof word !== 'string' || word === '' || places.get(word) !== i);
  if (wrong >= 0)
    throw refuseSaved(SAVED, `words[${wrong}] is ${JSON.stringify(words[wrong])}, no word or there twice`);
  const special = { pad, unknown, begin, end };
  checkSpecial(SAVED.op, special);
  for (const [i, word] of listSpecial(special).entries())
    if (words[i] !== word) throw refuseSaved(SAVED, `words[${i}] is ${JSON.stringify(words[i])}, not '${word}'`);
  if (typeof ownTokenizer !== 'boolean') throw refuseSaved(SAVED, `ownTokenizer is ${JSON.stringify(ownTokenizer)}`);
  return { words, ...special, ownTokenizer };
}
