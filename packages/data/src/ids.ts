/** Sequences of ids, in the forms that users have them. */
import { DataTypeError, ShapeError, Tensor, ValueError } from '@unroll/core';

/** Whole numbers in a row: what {@link CharVocabulary.encode} returns, an array, or an int32 tensor `[T]`. */
export type Ids = Int32Array | readonly number[] | Tensor;

/** The ids as a typed array. Errors: `DataTypeError`, `ShapeError` or `ValueError` for what is not whole numbers in a row. */
export function toIds(op: string, ids: Ids): Int32Array {
  if (ids instanceof Int32Array) return ids;
  if (ids instanceof Tensor) return fromTensor(op, ids);
  ids.forEach((id, i) => {
    if (id === (id | 0)) return;
    throw new ValueError({
      op,
      what: `ids[${i}] is ${id}`,
      rule: 'ids are whole numbers',
      mend: 'Encode the text first',
    });
  });
  return Int32Array.from(ids);
}

function fromTensor(op: string, ids: Tensor): Int32Array {
  const { data } = ids;
  if (!(data instanceof Int32Array)) {
    throw new DataTypeError({
      op,
      what: `the ids are ${ids.dtype}`,
      arrays: { ids },
      rule: 'ids are int32',
      mend: "Pass { dtype: 'int32' } to tensor()",
    });
  }
  if (ids.rank === 1) return data;
  throw new ShapeError({
    op,
    what: 'the ids are not in one row',
    arrays: { ids },
    rule: 'ids have one axis, time',
    mend: 'Reshape them',
  });
}
