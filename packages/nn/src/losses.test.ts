import '@unroll/kernels/reference';
import { mul, Parameter, Rng, randn, sum, Tape, type Tensor, tensor, uniform, zeros } from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { describe, expect, test } from 'vitest';
import { binaryCrossEntropy, crossEntropy, type LossOptions, mae, mse } from './losses.js';

const ids = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });
const float64 = { dtype: 'float64' } as const;
const { NaN: missing } = Number;

/** −ln softmax(row)[target], plainly. */
const surprise = (row: readonly number[], target: number): number =>
  Math.log(row.reduce((total, x) => total + Math.exp(x), 0)) - (row[target] ?? Number.NaN);

describe('crossEntropy', () => {
  const logits = [
    [
      [0.5, -1, 2],
      [1, 1, 0],
    ],
    [
      [3, 0, -2],
      [0, 0.1, 0.2],
    ],
  ];
  const targets = [
    [2, 0],
    [1, 2],
  ];
  const costs = logits.map((rows, n) => rows.map((row, t) => surprise(row, targets[n]?.[t] ?? 0)));
  const all = costs.flat();

  test('is the mean, the sum, or the list of what the targets cost', () => {
    const x = tensor(logits, float64);
    expect(crossEntropy(x, ids(targets)).item()).toBeCloseTo(all.reduce((a, b) => a + b) / 4, 14);
    expect(crossEntropy(x, ids(targets), { reduction: 'sum' }).item()).toBeCloseTo(
      all.reduce((a, b) => a + b),
      14,
    );
    const each = crossEntropy(x, ids(targets), { reduction: 'none' });
    expect(each.shape).toEqual([2, 2]);
    Array.from(each.data).forEach((cost, i) => {
      expect(cost).toBeCloseTo(all[i] ?? Number.NaN, 14);
    });
  });

  test('takes one row of logits', () => {
    expect(crossEntropy(tensor([0, 0], float64), tensor(1, { dtype: 'int32' })).item()).toBeCloseTo(Math.log(2), 15);
  });

  test('averages over what counts, by mask or ignoreIndex', () => {
    const expected = ((all[0] ?? 0) + (all[3] ?? 0)) / 2;
    const x = tensor(logits, float64);
    expect(
      crossEntropy(x, ids(targets), {
        mask: tensor([
          [1, 0],
          [0, 1],
        ]),
      }).item(),
    ).toBeCloseTo(expected, 14);
    expect(
      crossEntropy(
        x,
        ids([
          [2, -100],
          [-100, 2],
        ]),
        { ignoreIndex: -100 },
      ).item(),
    ).toBeCloseTo(expected, 14);
    const both = {
      mask: ids([
        [1, 0],
        [1, 1],
      ]),
      ignoreIndex: -100,
    };
    expect(
      crossEntropy(
        x,
        ids([
          [2, 7],
          [-100, 2],
        ]),
        both,
      ).item(),
    ).toBeCloseTo(expected, 14);
    const each = crossEntropy(x, ids(targets), { mask: tensor([1, 0]), reduction: 'none' });
    expect(each.toArray()).toEqual([
      [each.data[0], each.data[1]],
      [0, 0],
    ]);
  });

  test('label smoothing: the share of all classes is their mean cost', () => {
    const x = tensor(logits, float64);
    const each = crossEntropy(x, ids(targets), { labelSmoothing: 0.3, reduction: 'none' });
    Array.from(each.data).forEach((cost, i) => {
      const row = logits.flat()[i] ?? [];
      const mean = row.reduce((total, _, k) => total + surprise(row, k), 0) / 3;
      expect(cost).toBeCloseTo(0.7 * (all[i] ?? Number.NaN) + 0.3 * mean, 14);
    });
    const masked = { labelSmoothing: 0.3, mask: tensor([1, 0]) };
    const [first, second] = Array.from(each.data);
    expect(crossEntropy(x, ids(targets), masked).item()).toBeCloseTo(((first ?? 0) + (second ?? 0)) / 2, 14);
    expect(crossEntropy(x, ids(targets), { labelSmoothing: 0 }).item()).toBe(crossEntropy(x, ids(targets)).item());
    // Beside large logits ln 2 is not rounded away.
    expect(crossEntropy(tensor([[1e6, 1e6]]), ids([0]), { labelSmoothing: 0.1 }).item()).toBeCloseTo(Math.log(2), 6);
  });

  test.each([0, 0.5])(
    'logits that do not count may be NaN, in value and gradient; smoothed by %s',
    (labelSmoothing) => {
      const parameter = new Parameter(
        tensor([
          [1, 2],
          [missing, missing],
        ]),
      );
      const options = { mask: tensor([1, 0]), labelSmoothing };
      const tape = new Tape();
      const loss = tape.record(() => crossEntropy(parameter, ids([0, 0]), options));
      const [share, mean] = [labelSmoothing, (surprise([1, 2], 0) + surprise([1, 2], 1)) / 2];
      expect(loss.item()).toBeCloseTo((1 - share) * surprise([1, 2], 0) + share * mean, 6);
      tape.backward(loss);
      const [first, second] = (parameter.grad ?? zeros([2, 2])).toArray() as number[][];
      expect(first?.[0]).toBeCloseTo(1 / (1 + Math.exp(1)) - (1 - share) - share / 2, 6);
      expect(second).toEqual([0, 0]);
    },
  );

  test('neither overflows nor rounds away', () => {
    expect(crossEntropy(tensor([[1e4, 0]]), ids([1])).item()).toBe(1e4);
    expect(crossEntropy(tensor([[1e30, 0]]), ids([0])).item()).toBe(0);
    expect(crossEntropy(tensor([[-1e4, -1e4]]), ids([0])).item()).toBeCloseTo(Math.log(2), 6);
  });

  test('has the derivatives that it should', () => {
    const options = { mask: tensor([1, 0, 1]) };
    const x = randn([3, 4], { rng: new Rng(1), ...float64 });
    gradcheck((x) => crossEntropy(x, ids([0, 3, 2]), options), [x]);
    gradcheck((x) => crossEntropy(x, ids([0, 3, 2]), { ...options, labelSmoothing: 0.2 }), [x]);
    const each = { ignoreIndex: 3, labelSmoothing: 0.2, reduction: 'none' } as const;
    gradcheck((x) => crossEntropy(x, ids([0, 3, 2]), each), [x]);
  });

  test('refuses bad input', () => {
    const x = zeros([2, 3]);
    expect(() => crossEntropy(x, ids([0, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: crossEntropy: the target at [1] is 3. targets is [2]; the logits have 3 classes, 0 to 2. Check the vocabulary, or name padding with ignoreIndex or a mask.]`,
    );
    expect(() =>
      crossEntropy(
        zeros([2, 2, 3]),
        ids([
          [0, 1],
          [-1, 2],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: crossEntropy: the target at [1, 0] is -1. targets is [2, 2]; the logits have 3 classes, 0 to 2. Check the vocabulary, or name padding with ignoreIndex or a mask.]`,
    );
    expect(() => crossEntropy(x, ids([0, 1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: crossEntropy: there is not one target for each row of logits. logits is [2, 3], targets is [3]; logits are [..., K] and targets [...]. Reshape one of them.]`,
    );
    expect(() => crossEntropy(x, ids([[0], [1]]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: crossEntropy: there is not one target for each row of logits. logits is [2, 3], targets is [2, 1]; logits are [..., K] and targets [...]. Reshape one of them.]`,
    );
    expect(() => crossEntropy(x, tensor([0, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: crossEntropy: targets is float32. targets is [2]; indices are int32. Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32').]`,
    );
    expect(() => crossEntropy(x, ids([5, 5]), { ignoreIndex: 5 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: crossEntropy: no target counts, since all are masked or ignored. targets is [2]; the mean of nothing is undefined. Leave such a batch out, or pass { reduction: 'sum' }.]`,
    );
    expect(() => crossEntropy(zeros([0, 3]), ids([]))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: crossEntropy: there are no targets. targets is [0]; the mean of nothing is undefined. Leave such a batch out, or pass { reduction: 'sum' }.]`,
    );
    expect(() => crossEntropy(x, ids([0, 1]), { mask: tensor([1]) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: crossEntropy: the mask does not fit. mask is [1], targets is [2]; the mask's axes must be the first of the targets'. Reshape the mask.]`,
    );
    expect(() => crossEntropy(x, ids([0, 1]), { mask: tensor([1, 0.5]) })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: crossEntropy: the mask is 0.5 at [1]; a mask is 1 where an entry counts and 0 where it does not. Compare first: greater(weights, 0).]`,
    );
    for (const share of [-0.1, 1.5, missing]) {
      expect(() => crossEntropy(x, ids([0, 1]), { labelSmoothing: share })).toThrow(`labelSmoothing is ${share}`);
    }
    expect(() => crossEntropy(x, ids([0, 1]), { labelSmoothing: 10 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: crossEntropy: labelSmoothing is 10; it is the share of a target that goes to all classes, from 0 to 1. Pass such a share: 0.1.]`,
    );
    const unknown = { reduction: 'average' as 'mean' };
    expect(() => crossEntropy(x, ids([0, 1]), unknown)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: crossEntropy: reduction is 'average'; the reductions are 'mean', 'sum' and 'none'. Pass one of them.]`,
    );
    const misspelt = { ignoreIndex: 1, ignoreindex: 1 };
    expect(() => crossEntropy(x, ids([0, 1]), misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: crossEntropy: unknown option 'ignoreindex'; the options are mask, ignoreIndex, labelSmoothing, reduction. Correct the name, or leave it out.]`,
    );
  });

  test('a sum over nothing is 0', () => {
    const nothing: LossOptions = { mask: tensor([0, 0]), reduction: 'sum' };
    expect(crossEntropy(zeros([2, 3]), ids([0, 1]), nothing).item()).toBe(0);
    expect(crossEntropy(zeros([0, 3]), ids([]), { reduction: 'sum' }).item()).toBe(0);
  });
});

describe('binaryCrossEntropy', () => {
  test('is −y·ln σ(x) − (1 − y)·ln(1 − σ(x))', () => {
    const [x, y] = [
      [0.3, -2, 1.5],
      [1, 0, 0.25],
    ];
    const plain = x.map((logit, i) => {
      const p = 1 / (1 + Math.exp(-logit));
      return -(y[i] ?? 0) * Math.log(p) - (1 - (y[i] ?? 0)) * Math.log(1 - p);
    });
    const each = binaryCrossEntropy(tensor(x, float64), tensor(y, float64), { reduction: 'none' });
    Array.from(each.data).forEach((cost, i) => {
      expect(cost).toBeCloseTo(plain[i] ?? Number.NaN, 14);
    });
  });

  test('neither overflows nor rounds away', () => {
    const each = binaryCrossEntropy(tensor([1e4, -1e4, 20, -20]), tensor([0, 1, 1, 0]), { reduction: 'none' });
    expect(Array.from(each.data.slice(0, 2))).toEqual([1e4, 1e4]);
    expect(each.data[2]).toBeCloseTo(2.0611536e-9, 14);
    expect(each.data[3]).toBeCloseTo(2.0611536e-9, 14);
  });

  test('has the derivative σ(x) − y, at 0 too', () => {
    const logits = new Parameter(tensor([0, 0, 2], float64));
    const tape = new Tape();
    const targets = tensor([1, 0.25, 0], float64);
    tape.backward(tape.record(() => binaryCrossEntropy(logits, targets, { reduction: 'sum' })));
    const expected = [-0.5, 0.25, 1 / (1 + Math.exp(-2))];
    Array.from(logits.grad?.data ?? []).forEach((g, i) => {
      expect(g).toBeCloseTo(expected[i] ?? Number.NaN, 14);
    });
    const targetsIn01 = uniform([4], 0.1, 0.9, { rng: new Rng(2), ...float64 });
    gradcheck((x, y) => binaryCrossEntropy(x, y), [randn([4], { rng: new Rng(1), ...float64 }), targetsIn01]);
  });

  test('refuses bad input', () => {
    const x = zeros([2]);
    expect(() => binaryCrossEntropy(x, tensor([0, 1.5]))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: binaryCrossEntropy: the target at [1] is 1.5. targets is [2]; targets are probabilities, from 0 to 1. Scale them, or use mse.]`,
    );
    expect(() => binaryCrossEntropy(x, tensor([missing, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: binaryCrossEntropy: the target at [0] is NaN. targets is [2]; targets are finite numbers. Mask what is missing, or clean the data.]`,
    );
    expect(() => binaryCrossEntropy(x, tensor([[0], [1]]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: binaryCrossEntropy: predictions and targets differ in shape. predictions is [2], targets is [2, 1]; losses do not broadcast, since [N] beside [N, 1] would silently compare each with each. Reshape one of them.]`,
    );
    const misspelt = { mask: ids([1, 1]), ignoreIndex: 0 };
    expect(() => binaryCrossEntropy(x, tensor([0, 1]), misspelt)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: binaryCrossEntropy: unknown option 'ignoreIndex'; the options are mask, reduction. Correct the name, or leave it out.]`,
    );
  });
});

for (const { name, loss, cost } of [
  { name: 'mse', loss: mse, cost: (error: number) => error ** 2 },
  { name: 'mae', loss: mae, cost: Math.abs },
]) {
  describe(name, () => {
    const [p, t] = [
      [1, 2, -3, 0.5],
      [0, 4, -2.5, 0.5],
    ];
    const costs = p.map((x, i) => cost(x - (t[i] ?? 0)));

    test('is the mean, the sum, or the list of errors', () => {
      const total = costs.reduce((a, b) => a + b);
      expect(loss(tensor(p), tensor(t)).item()).toBeCloseTo(total / 4, 6);
      expect(loss(tensor(p), tensor(t), { reduction: 'sum' }).item()).toBeCloseTo(total, 6);
      expect(loss(tensor(p), tensor(t), { reduction: 'none' }).toArray()).toEqual(costs);
    });

    test('a mask selects rows: what does not count may be NaN, in predictions and targets', () => {
      const predictions = new Parameter(
        tensor([
          [1, 2],
          [missing, 5],
        ]),
      );
      const targets = tensor([
        [0, 4],
        [1, missing],
      ]);
      const tape = new Tape();
      const value = tape.record(() => loss(predictions, targets, { mask: tensor([1, 0]) }));
      expect(value.item()).toBeCloseTo((cost(1) + cost(-2)) / 2, 6);
      tape.backward(value);
      const [, second] = (predictions.grad ?? zeros([0])).toArray() as number[][];
      expect(second).toEqual([0, 0]);
      expect(loss(predictions, targets, { mask: tensor([1, 0]), reduction: 'none' }).toArray()).toEqual([
        [cost(1), cost(-2)],
        [0, 0],
      ]);
    });

    test('has the derivatives that it should', () => {
      const [a, b] = [randn([2, 3], { rng: new Rng(1), ...float64 }), randn([2, 3], { rng: new Rng(2), ...float64 })];
      gradcheck(
        (x, y) =>
          loss(x, y, {
            mask: tensor([
              [1, 0, 1],
              [1, 1, 0],
            ]),
          }),
        [a, b],
      );
    });

    test('refuses targets that are not finite, and what does not fit', () => {
      const x = zeros([2, 2]);
      expect(() =>
        loss(
          x,
          tensor([
            [0, 1],
            [missing, 1],
          ]),
        ),
      ).toThrow(
        `${name}: the target at [1, 0] is NaN. targets is [2, 2]; targets are finite numbers. Mask what is missing, or clean the data.`,
      );
      expect(() =>
        loss(
          x,
          tensor([
            [0, Number.POSITIVE_INFINITY],
            [0, 0],
          ]),
        ),
      ).toThrow('the target at [0, 1] is Infinity');
      expect(() => loss(x, zeros([2, 1]))).toThrow(
        `${name}: predictions and targets differ in shape. predictions is [2, 2], targets is [2, 1]; losses do not broadcast`,
      );
      expect(() => loss(x, x, { mask: zeros([2]) })).toThrow(`${name}: no target counts, since all are masked`);
      expect(() => loss(zeros([0]), zeros([0]))).toThrow(`${name}: there are no targets`);
    });
  });
}

test('messages of the losses that compare', () => {
  const x = zeros([2]);
  expect(() => mse(x, tensor([0, missing]))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: mse: the target at [1] is NaN. targets is [2]; targets are finite numbers. Mask what is missing, or clean the data.]`,
  );
  expect(() => mse(x, zeros([2, 1]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: mse: predictions and targets differ in shape. predictions is [2], targets is [2, 1]; losses do not broadcast, since [N] beside [N, 1] would silently compare each with each. Reshape one of them.]`,
  );
  expect(() => mae(x, x, { mask: zeros([2]) })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: mae: no target counts, since all are masked or ignored. targets is [2]; the mean of nothing is undefined. Leave such a batch out, or pass { reduction: 'sum' }.]`,
  );
  expect(() => mae(x, x, { mask: zeros([1]) })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: mae: the mask does not fit. mask is [1], targets is [2]; the mask's axes must be the first of the targets'. Reshape the mask.]`,
  );
});

test('losses weigh what they are added to', () => {
  const w = new Parameter(tensor([3]));
  const tape = new Tape();
  tape.backward(tape.record(() => sum(mul(mse(w, tensor([1])), 2))));
  expect(w.grad?.toArray()).toEqual([8]);
});
