/** The value that everything computes with, and where its numbers are. */
import { type DataType, type FloatType, views } from '@unroll/kernels';
import ndarray, { type NdArray } from 'ndarray';
import { CodeGenerationError, ReleasedError, ShapeError } from '../errors.js';
import { type NestedNumbers, nest } from './nested.js';
import { formatTensor } from './print.js';
import { type Home, type Panel, PERSISTENT } from './residence.js';
import { contiguousStrides, type Shape, sizeOf } from './shape.js';
import { type HostView, hostView, readDense, type TensorData } from './storage.js';

/** Sees a gradient; a tensor that it returns takes the gradient's place. See {@link Tensor.onGrad}. */
export type GradListener = ((gradient: Tensor) => Tensor) | ((gradient: Tensor) => void);

/**
 * An n-dimensional array of numbers, immutable to its users.
 *
 * A tensor has no arithmetic methods: operations are free functions (`add(a, b)`). What a recording
 * computes stays readable until the same tape records again; then reading throws `ReleasedError`.
 *
 * @example
 * ```ts
 * import { mul, tensor } from '@unroll/core';
 * const t = mul(tensor([[1, 2], [3, 4]]), 10);
 * t.shape; // [2, 2]
 * t.toArray(); // [[10, 20], [30, 40]]
 * ```
 */
export class Tensor {
  /** Sizes along each axis; `[]` for a scalar. */
  readonly shape: Shape;
  readonly dtype: DataType;

  /**
   * The copy on the ordinary heap, if there is one; it never goes away. Kernel memory then is a cache.
   * @internal
   */
  host: HostView | null;
  /** Who owns the kernel memory at `position`; null before the numbers came there. @internal */
  home: Home | null = null;
  /** The owner's epoch when the numbers were written. @internal */
  epoch = 0;
  /** Element index of entry 0 in the view of kernel memory that has this dtype. @internal */
  position = 0;
  /** Strides in kernel memory, in elements. @internal */
  strides: readonly number[];
  /** The tensor whose memory this one is a view of. @internal */
  base: Tensor | null = null;
  /** Counts the writes of a variable; 0 for every other tensor. @internal */
  version = 0;
  /** Packed forms of it, for products. @internal */
  panels: Panel[] | null = null;
  /** The indices of which it is the one-hot form, so that products can gather rows. @internal */
  hot: Tensor | null = null;
  /** Epoch of the recording whose graph this tensor belongs to; 0 for none. @internal */
  graph = 0;
  /** Its place in that graph. @internal */
  node = -1;
  /** Who wants to see its gradient; null for nobody. @internal */
  gradListeners: ReadonlySet<GradListener> | null = null;
  /** The operation that made it, for messages. @internal */
  source: { readonly name: string } | null = null;

  /** @internal */
  constructor(shape: Shape, dtype: DataType, host: HostView | null, strides?: readonly number[]) {
    this.shape = shape;
    this.dtype = dtype;
    this.host = host;
    this.strides = strides ?? contiguousStrides(shape);
  }

  /** How many numbers it holds. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** How many axes it has. */
  get rank(): number {
    return this.shape.length;
  }

  /** Whether kernel memory holds the numbers now. @internal */
  get resident(): boolean {
    return this.home !== null && this.home.epoch === this.epoch;
  }

  /**
   * The numbers in row-major order: a snapshot in a new array.
   *
   * Errors: `ReleasedError` when the tape that made the tensor has recorded again.
   */
  get data(): TensorData {
    if (this.resident) {
      return readDense(views[this.dtype], { shape: this.shape, strides: this.strides, offset: this.position });
    }
    if (this.host === null) throw releasedError(this);
    return readDense(this.host.data, this.host);
  }

  /**
   * The same snapshot as an `ndarray`, the array type of scijs, which writes the code of its views at run time.
   *
   * Errors: as `data`; `CodeGenerationError` where a content security policy without `'unsafe-eval'` forbids such code.
   */
  get value(): NdArray<TensorData> {
    const { data } = this;
    try {
      return ndarray(data, [...this.shape]);
    } catch (error) {
      throw error instanceof EvalError ? codeGenerationError(error) : error;
    }
  }

