/** Which entries of a loss count, and what becomes of them together. */
import {
  div,
  formatShape,
  ShapeError,
  sum,
  type Tensor,
  type TensorLike,
  tensor,
  toTensor,
  ValueError,
  where,
} from '@unroll/core';

/** What a loss returns: the mean of the entries that count, their sum, or every entry (0 where it does not count). */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of every loss. */
export interface LossOptions {
  /**
   * 1 where an entry counts, 0 where it does not. Its axes are the first ones of the targets: a mask `[N, T]`
   * selects whole rows of targets `[N, T, D]`.
   */
  readonly mask?: TensorLike | undefined;
  /** `'mean'` unless something else is said. */
  readonly reduction?: Reduction | undefined;
}

/** The entries that count: groups of `inner`, arranged as `shape`, 1 for each that does. */
export interface Selection {
  readonly op: string;
  readonly kept: Uint8Array;
  readonly shape: readonly number[];
  readonly inner: number;
}

/** `[2, 0]`: where in a shape an entry stands. */
export function positionIn(shape: readonly number[], entry: number): string {
  const position: number[] = [];
  let left = entry;
  for (const size of [...shape].reverse()) {
    position.unshift(left % size);
    left = Math.floor(left / size);
  }
  return formatShape(position);
}

/** Reads a mask. Errors: `ShapeError` when its axes are not the first of `shape`; `ValueError` for other entries than 0 and 1. */
export function readSelection(op: string, mask: TensorLike | undefined, shape: readonly number[]): Selection {
  const size = shape.reduce((product, n) => product * n, 1);
  if (mask === undefined) return { op, kept: new Uint8Array(size).fill(1), shape, inner: 1 };
  const given = toTensor(op, mask, 'mask');
  if (given.rank > shape.length || given.shape.some((n, axis) => n !== shape[axis])) {
    throw new ShapeError({
      op,
      what: 'the mask does not fit',
      arrays: { mask: given, targets: { shape } },
      rule: "the mask's axes must be the first of the targets'",
      mend: 'Reshape the mask',
    });
  }
  const entries = given.data;
  const wrong = entries.findIndex((entry) => entry !== 0 && entry !== 1);
  if (wrong >= 0) {
    throw new ValueError({
      op,
      what: `the mask is ${entries[wrong]} at ${positionIn(given.shape, wrong)}`,
      rule: 'a mask is 1 where an entry counts and 0 where it does not',
      mend: 'Compare first: greater(weights, 0)',
    });
  }
  return { op, kept: Uint8Array.from(entries), shape: given.shape, inner: given.size === 0 ? 0 : size / given.size };
}

/** The tensor where the selection counts, and 0 elsewhere: numbers that do not count may be NaN. */
export function select(t: Tensor, { kept, shape }: Selection): Tensor {
  if (!kept.includes(0)) return t;
  const condition = [...shape, ...new Array<number>(t.rank - shape.length).fill(1)];
  return where(tensor(Float64Array.from(kept), { dtype: t.dtype, shape: condition }), t, 0);
}

/** Refuses targets that count and are not finite. Errors: `ValueError` naming the first. */
export function checkFinite(targets: Tensor, { op, kept, inner }: Selection): void {
  const { data } = targets;
  const wrong = data.findIndex((target, i) => !Number.isFinite(target) && kept[Math.floor(i / inner)] === 1);
  if (wrong < 0) return;
  throw new ValueError({
    op,
    what: `the target at ${positionIn(targets.shape, wrong)} is ${data[wrong]}`,
    arrays: { targets },
    rule: 'targets are finite numbers',
    mend: 'Mask what is missing, or clean the data',
  });
}

/** Entries of a loss as its result. Errors: `ValueError` for an unknown reduction, or a mean over nothing. */
export function reduceEntries(entries: Tensor, selection: Selection, reduction: Reduction = 'mean'): Tensor {
  const { op, kept, inner } = selection;
  if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none') {
    throw new ValueError({
      op,
      what: `reduction is '${String(reduction)}'`,
      rule: "the reductions are 'mean', 'sum' and 'none'",
      mend: 'Pass one of them',
    });
  }
  const selected = select(entries, selection);
  if (reduction === 'none') return selected;
  const total = sum(selected);
  if (reduction === 'sum') return total;
  const count = inner * kept.reduce((n, flag) => n + flag, 0);
  if (count > 0) return div(total, count);
  throw new ValueError({
    op,
    what: entries.size === 0 ? 'there are no targets' : 'no target counts, since all are masked or ignored',
    arrays: { targets: entries },
    rule: 'the mean of nothing is undefined',
    mend: "Leave such a batch out, or pass { reduction: 'sum' }",
  });
}
