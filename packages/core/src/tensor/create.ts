/** Making tensors from numbers. What is made here lives on the ordinary heap and belongs to whoever made it. */
import type { DataType } from '@unroll/kernels';
import type { NdArray } from 'ndarray';
import { checkOptions, ShapeError, ValueError } from '../errors.js';
import { defaultRng, type Rng } from '../random.js';
import { requireKernels } from './dtype.js';
import { flatten, type NestedNumbers, nestedShape } from './nested.js';
import { checkShape, type Shape, sizeOf } from './shape.js';
import { dtypeOf, newData, readDense, type TensorData } from './storage.js';
import { hostTensor, Tensor } from './tensor.js';

/** What operations accept in place of a tensor; a number takes the dtype of the operand beside it. */
export type TensorLike = Tensor | NdArray<TensorData> | number;

/** Options of every function that makes a tensor. */
export interface CreateOptions {
  /** `'float32'` unless something else is said. */
  readonly dtype?: DataType;
}

/** Options of {@link randn} and {@link uniform}. */
export interface RandomOptions extends CreateOptions {
  /** The generator to draw from; {@link defaultRng} unless given. */
  readonly rng?: Rng;
}

/** Options of {@link tensor}. */
export interface TensorOptions extends CreateOptions {
  /** The shape of flat typed data; one axis unless given. */
  readonly shape?: Shape;
}

/**
 * A tensor from a number, nested arrays, or a flat typed array. The numbers are copied.
 *
 * Shapes: that of the nested arrays; for a typed array `options.shape`.
 * Errors: `ShapeError` for ragged arrays or a shape of another size; `ValueError` for an unknown option or
 * entries that are no numbers; `DataTypeError` for float64 without an engine.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * tensor([[1, 2], [3, 4]]); // float32 [2, 2]
 * tensor([0, 2, 1], { dtype: 'int32' });
 * tensor(new Float32Array(6), { shape: [2, 3] });
 * ```
 */
export function tensor(values: NestedNumbers | TensorData, options: TensorOptions = {}): Tensor {
  checkOptions('tensor', options, ['dtype', 'shape']);
  const flat = ArrayBuffer.isView(values) ? (values as TensorData) : null;
  const dtype = options.dtype ?? (flat === null ? 'float32' : dtypeOf(flat));
  requireKernels('tensor', dtype);
  const natural = flat === null ? nestedShape('tensor', values as NestedNumbers) : [flat.length];
  const data = newData(dtype, sizeOf(natural));
  if (flat === null) flatten(values as NestedNumbers, data);
  else data.set(flat);
  const shape = options.shape ?? natural;
  checkShape('tensor', shape);
  if (sizeOf(shape) !== data.length) {
    throw new ShapeError({
      op: 'tensor',
      what: `there are ${data.length} numbers for a shape of ${sizeOf(shape)}`,
      arrays: { shape: { shape } },
      rule: 'the sizes multiplied must give the count',
      mend: 'Correct options.shape',
    });
  }
  return hostTensor(data, [...shape], dtype);
}

function filled(op: string, shape: Shape, options: CreateOptions, fill: (data: TensorData) => void): Tensor {
  checkShape(op, shape);
  const dtype = options.dtype ?? 'float32';
  requireKernels(op, dtype);
  const data = newData(dtype, sizeOf(shape));
  fill(data);
  return hostTensor(data, [...shape], dtype);
}

/** All 0. Errors: as {@link full}. */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  checkOptions('zeros', options, ['dtype']);
  return filled('zeros', shape, options, () => {});
}

/** All 1. Errors: as {@link full}. */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  checkOptions('ones', options, ['dtype']);
  return filled('ones', shape, options, (data) => data.fill(1));
}

/** All `value`. Errors: `ValueError` for a shape that is none; `DataTypeError` for float64 without an engine. */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  checkOptions('full', options, ['dtype']);
  return filled('full', shape, options, (data) => data.fill(value));
}

