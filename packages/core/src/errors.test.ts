/** How messages are put together; what each operation says stands in the `errors.test.ts` of its folder. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  arange,
  checkOptions,
  checkSize,
  clamp,
  dropout,
  fromNdarray,
  full,
  locate,
  logsumexp,
  max,
  mean,
  min,
  oneHot,
  ones,
  randn,
  ShapeError,
  sum,
  Tape,
  tensor,
  UnrollError,
  uniform,
  ValueError,
  zeros,
} from './index.js';
import { gradcheck } from './testing/index.js';

describe('a message', () => {
  const [op, what, rule, mend] = ['linear', 'sizes do not fit', 'w is [outputs, inputs]', 'Transpose w'];
  const arrays = { x: { shape: [2, 3] }, w: { shape: [4, 5] } };

  test('says what, the arrays, the rule and the mend', () => {
    expect(new ShapeError({ op, what, arrays, rule, mend }).message).toMatchInlineSnapshot(
      `"linear: sizes do not fit. x is [2, 3], w is [4, 5]; w is [outputs, inputs]. Transpose w."`,
    );
  });

  test('leaves out what there is not', () => {
    expect(new ShapeError({ op, what, rule, mend }).message).toMatchInlineSnapshot(
      `"linear: sizes do not fit; w is [outputs, inputs]. Transpose w."`,
    );
    expect(new ShapeError({ op, what, arrays, mend }).message).toMatchInlineSnapshot(
      `"linear: sizes do not fit. x is [2, 3], w is [4, 5]. Transpose w."`,
    );
    expect(new ShapeError({ op, what, arrays: {}, rule: '' }).message).toMatchInlineSnapshot(
      `"linear: sizes do not fit."`,
    );
    expect(new ShapeError({ op, what }).message).toMatchInlineSnapshot(`"linear: sizes do not fit."`);
  });

  test('learns on its way up where it happened, innermost first', () => {
    const error = new ShapeError({ op, what, mend });
    expect(locate(error, 'LSTMCell.step, t = 17')).toBe(error);
    locate(error, 'unroll');
    expect(error.message).toMatchInlineSnapshot(
      `"linear (in LSTMCell.step, t = 17, in unroll): sizes do not fit. Transpose w."`,
    );
    expect(locate('not ours', 'unroll')).toBe('not ours');
  });

  test('is an Error with the name of its class, and keeps its cause', () => {
    const cause = new Error('below');
    const error = new ValueError({ op, what }, { cause });
    expect([error instanceof UnrollError, error instanceof Error, error.name, error.cause]).toEqual([
      true,
      true,
      'ValueError',
      cause,
    ]);
  });
});

describe('options', () => {
  test('that nobody reads are refused', () => {
    expect(() => checkOptions('new LSTMCell', { hiddensize: 3 }, ['hiddenSize'])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new LSTMCell: unknown option 'hiddensize'; the options are hiddenSize. Correct the name, or leave it out.]`,
    );
    expect(() => checkOptions('new Tanh', { size: 3 }, [])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Tanh: unknown option 'size'; it takes no options. Correct the name, or leave it out.]`,
    );
    checkOptions('new LSTMCell', { hiddenSize: 3 }, ['inputSize', 'hiddenSize']);
  });

  test('are one object', () => {
    // As a JavaScript user would write it.
    const [rate, nothing] = [0.1, null] as unknown as object[];
    expect(() => checkOptions('new SGD', rate as object, ['lr', 'momentum'])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new SGD: 0.1 in the place of an object of options; the options are lr, momentum. Write { lr: … }.]`,
    );
    expect(() => checkOptions('new Tanh', nothing as object, [])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: new Tanh: null in the place of an object of options; it takes no options. Leave it out.]`,
    );
  });

  // As a JavaScript user would write them.
  const wrong = { dtyp: 'float64' } as object;
  const x = tensor([1, 2]);
  const ids = tensor([0], { dtype: 'int32' });
  test.each<[string, () => unknown]>([
    ['tensor', () => tensor(1, wrong)],
    ['zeros', () => zeros([1], wrong)],
    ['ones', () => ones([1], wrong)],
    ['full', () => full([1], 0, wrong)],
    ['arange', () => arange(1, 2, 1, wrong)],
    ['randn', () => randn([1], wrong)],
    ['uniform', () => uniform([1], 0, 1, wrong)],
    ['fromNdarray', () => fromNdarray(x.value, wrong)],
    ['oneHot', () => oneHot(ids, 2, wrong)],
    ['dropout', () => dropout(x, 0.5, wrong)],
    ['clamp', () => clamp(x, wrong)],
    ['sum', () => sum(x, 0, wrong)],
    ['mean', () => mean(x, 0, wrong)],
    ['max', () => max(x, 0, wrong)],
    ['min', () => min(x, 0, wrong)],
    ['logsumexp', () => logsumexp(x, 0, wrong)],
    ['backward', () => new Tape().backward(x, wrong)],
    ['gradient', () => new Tape().gradient(x, [], wrong)],
    ['gradcheck', () => gradcheck((t) => sum(t), [x], wrong)],
  ])('of %s', (name, call) => {
    expect(call).toThrow(`${name}: unknown option 'dtyp'; the options are `);
  });
});

test('sizes are whole numbers', () => {
  expect(() => checkSize('new Linear', 'inputSize', 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Linear: inputSize is 0; it must be a whole number of at least 1. Correct inputSize.]`,
  );
  expect(() => checkSize('new Linear', 'inputSize', 2.5, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Linear: inputSize is 2.5; it must be a whole number of at least 0. Correct inputSize.]`,
  );
  checkSize('new Linear', 'inputSize', 0, 0);
});
