/** Characters or words with their ids: the inside of every vocabulary. */
import { ValueError } from '@unroll/core';
import { type Ids, toIds } from './ids.js';

/** Different entries, of which entry `i` has id `i`. */
export class EntryTable {
  readonly entries: readonly string[];
  /** `'error'`, `'skip'`, or the entry that takes the place of unknown ones. */
  readonly unknown: string;
  readonly #ids: ReadonlyMap<string, number>;

  constructor(entries: readonly string[], unknown: string) {
    this.entries = entries;
    this.unknown = unknown;
    this.#ids = new Map(entries.map((entry, id) => [entry, id]));
  }

  /** The id of an entry that may be there. */
  id(entry: string): number | undefined {
    return this.#ids.get(entry);
  }

  /**
   * The ids of a text's characters, or of words. Errors: what `refuse` makes of the first unknown part and its place,
   * where unknown ones are errors.
   */
  encode(parts: string | readonly string[], refuse: (part: string, place: number) => ValueError): Int32Array {
    const ids = new Int32Array(parts.length);
    const substitute = isRule(this.unknown) ? undefined : this.#ids.get(this.unknown);
    let count = 0;
    let place = 0;
    for (const part of parts) {
      const id = this.#ids.get(part) ?? substitute;
      if (id !== undefined) ids[count++] = id;
      else if (this.unknown === 'error') throw refuse(part, place);
      place += 1;
    }
    return ids.slice(0, count);
  }

  /** The entries that ids stand for. Errors: `ValueError` for an id that no entry has; as {@link toIds}. */
  decode(ids: Ids): string[] {
    return Array.from(toIds('decode', ids), (id, i) => {
      const entry = this.entries[id];
      if (entry !== undefined) return entry;
      throw new ValueError({
        op: 'decode',
        what: `ids[${i}] is ${id}`,
        rule: `ids of this vocabulary go from 0 to ${this.entries.length - 1}`,
        mend: 'Check that the vocabulary is the one that the ids were made with',
      });
    });
  }
}

/** Whether the option `unknown` says what to do, rather than what to put in an unknown entry's place. */
export function isRule(unknown: string): unknown is 'error' | 'skip' {
  return unknown === 'error' || unknown === 'skip';
}
