/** What operations say to inputs that they cannot take. */
import '@unroll/kernels/reference';
import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import {
  add,
  argmax,
  broadcastTo,
  cast,
  clamp,
  concat,
  dropout,
  expandDims,
  gather,
  lengthsToMask,
  linear,
  matmul,
  max,
  mean,
  mul,
  oneHot,
  pad,
  permute,
  pick,
  reshape,
  scatterAdd,
  slice,
  split,
  squeeze,
  stack,
  sum,
  sumTo,
  tanh,
  tensor,
  topk,
  transpose,
  where,
  zeros,
} from '../index.js';

const [x, y] = [zeros([2, 3]), zeros([4])];
const scalar = zeros([]);
const empty = zeros([2, 0]);
const ids = tensor([0, 5], { dtype: 'int32' });
const double = zeros([2, 3], { dtype: 'float64' });
/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;

describe('operands', () => {
  test('that are no tensors', () => {
    expect(() => add(x, wrong(undefined))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: add: b is undefined; operands are tensors, ndarrays or numbers. Pass one of them.]`,
    );
    expect(() => add(wrong([1, 2]), x)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: add: a is an array; operands are tensors, ndarrays or numbers. Wrap it: tensor([…]).]`,
    );
    expect(() => tanh(wrong({ loss: x }))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: tanh: x is an object; operands are tensors, ndarrays or numbers. Pass one of them.]`,
    );
    expect(() => tanh(wrong(null))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: tanh: x is null; operands are tensors, ndarrays or numbers. Pass one of them.]`,
    );
    expect(() => tanh(wrong('1'))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: tanh: x is a string; operands are tensors, ndarrays or numbers. Pass one of them.]`,
    );
    const foreign = { shape: [2, 3], [Symbol.for('@unroll/core.Tensor')]: true };
    expect(() => add(x, wrong(foreign))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: add: b is a tensor of another copy of @unroll/core; two copies are two tapes, and neither sees what the other records. Make all packages use one copy: npm ls @unroll/core shows who brings which, and bundlers have resolve.dedupe or an alias.]`,
    );
    expect(() => add(x, wrong(ndarray([1, 2, 3])))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: fromNdarray: the data is array; without a dtype the data must be a Float32Array, Float64Array or Int32Array. Pass { dtype: 'float32' }.]`,
    );
  });

  test('of several dtypes', () => {
    expect(() => add(x, double)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: add: a is float32, b is float64. a is [2, 3], b is [2, 3]; operands have one dtype, and only numbers adapt. Convert one of them: cast(b, 'float32').]`,
    );
    expect(() => linear(x, x, cast(y, 'float64'))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: linear: x is float32, b is float64. x is [2, 3], b is [4]; operands have one dtype, and only numbers adapt. Convert one of them: cast(b, 'float32').]`,
    );
    expect(() => concat([x, x, double])).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: concat: tensors[0] is float32, tensors[2] is float64. tensors[0] is [2, 3], tensors[2] is [2, 3]; tensors that are joined have one dtype. Convert one of them: cast(tensors[2], 'float32').]`,
    );
  });

  test('that hold indices, or should', () => {
    expect(() => tanh(ids)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: tanh: x is int32. x is [2]; int32 tensors hold indices and are not computed with. Convert with cast(x, 'float32').]`,
    );
    expect(() => sumTo(ids, [1])).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: sumTo: x is int32. x is [2]; int32 tensors hold indices and are not computed with. Convert with cast(x, 'float32').]`,
    );
    expect(() => mul(2, ids)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: mul: b is int32. b is [2]; int32 tensors hold indices and are not computed with. Convert with cast(b, 'float32').]`,
    );
    expect(() => where(x, 0, ids)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: where: b is int32. b is [2]; int32 tensors hold indices and are not computed with. Convert with cast(b, 'float32').]`,
    );
    expect(() => gather(x, y)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: gather: ids is float32. ids is [4]; indices are int32. Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32').]`,
    );
    expect(() => oneHot(2, 3)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: oneHot: ids is float32. ids is []; indices are int32. Make them with tensor(values, { dtype: 'int32' }), or cast(values, 'int32').]`,
    );
  });

  test('whose shapes do not broadcast', () => {
    expect(() => add(x, y)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: add: shapes do not broadcast. a is [2, 3], b is [4]; from right to left, sizes must be equal or one of them 1, and 3 meets 4. Reshape, transpose or expandDims one of them.]`,
    );
    expect(() => where(zeros([5]), x, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: where: shapes do not broadcast. condition is [5], a is [2, 3], b is []; from right to left, sizes must be equal or one of them 1, and 5 meets 3. Reshape, transpose or expandDims one of them.]`,
    );
    expect(() => where(zeros([5]), x, y)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: where: shapes do not broadcast. condition is [5], a is [2, 3], b is [4]; from right to left, sizes must be equal or one of them 1, and 3 meets 4. Reshape, transpose or expandDims one of them.]`,
    );
    expect(() => broadcastTo(x, [2, 4])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: broadcastTo: x does not broadcast to the shape. x is [2, 3], shape is [2, 4]; from right to left, each size of x must be 1 or the shape's. Reshape x, or correct the shape.]`,
    );
    expect(() => broadcastTo(x, [3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: broadcastTo: x does not broadcast to the shape. x is [2, 3], shape is [3]; from right to left, each size of x must be 1 or the shape's. Reshape x, or correct the shape.]`,
    );
    expect(() => broadcastTo(1, [-1])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: broadcastTo: [-1] is not a shape; a shape is an array of whole numbers of at least 0. Pass one, as [2, 3].]`,
    );
  });
});

describe('products', () => {
  test('whose sizes do not fit', () => {
    expect(() => matmul(zeros([32, 10]), zeros([20, 5]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: matmul: inner sizes differ. a is [32, 10], b is [20, 5]; a's last axis (10) must equal b's second-to-last (20). Transpose b, or check inputSize.]`,
    );
    expect(() => matmul(x, zeros([3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: matmul: an operand is no matrix. a is [2, 3], b is [3]; both need at least two axes. Add one with expandDims.]`,
    );
    expect(() => matmul(zeros([2, 4, 5]), zeros([3, 5, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: matmul: the axes before the last two do not broadcast. a is [2, 4, 5], b is [3, 5, 1]; from right to left, sizes must be equal or one of them 1, and 2 meets 3. Reshape, transpose or expandDims one of them.]`,
    );
    expect(() => linear(x, zeros([4, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linear: sizes do not fit. x is [2, 3], w is [4, 2]; w is [outputs, inputs]: x's last axis must equal w's second, and b has w's first, or the result's shape. Check inputSize, or transpose w.]`,
    );
    expect(() => linear(x, zeros([4, 3]), zeros([3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linear: sizes do not fit. x is [2, 3], w is [4, 3], b is [3]; w is [outputs, inputs]: x's last axis must equal w's second, and b has w's first, or the result's shape. Check inputSize, or transpose w.]`,
    );
  });
});

describe('axes', () => {
  test('that are not there', () => {
    expect(() => sum(x, 2)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sum: there is no axis 2. x is [2, 3]; axes go from -2 to 1. Pass an axis that x has.]`,
    );
    expect(() => sum(x, 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sum: there is no axis 0.5. x is [2, 3]; axes go from -2 to 1. Pass an axis that x has.]`,
    );
    expect(() => sum(scalar, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sum: there is no axis 0. x is []; a scalar has no axes. Give it one with expandDims.]`,
    );
    expect(() => transpose(y)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: transpose: there is no axis -2. x is [4]; axes go from -1 to 0. Pass an axis that x has.]`,
    );
    expect(() => concat([scalar, scalar])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: concat: there is no axis 0. tensors[0] is []; a scalar has no axes. Give it one with expandDims.]`,
    );
    expect(() => expandDims(y, 3)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: expandDims: a new axis cannot be axis 3. x is [4]; the result has 2 axes, from -2 to 1. Pass one of them.]`,
    );
    expect(() => stack([scalar, scalar], 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: stack: a new axis cannot be axis 1. tensors[0] is []; the result has 1 axis, from -1 to 0. Pass one of them.]`,
    );
  });

  test('that are named twice or left out', () => {
    expect(() => sum(x, [0, -2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sum: axis 0 is named twice. x is [2, 3]; each axis may be named once. Leave the second one out.]`,
    );
    expect(() => permute(x, [0])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: permute: [0] is not an order of the axes. x is [2, 3]; each of the 2 axes must be named once. Correct axes.]`,
    );
    expect(() => permute(x, [1, 1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: permute: [1, 1] is not an order of the axes. x is [2, 3]; each of the 2 axes must be named once. Correct axes.]`,
    );
  });

  test('of a wrong size', () => {
    expect(() => squeeze(x, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: squeeze: axis 0 has size 2. x is [2, 3]; only axes of size 1 can disappear. Use pick to choose one entry, or leave the axis.]`,
    );
    expect(() => max(empty, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: max: there is nothing along axis 1. x is [2, 0]; max needs at least one entry. Leave empty tensors out.]`,
    );
    expect(() => mean(empty)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: mean: there is nothing along axis 1. x is [2, 0]; mean needs at least one entry. Leave empty tensors out.]`,
    );
    expect(() => argmax(empty)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: argmax: there is nothing along axis 1. x is [2, 0]; argmax needs at least one entry. Leave empty tensors out.]`,
    );
    expect(max(empty, 0).shape).toEqual([0]);
  });
});

