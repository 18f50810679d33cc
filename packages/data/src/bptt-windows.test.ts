import { tensor } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bpttWindows, type SequenceWindow } from './index.js';

const rowsOf = (t: SequenceWindow['x']): number[][] => t.toArray() as number[][];

test('windows laid end to end, stream after stream, rebuild the text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(99), { minLength: 2, maxLength: 200 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 7 }),
      (text, batch, steps) => {
        fc.pre(text.length > batch * steps);
        const windows = bpttWindows(text, { batch, steps });
        const inputs: number[][] = Array.from({ length: batch }, () => []);
        const targets: number[][] = Array.from({ length: batch }, () => []);
        let count = 0;
        for (const { x, y } of windows) {
          expect([x.shape, y.shape, x.dtype, y.dtype]).toEqual([[batch, steps], [batch, steps], 'int32', 'int32']);
          for (let b = 0; b < batch; b++) {
            inputs[b]?.push(...(rowsOf(x)[b] ?? []));
            targets[b]?.push(...(rowsOf(y)[b] ?? []));
          }
          count += 1;
        }
        const covered = batch * count * steps;
        expect(count).toBe(windows.count);
        expect(windows.dropped).toBe(text.length - covered - 1);
        expect(windows.dropped).toBeLessThan(batch * steps);
        expect(inputs.flat()).toEqual(text.slice(0, covered));
        expect(targets.flat()).toEqual(text.slice(1, covered + 1));
      },
    ),
  );
});

test('can be read again, and from any form of ids', () => {
  const ids = [3, 1, 4, 1, 5, 9, 2, 6];
  const read = (windows: Iterable<SequenceWindow>): unknown =>
    [...windows].map(({ x, y }) => [x.toArray(), y.toArray()]);
  const windows = bpttWindows(Int32Array.from(ids), { batch: 1, steps: 3 });
  const expected = [
    [[[3, 1, 4]], [[1, 4, 1]]],
    [[[1, 5, 9]], [[5, 9, 2]]],
  ];
  expect(read(windows)).toEqual(expected);
  expect(read(windows)).toEqual(expected);
  expect(read(bpttWindows(tensor(ids, { dtype: 'int32' }), { batch: 1, steps: 3 }))).toEqual(expected);
});

test('bad input is refused', () => {
  const ids = new Int32Array(10);
  expect(() => bpttWindows(ids, { batch: 2, steps: 5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bpttWindows: the text is shorter than one window. ids is [10]; a window of batch 2 and steps 5 takes 2 · 5 + 1 = 11 ids. Pass a longer text, or a smaller batch or fewer steps.]`,
  );
  expect(() => bpttWindows([], { batch: 1, steps: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bpttWindows: the text is shorter than one window. ids is [0]; a window of batch 1 and steps 1 takes 1 · 1 + 1 = 2 ids. Pass a longer text, or a smaller batch or fewer steps.]`,
  );
  expect(() => bpttWindows(ids, { batch: 0, steps: 5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bpttWindows: batch is 0; it must be a whole number of at least 1. Correct batch.]`,
  );
  expect(() => bpttWindows(ids, { batch: 1, steps: 2.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bpttWindows: steps is 2.5; it must be a whole number of at least 1. Correct steps.]`,
  );
  const misspelt = { batch: 1, steps: 1, stride: 1 };
  expect(() => bpttWindows(ids, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bpttWindows: unknown option 'stride'; the options are batch, steps. Correct the name, or leave it out.]`,
  );
  expect(() => bpttWindows([1, Number.NaN], { batch: 1, steps: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bpttWindows: ids[1] is NaN; ids are whole numbers. Encode the text first.]`,
  );
});
