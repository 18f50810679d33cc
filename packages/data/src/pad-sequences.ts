/** Sequences of different lengths in one tensor. */
import {
  checkOptions,
  checkSize,
  type DataType,
  DataTypeError,
  ShapeError,
  Tensor,
  tensor,
  ValueError,
} from '@unroll/core';
import { emptyLike, type Numbers, sizeOf } from './rows.js';

/** Options of {@link padSequences}. */
export interface PadSequencesOptions {
  /** What stands after the end of a sequence; 0 unless given. */
  readonly value?: number;
  /** The common length; that of the longest sequence unless given. */
  readonly length?: number;
  /** The dtype of sequences that are plain arrays; that of the others unless given, or `'float32'`. */
  readonly dtype?: DataType;
}

/** What {@link padSequences} returns. */
export interface PaddedSequences {
  readonly values: Tensor;
  /** int32: how many steps of each sequence are real. */
  readonly lengths: Tensor;
}

/**
 * Puts sequences of different lengths into one tensor, with `value` after the end of each.
 *
 * Shapes: sequences `[Tᵢ, …]`, alike after the first axis; values `[N, T, …]`, lengths `[N]`.
 * Errors: `ValueError` without sequences, for one that is empty, and for options that are unknown or out of range;
 * `ShapeError` for sequences that differ after the first axis or are longer than `length`; `DataTypeError` for
 * sequences of different dtypes.
 *
 * @example
 * ```ts
 * import { padSequences } from '@unroll/data';
 * const { values, lengths } = padSequences([[1, 2, 3], [4]], { value: -1 });
 * values.toArray(); // [[1, 2, 3], [4, -1, -1]]
 * lengths.toArray(); // [3, 1]
 * ```
 */
export function padSequences(sequences: readonly Numbers[], options: PadSequencesOptions = {}): PaddedSequences {
  checkOptions('padSequences', options, ['value', 'length', 'dtype']);
  const tensors = toSequences('padSequences', sequences, options.dtype);
  const lengths = tensors.map(({ shape }) => shape[0] as number);
  const length = options.length ?? Math.max(...lengths);
  checkSize('padSequences', 'length', length);
  checkLengths(tensors, length);
  const first = tensors[0] as Tensor;
  const { value = 0 } = options;
  checkPadding('padSequences', value, first.dtype);
  const rowShape = first.shape.slice(1);
  const width = sizeOf(rowShape);
  const padded = emptyLike(first.data, tensors.length * length * width).fill(value);
  tensors.forEach((t, i) => {
    padded.set(t.data, i * length * width);
  });
  return {
    values: tensor(padded, { shape: [tensors.length, length, ...rowShape] }),
    lengths: tensor(Int32Array.from(lengths)),
  };
}

/** The sequences as tensors that agree in everything but their length. Errors: as {@link padSequences}. */
export function toSequences(op: string, sequences: readonly Numbers[], asked: DataType | undefined): readonly Tensor[] {
  const typed = sequences.map((values) => (ArrayBuffer.isView(values) ? tensor(values) : values));
  const dtype = asked ?? typed.find((values) => values instanceof Tensor)?.dtype ?? 'float32';
  const tensors = typed.map((values) => (values instanceof Tensor ? values : tensor(values, { dtype })));
  const [first] = tensors;
  if (first === undefined) {
    throw new ValueError({
      op,
      what: 'there are no sequences',
      rule: 'at least one is needed',
      mend: 'Check where they come from',
    });
  }
  tensors.forEach((t, i) => {
    const arrays = { 'sequences[0]': first, [`sequences[${i}]`]: t };
    if (t.rank === 0 || t.rank !== first.rank || t.shape.some((size, axis) => axis > 0 && size !== first.shape[axis])) {
      throw new ShapeError({
        op,
        what: t.rank === 0 ? 'a sequence is a scalar' : 'the sequences are not alike',
        arrays,
        rule: 'sequences have a first axis, time, and agree in all others',
        mend: 'Reshape them',
      });
    }
    if (t.dtype !== dtype) {
      throw new DataTypeError({
        op,
        what: `sequences[${i}] is ${t.dtype}`,
        arrays,
        rule: `the result is ${dtype}`,
        mend: `Convert it with cast(t, '${dtype}')`,
      });
    }
    if (t.shape[0] === 0) {
      throw new ValueError({
        op,
        what: `sequences[${i}] is empty`,
        rule: 'a sequence has at least one step, or it would have no last state',
        mend: 'Leave it out',
      });
    }
  });
  return tensors;
}

function checkLengths(tensors: readonly Tensor[], length: number): void {
  tensors.forEach((t, i) => {
    if ((t.shape[0] as number) <= length) return;
    throw new ShapeError({
      op: 'padSequences',
      what: `sequences[${i}] is longer than length ${length}`,
      arrays: { [`sequences[${i}]`]: t },
      rule: 'nothing is cut off silently',
      mend: 'Pass a larger length, or cut the sequence with slice',
    });
  });
}

/** Errors: `ValueError` for a value that sequences of this dtype cannot hold. */
export function checkPadding(op: string, value: number, dtype: DataType): void {
  if (typeof value === 'number' && (dtype !== 'int32' || value === (value | 0))) return;
  throw new ValueError({
    op,
    what: `value is ${String(value)}`,
    rule: dtype === 'int32' ? 'among int32 sequences it must be a whole number of 32 bits' : 'it must be a number',
    mend: 'Correct value',
  });
}