describe('parts', () => {
  test('that are not there', () => {
    expect(() => slice(x, 1, 2, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: slice: there is no range from 2 to 1 in steps of 1. x is [2, 3]; along axis 1 bounds are whole numbers from -3 to 3, the end is not before the start, and step is at least 1. Correct the bounds, or use flip to go backwards.]`,
    );
    expect(() => slice(x, 1, -4)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: slice: there is no range from -4 to the end in steps of 1. x is [2, 3]; along axis 1 bounds are whole numbers from -3 to 3, the end is not before the start, and step is at least 1. Correct the bounds, or use flip to go backwards.]`,
    );
    expect(() => slice(x, 1, 0, 3, -1)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: slice: there is no range from 0 to 3 in steps of -1. x is [2, 3]; along axis 1 bounds are whole numbers from -3 to 3, the end is not before the start, and step is at least 1. Correct the bounds, or use flip to go backwards.]`,
    );
    expect(() => pick(x, 1, 3)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: pick: there is no entry 3 along axis 1. x is [2, 3]; indices go from -3 to 2. Correct the index.]`,
    );
    expect(() => pick(empty, 1, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: pick: there is no entry 0 along axis 1. x is [2, 0]; it is empty. Correct the index.]`,
    );
    expect(() => topk(x, 4)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: topk: k is 4. x is [2, 3]; k must be a whole number from 1 to 3, the size of axis 1. Correct k.]`,
    );
    expect(() => pad(x, 0, -1, 2)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: pad: -1 entries before and 2 after cannot be added. x is [2, 3]; counts are whole numbers of at least 0. Use slice to take entries away.]`,
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('%s of them', (parts) => {
    expect(() => split(x, parts)).toThrow(`split: ${parts} equal parts do not fill axis 0`);
  });

  test('that do not fill the axis', () => {
    expect(() => split(x, 2, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: split: 2 equal parts do not fill axis 1. x is [2, 3]; whole parts must add up to 3. Correct the parts, or name another axis.]`,
    );
    expect(() => split(x, [1, 1], 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: split: parts of 1, 1 do not fill axis 1. x is [2, 3]; whole parts must add up to 3. Correct the parts, or name another axis.]`,
    );
    expect(() => reshape(x, [4, -1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reshape: 6 numbers do not fill [4, -1]. x is [2, 3]; the sizes multiplied must stay the same, and one of them may be −1. Correct the shape.]`,
    );
    expect(() => reshape(x, [-1, -1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reshape: 6 numbers do not fill [-1, -1]. x is [2, 3]; the sizes multiplied must stay the same, and one of them may be −1. Correct the shape.]`,
    );
    expect(() => reshape(x, [2.5, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: reshape: [2.5, 2] is not a shape; a shape is an array of whole numbers of at least 0. Pass one, as [2, 3].]`,
    );
    expect(() => reshape(x, wrong(6))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: reshape: 6 is not a shape; a shape is an array of whole numbers of at least 0. Pass one, as [2, 3].]`,
    );
  });

  test('that lengths do not name', () => {
    expect(() => lengthsToMask([2, 4], 3)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: lengthsToMask: lengths[1] is 4; a length is a whole number from 0 to 3, the number of steps. Correct it, or pass more steps.]`,
    );
    expect(() => lengthsToMask([1.5], 3)).toThrow('lengths[0] is 1.5');
    expect(() => lengthsToMask(Int32Array.of(1, -1), 3)).toThrow('lengths[1] is -1');
    expect(() => lengthsToMask([], -1)).toThrow('steps is -1');
    expect(() => lengthsToMask(tensor([[1]], { dtype: 'int32' }), 3)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: lengthsToMask: there is not one length for each sequence. lengths is [1, 1]; lengths are [N]. Reshape them.]`,
    );
    expect(() => lengthsToMask(tensor([1]), 3)).toThrow('lengths is float32');
  });

  test('that do not join', () => {
    expect(() => concat([])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: concat: there are no tensors; at least one is needed. Pass some.]`,
    );
    expect(() => concat([x, x, y])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: concat: the shapes differ in more than axis 0. tensors[0] is [2, 3], tensors[2] is [4]; all sizes but that of axis 0 must be equal. Reshape or pad one of them.]`,
    );
    expect(() => stack([x, y])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: stack: the shapes differ. tensors[0] is [2, 3], tensors[1] is [4]; tensors that are stacked have one shape. Use concat, or reshape one of them.]`,
    );
    expect(() => stack([x, wrong('x')])).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: stack: tensors[1] is a string; operands are tensors, ndarrays or numbers. Pass one of them.]`,
    );
  });
});

describe('rows', () => {
  test('that are not there', () => {
    expect(() => gather(x, ids)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gather: index 5, entry 1 of ids, is out of range. ids is [2]; indices go from 0 to 1. Check the ids, or the size of the vocabulary.]`,
    );
    expect(() => gather(zeros([0, 3]), ids)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gather: index 0, entry 0 of ids, is out of range. ids is [2]; there are no rows. Check the ids, or the size of the vocabulary.]`,
    );
    expect(() => oneHot(ids, 3)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: oneHot: index 5, entry 1 of ids, is out of range. ids is [2]; indices go from 0 to 2. Check the ids, or the size of the vocabulary.]`,
    );
    expect(() => oneHot(ids, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: oneHot: depth is 0; it must be a whole number of at least 1. Correct depth.]`,
    );
    expect(() => gather(scalar, ids)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: gather: x has no rows. x is [], ids is [2]; x needs at least one axis. Reshape x.]`,
    );
    expect(() => scatterAdd(x, ids, 4)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: scatterAdd: index 5, entry 1 of ids, is out of range. ids is [2]; indices go from 0 to 3. Check the ids, or the size of the vocabulary.]`,
    );
    expect(() => scatterAdd(y, ids, 4)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: scatterAdd: there is not one index for each row. x is [4], ids is [2]; x is [N, D] and ids has N entries. Pass one index for each row of x.]`,
    );
    expect(() => scatterAdd(x, ids, -1)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: scatterAdd: rows is -1; it must be a whole number of at least 0. Correct rows.]`,
    );
  });
});

describe('settings', () => {
  test('outside of what is allowed', () => {
    expect(() => clamp(x, { min: 1, max: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: clamp: the bounds are 1 and 0; both are numbers, and min is not above max. Correct them.]`,
    );
    expect(() => clamp(x, { min: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: clamp: the bounds are NaN and Infinity; both are numbers, and min is not above max. Correct them.]`,
    );
    expect(() => dropout(x, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: dropout: p is 1; p is the probability of a zero: at least 0 and below 1. Pass such a p.]`,
    );
    expect(() => dropout(x, Number.NaN)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: dropout: p is NaN; p is the probability of a zero: at least 0 and below 1. Pass such a p.]`,
    );
    expect(() => cast(x, wrong('float16'))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: cast: there is no dtype 'float16'; dtypes are 'float32', 'float64' and 'int32'. Pass one of them.]`,
    );
  });
});
