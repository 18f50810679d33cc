/** Examples in batches, in order or shuffled. */
import { checkOptions, checkSize, type Rng, ShapeError, type Tensor, ValueError } from '@unroll/core';
import { orderOf } from './order.js';
import { type Rows, rowsOf, takeRows } from './rows.js';

/** Options of {@link batches}. */
export interface BatchesOptions {
  /** How many examples a batch holds. */
  readonly size: number;
  /** Shuffles with this generator, anew each time the batches are read; in order unless given. */
  readonly rng?: Rng;
  /** Leave out the last batch where it is smaller than the others; false unless given. */
  readonly dropLast?: boolean;
}

/** Batches, to be read once an epoch. */
export interface Batches<T> extends Iterable<T> {
  /** How many batches there are. */
  readonly count: number;
}

/**
 * Groups examples: items of any kind into arrays, or the rows of tensors, which stay together, into tensors.
 *
 * Shapes: tensors `[N, …]`, all of the same N; batches `[size, …]`, the last one maybe smaller.
 * Errors: `ValueError` without examples, for options that are unknown or wrong, and where `dropLast` leaves no batch;
 * `ShapeError` for tensors that disagree about N.
 *
 * @example
 * ```ts
 * import { Rng, tensor } from '@unroll/core';
 * import { batches } from '@unroll/data';
 * const epoch = batches({ x: tensor([[1, 2], [3, 4], [5, 6]]), y: tensor([0, 1, 0]) }, { size: 2, rng: new Rng(7) });
 * epoch.count; // 2
 * for (const { x, y } of epoch) x.shape; // [2, 2], then [1, 2]; y has [2], then [1]
 * for (const names of batches(['a', 'b', 'c'], { size: 2 })) names; // ['a', 'b'], then ['c']
 * ```
 */
export function batches<T>(items: Iterable<T>, options: BatchesOptions): Batches<T[]>;
export function batches<K extends string>(
  tensors: Readonly<Record<K, Tensor>>,
  options: BatchesOptions,
): Batches<Record<K, Tensor>>;
export function batches(
  examples: Iterable<unknown> | Readonly<Record<string, Tensor>>,
  options: BatchesOptions,
): Batches<unknown> {
  checkOptions('batches', options, ['size', 'rng', 'dropLast']);
  if (isIterable(examples)) {
    const items = [...examples];
    return ordered(items.length, options, (order) => Array.from(order, (i) => items[i]));
  }
  const tables = Object.entries(examples).map(([name, t]) => [name, rowsOf('batches', name, t)] as const);
  const count = commonCount(tables, examples);
  return ordered(count, options, (order) =>
    Object.fromEntries(tables.map(([name, rows]) => [name, takeRows(rows, order)])),
  );
}

function isIterable(examples: object): examples is Iterable<unknown> {
  return (examples as Partial<Iterable<unknown>>)[Symbol.iterator] !== undefined; // `in` refuses a string
}

function commonCount(tables: readonly (readonly [string, Rows])[], tensors: Readonly<Record<string, Tensor>>): number {
  const count = tables[0]?.[1].count ?? 0;
  if (tables.every(([, rows]) => rows.count === count)) return count;
  throw new ShapeError({
    op: 'batches',
    what: 'the tensors have different numbers of rows',
    arrays: tensors,
    rule: 'row i of each belongs to example i',
    mend: 'Correct the tensor whose first axis differs',
  });
}

/** Batches of what `take` makes of the places of their examples. */
function ordered<T>(
  examples: number,
  { size, rng, dropLast = false }: BatchesOptions,
  take: (order: Int32Array) => T,
): Batches<T> {
  checkSize('batches', 'size', size);
  const count = dropLast ? Math.floor(examples / size) : Math.ceil(examples / size);
  if (count === 0) {
    throw new ValueError({
      op: 'batches',
      what: examples === 0 ? 'there are no examples' : `dropLast leaves none of ${examples} examples`,
      rule: 'there is at least one batch',
      mend: examples === 0 ? 'Check where they come from' : `Pass a size of at most ${examples}, or leave dropLast out`,
    });
  }
  return {
    count,
    *[Symbol.iterator]() {
      const order = orderOf(examples, rng);
      for (let batch = 0; batch < count; batch++) yield take(order.subarray(batch * size, (batch + 1) * size));
    },
  };
}
