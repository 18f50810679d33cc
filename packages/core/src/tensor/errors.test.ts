/** What is said about numbers, shapes and parameters that cannot be. */
import '@unroll/kernels/reference';
import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import {
  arange,
  fromNdarray,
  full,
  mul,
  Parameter,
  type Shape,
  scratch,
  Tape,
  type Tensor,
  tensor,
  updateAdagrad,
  updateAdam,
  updateRmsprop,
  updateSgd,
  Variable,
  zeros,
  zerosLike,
} from '../index.js';

/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;

const inRecording = (fn: () => void): null =>
  new Tape().record(() => {
    fn();
    return null;
  });

describe('tensor', () => {
  test('of arrays that are no box of numbers', () => {
    expect(() => tensor([[1, 2], [3]])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: tensor: arrays beside each other differ in length; along axis 1 the first has 2 entries, another has 1. Pad them to one length (padSequences in @unroll/data).]`,
    );
    expect(() => tensor([[1, 2], 3])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tensor: 3 stands beside an array; arrays are nested to the same depth everywhere. Put it into an array too.]`,
    );
    expect(() => tensor([1, [2, 3]])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tensor: arrays are nested to different depths; entries are numbers, all at the same depth. Correct the entry.]`,
    );
    expect(() => tensor(wrong([1, '2']))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tensor: an entry is '2'; entries are numbers, all at the same depth. Correct the entry.]`,
    );
    expect(() => tensor(wrong([1, undefined]))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tensor: an entry is undefined; entries are numbers, all at the same depth. Correct the entry.]`,
    );
  });

  test.each([[undefined], [null], ['1'], [true]])('of %s', (value) => {
    expect(() => tensor(wrong(value))).toThrow(/^tensor: an entry is /);
  });

  test('of a shape that does not fit', () => {
    expect(() => tensor(new Float32Array(6), { shape: [2, 2] })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: tensor: there are 6 numbers for a shape of 4. shape is [2, 2]; the sizes multiplied must give the count. Correct options.shape.]`,
    );
    expect(() => tensor([1, 2], { shape: [-1, -2] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: tensor: [-1, -2] is not a shape; a shape is an array of whole numbers of at least 0. Pass one, as [2, 3].]`,
    );
  });

  test('of a dtype that is none', () => {
    expect(() => tensor(1, { dtype: wrong('float16') })).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: tensor: there is no dtype 'float16'; dtypes are 'float32', 'float64' and 'int32'. Pass one of them.]`,
    );
  });
});

