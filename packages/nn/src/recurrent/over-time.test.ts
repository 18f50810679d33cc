import '@unroll/kernels/reference';
import { Rng, randn, sum, Tape, tensor, zeros } from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { describe, expect, test } from 'vitest';
import { LSTMCell } from './cells/index.js';
import { lastOutput, maxOverTime, meanOverTime, repeatOverTime, sumOverTime } from './over-time.js';
import { unroll } from './unroll.js';

const { NaN: nan } = Number;
const x = tensor([
  [
    [1, -1],
    [2, -2],
    [6, -9],
  ],
  [
    [4, -4],
    [8, -6],
    [nan, nan],
  ],
]);
const lengths = [3, 2];
const whole = tensor([
  [
    [1, 5],
    [2, 4],
  ],
]);
const mask = [
  [1, 0, 1],
  [0, 1, 0],
];

const kinds: readonly (readonly [
  kind: typeof lastOutput,
  byLengths: number[][],
  byMask: number[][],
  ofAll: number[],
])[] = [
  [
    lastOutput,
    [
      [6, -9],
      [8, -6],
    ],
    [
      [6, -9],
      [8, -6],
    ],
    [2, 4],
  ],
  [
    sumOverTime,
    [
      [9, -12],
      [12, -10],
    ],
    [
      [7, -10],
      [8, -6],
    ],
    [3, 9],
  ],
  [
    meanOverTime,
    [
      [3, -4],
      [6, -5],
    ],
    [
      [3.5, -5],
      [8, -6],
    ],
    [1.5, 4.5],
  ],
  [
    maxOverTime,
    [
      [6, -1],
      [8, -4],
    ],
    [
      [6, -1],
      [8, -6],
    ],
    [2, 5],
  ],
];

for (const [kind, byLengths, byMask, ofAll] of kinds) {
  describe(kind.name, () => {
    test('sees real steps only, of all steps where nothing else is said', () => {
      expect(kind(x, { lengths }).toArray()).toEqual(byLengths);
      expect(kind(x, { mask }).toArray()).toEqual(byMask);
      expect(kind(whole).toArray()).toEqual([ofAll]);
    });

    test('its gradient is that of difference quotients, and 0 in the padding, whatever is there', () => {
      const inputs = randn([2, 3, 2, 2], { rng: new Rng(1), dtype: 'float64' });
      gradcheck((t) => kind(t, { lengths }), [inputs]);
      gradcheck((t) => kind(t, { mask }), [inputs]);
      const tape = new Tape();
      const loss = tape.record(() => {
        return sum(kind(x, { lengths }));
      });
      const [gradient] = tape.gradient(loss, [x]);
      expect(Number.isFinite(loss.item())).toBe(true);
      expect(gradient?.data.slice(10)).toEqual(Float32Array.of(0, 0));
      expect(Array.from(gradient?.data ?? []).every(Number.isFinite)).toBe(true);
    });

    test('refuses bad input', () => {
      expect(() => kind(tensor([1, 2]))).toThrow(`${kind.name}: there is no axis of time. x is [2];`);
      expect(() => kind(zeros([2, 0, 3]))).toThrow(`${kind.name}: there is no step. x is [2, 0, 3];`);
      expect(() => kind(x, { lengths: [4, 1] })).toThrow(`${kind.name}: lengths[0] is 4;`);
      const misspelt = { lengths, length: [3, 2] };
      expect(() => kind(x, misspelt)).toThrow(`${kind.name}: unknown option 'length'; the options are lengths, mask.`);
    });
  });
}

test('messages', () => {
  expect(() => meanOverTime(tensor([1, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: meanOverTime: there is no axis of time. x is [2]; x must be [N, T, …] with at least one step. Pass the outputs of unroll or of a layer.]`,
  );
  expect(() => meanOverTime(zeros([2, 0, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: meanOverTime: there is no step. x is [2, 0, 3]; x must be [N, T, …] with at least one step. Pass the outputs of unroll or of a layer.]`,
  );
  expect(() => meanOverTime(zeros([2, 3], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: meanOverTime: x is int32. x is [2, 3]; int32 tensors hold indices and are not computed with. Convert with cast(x, 'float32').]`,
  );
  expect(() => repeatOverTime(tensor(1), 3)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: repeatOverTime: there is no batch. x is []; x must be [N, …]. Add a batch: expandDims(x, 0).]`,
  );
  expect(() => repeatOverTime(tensor([1]), 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: repeatOverTime: steps is 0; it must be a whole number of at least 1. Correct steps.]`,
  );
});

test('the last output of a cell is its final h', () => {
  const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3 });
  const { outputs, finalState } = unroll(cell, x, { lengths });
  expect(lastOutput(outputs, { lengths }).toArray()).toEqual(finalState.h.toArray());
});

describe('repeatOverTime', () => {
  test('repeats a vector in every step, of any shape', () => {
    expect(
      repeatOverTime(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        2,
      ).toArray(),
    ).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
      [
        [3, 4],
        [3, 4],
      ],
    ]);
    expect(repeatOverTime(zeros([2, 3, 4]), 5).shape).toEqual([2, 5, 3, 4]);
    expect(repeatOverTime(tensor([7]), 3).toArray()).toEqual([[7, 7, 7]]);
  });

  test('its gradient is the sum over time', () => {
    gradcheck((t) => repeatOverTime(t, 3), [randn([2, 2], { dtype: 'float64' })]);
  });
});
