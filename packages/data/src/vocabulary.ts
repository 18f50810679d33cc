/** What every vocabulary can do, whatever its entries are. */
import type { Ids } from './ids.js';

/** Text to ids and back: {@link CharVocabulary}, {@link WordVocabulary}, or anything else of this shape. */
export interface Vocabulary {
  /** How many ids there are: 0 … size − 1. */
  readonly size: number;
  /** The ids of a text. */
  encode(text: string): Int32Array;
  /** The text that ids stand for. */
  decode(ids: Ids): string;
  /** An encoder of one text that arrives in pieces, which may end anywhere. */
  encoder(): PieceEncoder;
}

/** Encodes one text piece by piece; all ids together are those of the whole text. */
export interface PieceEncoder {
  /** The ids of what `piece` completes. */
  push(piece: string): Int32Array;
  /** The ids of what was left incomplete, when no piece follows. */
  finish(): Int32Array;
}