describe('creation', () => {
  test.each<[unknown]>([[3], [[2, 1.5]], [[Number.NaN]], ['2']])('with the shape %s', (shape) => {
    expect(() => zeros(wrong<Shape>(shape))).toThrow(/^zeros: .* is not a shape; a shape is an array of whole numbers/);
  });

  test('with other wrong arguments', () => {
    expect(() => full([2, -1], 0)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: full: [2, -1] is not a shape; a shape is an array of whole numbers of at least 0. Pass one, as [2, 3].]`,
    );
    expect(() => zeros(wrong<Shape>(3))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: zeros: 3 is not a shape; a shape is an array of whole numbers of at least 0. Pass one, as [2, 3].]`,
    );
    expect(() => arange(0, 5, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: arange: the range is from 0 to 5 in steps of 0; bounds are finite and the step is not 0. Correct the arguments.]`,
    );
    expect(() => arange(Infinity)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: arange: the range is from 0 to Infinity in steps of 1; bounds are finite and the step is not 0. Correct the arguments.]`,
    );
    expect(() => fromNdarray(ndarray([1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: fromNdarray: the data is array; without a dtype the data must be a Float32Array, Float64Array or Int32Array. Pass { dtype: 'float32' }.]`,
    );
  });
});

describe('reading', () => {
  test('one number where there are more or none', () => {
    expect(() => zeros([2]).item()).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: item: there is not exactly one number. tensor is [2]; item() reads tensors of size 1. Use toArray(), or reduce with sum or mean first.]`,
    );
    expect(() => zeros([0]).item()).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: item: there is not exactly one number. tensor is [0]; item() reads tensors of size 1. Use toArray(), or reduce with sum or mean first.]`,
    );
  });
});

describe('writing', () => {
  const p = (): Parameter => new Parameter(tensor([1, 2]));

  test('other shapes and dtypes, which changes nothing', () => {
    const w = p();
    w.grad = tensor([3, 4]);
    expect(() => w.assign(zeros([3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: assign: the shapes differ. parameter is [2], values is [3]; a parameter keeps its shape. Reshape the values.]`,
    );
    expect(() => w.assign(zeros([2], { dtype: 'float64' }))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: assign: the values are float64, the parameter is float32. parameter is [2]; a parameter keeps its dtype. Convert with cast(values, 'float32').]`,
    );
    expect(() => {
      w.grad = zeros([1, 2]);
    }).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: parameter.grad: the shapes differ. parameter is [2], values is [1, 2]; a parameter keeps its shape. Reshape the values.]`,
    );
    expect([w.toArray(), w.grad?.toArray(), w.version]).toEqual([[1, 2], [3, 4], 0]);
  });

  test('parameters of indices', () => {
    expect(() => new Parameter(tensor([1], { dtype: 'int32' }))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: new Parameter: the values are int32. values is [1]; parameters are float32 or float64. Pass { dtype: 'float32' } to tensor().]`,
    );
  });

  test('updates without a gradient, or inside a recording', () => {
    const w = p();
    w.name = 'cell.w';
    const sgd = { lr: 1, momentum: 0, nesterov: false, weightDecay: 0 };
    const rmsprop = { lr: 1, alpha: 0.9, eps: 1e-8, epsInside: false, momentum: 0, weightDecay: 0 };
    const adagrad = { lr: 1, eps: 1e-8, weightDecay: 0 };
    const corrections = { correction1: 1, correction2: 1 };
    const adam = { lr: 1, beta1: 0.9, beta2: 0.99, eps: 1e-8, ...corrections, weightDecay: 0, decoupled: false };
    expect(() => updateSgd(w, null, sgd)).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: updateSgd: parameter 'cell.w' has no gradient. parameter is [2]; an update needs one. Call backward first, or skip the parameter.]`,
    );
    expect(() => updateRmsprop(w, { squareAverage: zerosLike(w), mean: null, velocity: null }, rmsprop)).toThrow(
      "updateRmsprop: parameter 'cell.w' has no gradient.",
    );
    expect(() => updateAdagrad(w, zerosLike(w), adagrad)).toThrow("updateAdagrad: parameter 'cell.w' has no gradient.");
    expect(() => updateAdam(w, { firstMoment: zerosLike(w), secondMoment: zerosLike(w) }, adam)).toThrow(
      "updateAdam: parameter 'cell.w' has no gradient.",
    );
    w.grad = tensor([1, 1]);
    expect(() => inRecording(() => updateSgd(w, null, sgd))).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: updateSgd: a parameter is written inside a recording. parameter is [2]; the records that have read it would no longer agree with their numbers. Write it after record() has returned and backward() is done.]`,
    );
    expect([w.toArray(), w.version]).toEqual([[1, 2], 0]);
  });

  test('numbers that are gone', () => {
    const w = p();
    const tape = new Tape();
    const gone: Tensor[] = [];
    tape.record(() => {
      gone.push(mul(w, 2));
      return null;
    });
    tape.record(() => zeros([2]));
    const values = gone[0] as Tensor;
    expect(() => w.assign(values)).toThrow('read: the result of mul is gone');
    expect(() => tape.record(() => mul(values, w))).toThrow('read: the result of mul is gone');
    expect(() => scratch(() => mul(values, w))).toThrow('read: the result of mul is gone');
    expect([w.toArray(), w.version]).toEqual([[1, 2], 0]);
  });

  test('variables inside a recording', () => {
    const v = new Variable(tensor([1]));
    expect(() => inRecording(() => v.assign(tensor([2])))).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: assign: a parameter is written inside a recording. parameter is [1]; the records that have read it would no longer agree with their numbers. Write it after record() has returned and backward() is done.]`,
    );
    expect(v.toArray()).toEqual([1]);
  });
});