/**
 * `start, start + step, …` up to, not including, `stop`; with one argument from 0 up to it.
 *
 * Shapes: `[⌈(stop − start) / step⌉]`.
 * Errors: `ValueError` for a step of 0 or bounds that are not finite.
 */
export function arange(start: number, stop?: number, step = 1, options: CreateOptions = {}): Tensor {
  checkOptions('arange', options, ['dtype']);
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || ![from, to, step].every(Number.isFinite)) {
    throw new ValueError({
      op: 'arange',
      what: `the range is from ${from} to ${to} in steps of ${step}`,
      rule: 'bounds are finite and the step is not 0',
      mend: 'Correct the arguments',
    });
  }
  const count = Math.max(0, Math.ceil((to - from) / step));
  return filled('arange', [count], options, (data) => {
    for (let i = 0; i < count; i++) data[i] = from + i * step;
  });
}

/** Draws from the normal distribution with mean 0 and variance 1. Errors: as {@link full}. */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  checkOptions('randn', options, ['dtype', 'rng']);
  const rng = options.rng ?? defaultRng();
  return filled('randn', shape, options, (data) => {
    for (let i = 0; i < data.length; i++) data[i] = rng.normal();
  });
}

/** Even draws from [low, high). Errors: as {@link full}. */
export function uniform(shape: Shape, low = 0, high = 1, options: RandomOptions = {}): Tensor {
  checkOptions('uniform', options, ['dtype', 'rng']);
  const rng = options.rng ?? defaultRng();
  return filled('uniform', shape, options, (data) => {
    for (let i = 0; i < data.length; i++) {
      // In float32 the last draws below `high` round up to it; they are drawn again.
      do data[i] = low + (high - low) * rng.uniform();
      while (low < high && (data[i] as number) >= high);
    }
  });
}

/** Whether a value is an `ndarray` (from any copy of that library). */
export function isNdarray(value: unknown): value is NdArray<TensorData> {
  return typeof value === 'object' && value !== null && 'data' in value && 'stride' in value && 'offset' in value;
}

/**
 * A copy of an `ndarray`, whatever its strides.
 *
 * Errors: `ValueError` when its data is not a Float32Array, Float64Array or Int32Array and no dtype is named.
 */
export function fromNdarray(array: NdArray, options: CreateOptions = {}): Tensor {
  checkOptions('fromNdarray', options, ['dtype']);
  const source = array.data;
  const typed = source instanceof Float32Array || source instanceof Float64Array || source instanceof Int32Array;
  if (!typed && options.dtype === undefined) {
    throw new ValueError({
      op: 'fromNdarray',
      what: `the data is ${array.dtype}`,
      rule: 'without a dtype the data must be a Float32Array, Float64Array or Int32Array',
      mend: "Pass { dtype: 'float32' }",
    });
  }
  const dtype = options.dtype ?? dtypeOf(source as TensorData);
  requireKernels('fromNdarray', dtype);
  const numbers = typed ? source : widen(source);
  const dense = readDense(numbers, { shape: array.shape, strides: array.stride, offset: array.offset });
  const data = dtypeOf(dense) === dtype ? dense : newData(dtype, dense.length);
  if (data !== dense) data.set(dense);
  return hostTensor(data, [...array.shape], dtype);
}

/** Data of any other kind as float64 numbers. */
function widen(source: NdArray['data']): Float64Array {
  const entry = (i: number): number => ('get' in source ? source.get(i) : (source[i] as number));
  return Float64Array.from({ length: source.length }, (_, i) => entry(i));
}

/** The tensor that an operand stands for. Arrays are copied, since their owner may refill them. */
export function asTensor(value: TensorLike, dtype: DataType = 'float32'): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === 'number') {
    const data = newData(dtype, 1);
    data[0] = value;
    return hostTensor(data, [], dtype);
  }
  return fromNdarray(value);
}