  /**
   * The only number of a tensor that holds one.
   *
   * Errors: `ShapeError` when it holds more or none; `ReleasedError` as `data`.
   */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError({
        op: 'item',
        what: 'there is not exactly one number',
        arrays: { tensor: this },
        rule: 'item() reads tensors of size 1',
        mend: 'Use toArray(), or reduce with sum or mean first',
      });
    }
    if (this.resident) return views[this.dtype][this.position] as number;
    if (this.host === null) throw releasedError(this);
    return this.host.data[this.host.offset] as number;
  }

  /** The numbers as nested arrays, or as a number for a scalar. Errors as `data`. */
  toArray(): NestedNumbers {
    return nest(this.data, this.shape);
  }

  /**
   * Calls `listener` with the gradient by this tensor in each walk backwards that comes to it, when all parts of the
   * gradient have been added up and before it is passed on: PyTorch's `register_hook`. A tensor that the listener
   * returns takes the gradient's place, there and in `.grad`. Returns a function that stops it; a tensor that a
   * recording computed is forgotten with its recording.
   *
   * Gradients are computed between a loss and what is asked for, so a listener on data is silent unless
   * `tape.gradient` asks for the gradient by it (`grad(f)` hands stand-ins to `f`, which may listen to those). It hears
   * the gradient of one walk, not the sum in `.grad`.
   * Outside of a recording the gradient is a copy for good. Several listeners are called in their order, each with
   * what the one before returned; one that was added during a walk is called from the next one on.
   *
   * Errors: of the walk: `ShapeError` and `DataTypeError` for an answer that is not like the gradient. An exception of
   * a listener passes through the walk, and no `.grad` changes.
   * Differs: from PyTorch in the name, and in that it is called inside `checkpoint` as outside.
   *
   * @example
   * ```ts
   * import { clamp, mul, Parameter, sum, Tape, tensor } from '@unroll/core';
   * const w = new Parameter(tensor([1, 2]));
   * const tape = new Tape();
   * const loss = tape.record(() => {
   *   const h = mul(w, 3);
   *   h.onGrad((gradient) => clamp(gradient, { max: 10 }));
   *   return sum(mul(h, tensor([4, 40])));
   * });
   * tape.backward(loss);
   * w.grad?.toArray(); // [12, 30]
   * ```
   */
  onGrad(listener: GradListener): () => void {
    this.gradListeners = new Set([...(this.gradListeners ?? []), listener]);
    return () => {
      const others = [...(this.gradListeners ?? [])].filter((other) => other !== listener);
      this.gradListeners = others.length > 0 ? new Set(others) : null;
    };
  }

  /** Dtype, shape and the numbers, long axes abbreviated. */
  toString(): string {
    if (!this.resident && this.host === null) return `Tensor(${this.dtype} [${this.shape.join(', ')}], released)`;
    return formatTensor(this.dtype, this.shape, this.data);
  }
}

// Node's console shows what toString says.
Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor): string {
    return this.toString();
  },
});

/** Stands on the tensors of every copy of this package, so that one copy can tell another's from anything else. */
const BRAND = Symbol.for('@unroll/core.Tensor');
Object.defineProperty(Tensor.prototype, BRAND, { value: true });

/** Whether a value is a tensor to another copy of this package, which this one does not know. */
export function isForeignTensor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && BRAND in value && !(value instanceof Tensor);
}

/** A tensor over numbers on the heap, which must not be changed afterwards. */
export function hostTensor(data: TensorData, shape: Shape, dtype: DataType): Tensor {
  return new Tensor(shape, dtype, hostView(data, shape));
}

/** Copies the numbers to the heap, where they stay. Does nothing where they stay already. */
export function keep(t: Tensor): void {
  if (t.host !== null || t.home === PERSISTENT) return;
  t.host = hostView(t.data, t.shape);
}

/** The tensor's dtype, where it must be a floating-point one; the caller has checked. */
export function floatType(t: Tensor): FloatType {
  return t.dtype as FloatType;
}

export function releasedError(t: Tensor): ReleasedError {
  const maker = t.source === null ? 'a tensor' : `the result of ${t.source.name}`;
  return new ReleasedError({
    op: 'read',
    what: `${maker} is gone: its memory has been used again`,
    arrays: { tensor: t },
    rule: 'what record() computes is readable until the same tape records again, what scratch() or grad() computes until it ends',
    mend: 'Return the tensor from there, which keeps it for good, or read it earlier',
  });
}

function codeGenerationError(cause: EvalError): CodeGenerationError {
  const complaint = {
    op: 'value',
    what: 'ndarray writes the code of its views at run time, and this is forbidden here',
    rule: "in a page its content security policy forbids it unless script-src has 'unsafe-eval'",
    mend: 'Read data and shape, or toArray()',
  };
  return new CodeGenerationError(complaint, { cause });
}
