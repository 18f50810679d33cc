import { tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { padSequences } from './index.js';

test('each row is its sequence, then the value', () => {
  const row = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.nat(3), fc.integer(), (rows, extra, value) => {
      const longest = Math.max(...rows.map(({ length }) => length));
      const length = longest + extra;
      const { values, lengths } = padSequences(
        rows.map((own) => Int32Array.from(own)),
        { length, value },
      );
      expect([values.dtype, values.shape, lengths.dtype]).toEqual(['int32', [rows.length, length], 'int32']);
      expect(lengths.toArray()).toEqual(rows.map((own) => own.length));
      expect(values.toArray()).toEqual(
        rows.map((own) => [...own, ...new Array<number>(length - own.length).fill(value)]),
      );
      expect(padSequences(rows).values.shape).toEqual([rows.length, longest]);
    }),
  );
});

test('steps may have axes of their own, and forms may be mixed', () => {
  const { values, lengths } = padSequences(
    [
      tensor([[1, 2]]),
      [
        [3, 4],
        [5, 6],
      ],
    ],
    { value: Number.NaN },
  );
  expect(values.toArray()).toEqual([
    [
      [1, 2],
      [Number.NaN, Number.NaN],
    ],
    [
      [3, 4],
      [5, 6],
    ],
  ]);
  expect(lengths.toArray()).toEqual([1, 2]);
  expect(padSequences([[1], [2, 3]], { dtype: 'int32' }).values.dtype).toBe('int32');
  expect(padSequences([[1], Int32Array.of(2, 3)]).values.dtype).toBe('int32');
});

test('bad input is refused', () => {
  expect(() => padSequences([])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: padSequences: there are no sequences; at least one is needed. Check where they come from.]`,
  );
  expect(() => padSequences([[1, 2], []])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: padSequences: sequences[1] is empty; a sequence has at least one step, or it would have no last state. Leave it out.]`,
  );
  expect(() => padSequences([3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: padSequences: a sequence is a scalar. sequences[0] is []; sequences have a first axis, time, and agree in all others. Reshape them.]`,
  );
  expect(() => padSequences([[[1, 2]], [[1, 2, 3]]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: padSequences: the sequences are not alike. sequences[0] is [1, 2], sequences[1] is [1, 3]; sequences have a first axis, time, and agree in all others. Reshape them.]`,
  );
  expect(() => padSequences([tensor([1]), Int32Array.of(1)])).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: padSequences: sequences[1] is int32. sequences[0] is [1], sequences[1] is [1]; the result is float32. Convert it with cast(t, 'float32').]`,
  );
  expect(() => padSequences([[1, 2, 3]], { length: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: padSequences: sequences[0] is longer than length 2. sequences[0] is [3]; nothing is cut off silently. Pass a larger length, or cut the sequence with slice.]`,
  );
  expect(() => padSequences([Int32Array.of(1)], { value: 0.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: padSequences: value is 0.5; among int32 sequences it must be a whole number of 32 bits. Correct value.]`,
  );
  const misspelt: object = { padding: 0 };
  expect(() => padSequences([[1]], misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: padSequences: unknown option 'padding'; the options are value, length, dtype. Correct the name, or leave it out.]`,
  );
});
