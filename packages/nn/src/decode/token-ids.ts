/** Ids that a user hands to a model, checked before anything runs. */
import { requireIndices, ShapeError, Tensor, ValueError } from '@unroll/core';

/** One id for each sequence: int32 `[N]`, or an array of N whole numbers. */
export type TokenIds = Tensor | readonly number[] | Int32Array;

/**
 * What is read before anything is written: one id for all sequences; one for each; or several for each, as int32
 * `[N, P]` or as a list of N lists, which may differ in length.
 */
export type Beginning = number | TokenIds | readonly (readonly number[] | Int32Array)[];

type IdList = readonly number[] | Int32Array;

/**
 * A beginning as one list of ids for each sequence.
 *
 * Errors: `ShapeError` unless there is one for each of `batch` sequences; `ValueError` for an empty one and for ids that
 * the model does not know; `DataTypeError` for a tensor that is not int32.
 */
export function readBeginning(
  op: string,
  begin: Beginning,
  batch: number,
  vocabularySize: number,
): readonly Int32Array[] {
  const lists = typeof begin === 'number' ? Array.from({ length: batch }, () => [begin]) : listsOf(op, begin);
  if (lists.length !== batch) {
    throw new ShapeError({
      op,
      what: `begin is for ${lists.length} sequences`,
      rule: `there are ${batch}`,
      mend: 'Pass one id for all, or a beginning for each; a text alone is one of a list: [vocabulary.encode(text)]',
    });
  }
  return lists.map((ids, n) => {
    if (ids.length === 0) {
      throw new ValueError({
        op,
        what: `begin[${n}] is empty`,
        rule: 'a model scores what follows an id, so at least one is needed',
        mend: 'Begin with a token that means the beginning',
      });
    }
    for (const id of ids) checkId(op, 'begin holds', id, vocabularySize);
    return Int32Array.from(ids);
  });
}

/** How many sequences a beginning is for; one id alone is for one. */
export function countOf(op: string, begin: Beginning): number {
  return typeof begin === 'number' ? 1 : listsOf(op, begin).length;
}

function listsOf(op: string, begin: Exclude<Beginning, number>): readonly IdList[] {
  if (begin instanceof Tensor) return rowsOf(op, begin);
  const parts: Iterable<number | IdList> = begin;
  return Array.from(parts, (ids) => (typeof ids === 'number' ? [ids] : ids));
}

function rowsOf(op: string, begin: Tensor): readonly IdList[] {
  requireIndices(op, begin, 'begin');
  if (begin.rank !== 1 && begin.rank !== 2) {
    throw new ShapeError({
      op,
      what: 'begin does not fit',
      arrays: { begin },
      rule: 'it is [N], or [N, P] for several ids each',
      mend: 'Reshape it',
    });
  }
  const [batch, width = 1] = begin.shape as readonly [number, number?];
  const data = Array.from(begin.data);
  return Array.from({ length: batch }, (_, n) => data.slice(n * width, (n + 1) * width));
}

/** Refuses what is no id; `holder` begins the message: `end is`. Errors: `ValueError`. */
export function checkId(op: string, holder: string, id: number, vocabularySize: number): void {
  if (Number.isInteger(id) && id >= 0 && id < vocabularySize) return;
  throw new ValueError({
    op,
    what: `${holder} ${id}`,
    rule: `the model knows the ids 0 to ${vocabularySize - 1}`,
    mend: 'Check the vocabulary, and the vocabularySize of the model',
  });
}
