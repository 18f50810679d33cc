/** Tensors whose numbers stay in kernel memory and can be written: parameters, and the state of optimizers. */
import { views } from '@unroll/kernels';
import { DataTypeError, ShapeError, TapeError } from '../errors.js';
import { engine } from '../tape/engine.js';
import { asTensor, type TensorLike } from './create.js';
import { kernelsFor, movementFor } from './dtype.js';
import { runUnary } from './loops.js';
import { allocateOwned, PERSISTENT } from './residence.js';
import { sameShape } from './shape.js';
import { bytesPerElement, copyStrided, newData } from './storage.js';
import { floatType, hostTensor, releasedError, Tensor } from './tensor.js';

/**
 * A tensor that can be written: its numbers have a fixed place in kernel memory until nobody holds it.
 * It is never part of a gradient; {@link Parameter} is.
 */
export class Variable extends Tensor {
  constructor(values: TensorLike) {
    const initial = asTensor(values);
    super([...initial.shape], initial.dtype, null);
    placePersistently(this);
    copyInto(this, initial);
  }

  /**
   * Where its numbers begin in the kernel memory, in bytes: for libraries that work on that memory. They stay there.
   * Products may keep a packed copy of a matrix, which does not see what is written there past {@link Variable.assign}.
   */
  get address(): number {
    return this.position * bytesPerElement(this.dtype);
  }

  /**
   * Replaces all numbers.
   *
   * Errors: `ShapeError` and `DataTypeError` for values of another shape or dtype; `TapeError` inside a
   * recording, whose records still read the old numbers. Nothing is changed then.
   */
  assign(values: TensorLike): void {
    checkNotRecording('assign', this);
    const next = asTensor(values, this.dtype);
    checkLike('assign', this, next);
    write(this, next);
  }
}

/**
 * A tensor to be learned. Optimizers write it, `tape.backward` adds into {@link Parameter.grad}.
 *
 * @example
 * ```ts
 * import { Parameter, Tape, mul, sum, tensor } from '@unroll/core';
 * const w = new Parameter(tensor([1, 2]));
 * const tape = new Tape();
 * tape.backward(tape.record(() => sum(mul(w, w))));
 * w.grad?.toArray(); // [2, 4]
 * ```
 */
export class Parameter extends Variable {
  /** Its path in the module that owns it; set by the module, used in messages. */
  name = 'parameter';
  /** A frozen parameter gets no gradient and is left alone by optimizers. */
  frozen = false;
  #gradient: Variable | null = null;
  /** Whether #gradient counts: zeroGrad only marks it empty, so that its memory is made once. */
  #filled = false;

  /** Errors: `DataTypeError` for int32 values, which cannot be learned. */
  constructor(values: TensorLike) {
    super(values);
    if (this.dtype === 'int32') {
      throw new DataTypeError({
        op: 'new Parameter',
        what: 'the values are int32',
        arrays: { values: this },
        rule: 'parameters are float32 or float64',
        mend: "Pass { dtype: 'float32' } to tensor()",
      });
    }
  }

  /**
   * The sum of all gradients since {@link Parameter.zeroGrad}; null before the first. It is the accumulator
   * itself: `clone` it, or read `.data`, for a snapshot. Assigning a tensor replaces the gradient.
   *
   * Errors: on assignment, as {@link Variable.assign}.
   */
  get grad(): Tensor | null {
    return this.#filled ? this.#gradient : null;
  }

  set grad(values: TensorLike | null) {
    if (values === null) {
      this.#filled = false;
      return;
    }
    const next = asTensor(values, this.dtype);
    checkNotRecording('parameter.grad', this);
    checkLike('parameter.grad', this, next);
    if (this.#gradient === null) this.#gradient = new Variable(next);
    else write(this.#gradient, next);
    this.#filled = true;
  }

  /** Marks the gradient empty. */
  zeroGrad(): void {
    this.#filled = false;
  }

  /** Adds to the gradient in place. @internal */
  accumulateGrad(gradient: Tensor): void {
    if (!this.#filled || this.#gradient === null) {
      this.grad = gradient;
      return;
    }
    this.#gradient.version += 1;
    runUnary(kernelsFor('backward', floatType(this)).accumulate, gradient, this.#gradient);
  }
}

/** A variable of zeros beside a parameter, for an optimizer. */
export function zerosLike(t: Tensor): Variable {
  return new Variable(hostTensor(newData(t.dtype, t.size), t.shape, t.dtype));
}

function placePersistently(t: Variable): void {
  const bytes = bytesPerElement(t.dtype);
  t.position = allocateOwned(t, t.size * bytes) / bytes;
  t.home = PERSISTENT;
  t.epoch = PERSISTENT.epoch;
}

function write(target: Variable, source: Tensor): void {
  copyInto(target, source);
  target.version += 1;
}

/** Copies numbers of the same shape and dtype over those of `target`, from wherever they are. */
function copyInto(target: Variable, source: Tensor): void {
  if (source.resident) runUnary(movementFor('assign', target.dtype).copy, source, target);
  else if (source.host !== null) copyStrided(source.host.data, source.host, views[target.dtype], target.position);
  else throw releasedError(source);
}

/** Refuses to write while a recording reads. Errors: `TapeError`. */
export function checkNotRecording(op: string, t: Tensor): void {
  if (engine.recording === null) return;
  throw new TapeError({
    op,
    what: 'a parameter is written inside a recording',
    arrays: { parameter: t },
    rule: 'the records that have read it would no longer agree with their numbers',
    mend: 'Write it after record() has returned and backward() is done',
  });
}

function checkLike(op: string, target: Tensor, values: Tensor): void {
  if (!sameShape(target.shape, values.shape)) {
    throw new ShapeError({
      op,
      what: 'the shapes differ',
      arrays: { parameter: target, values },
      rule: 'a parameter keeps its shape',
      mend: 'Reshape the values',
    });
  }
  if (target.dtype === values.dtype) return;
  throw new DataTypeError({
    op,
    what: `the values are ${values.dtype}, the parameter is ${target.dtype}`,
    arrays: { parameter: target },
    rule: 'a parameter keeps its dtype',
    mend: `Convert with cast(values, '${target.dtype}')`,
  });
}
