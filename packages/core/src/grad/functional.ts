/** Gradients of functions. They nest, to any order: inside a recording their own walk is recorded too. */
import { add, mul } from '../ops/arithmetic.js';
import { cast } from '../ops/cast.js';
import { sum } from '../ops/sum.js';
import { aliasOp } from '../ops/views.js';
import { apply } from '../tape/apply.js';
import { borrowArena, constant, engine, inArena, returnArena } from '../tape/engine.js';
import { Recording } from '../tape/recording.js';
import { acquire, giveUp } from '../tape/recordings.js';
import type { TensorLike } from '../tensor/create.js';
import { newData } from '../tensor/storage.js';
import { hostTensor, keep, type Tensor } from '../tensor/tensor.js';
import { checkTensor, checkTree, forEachTensor, mapTensors, type TensorTree } from '../tensor/tree.js';
import { directionsLike, variablesOf } from './directions.js';
import { seedFor } from './seed.js';
import { markDependents, walk } from './walk.js';

/** A function's value, and the gradient at the same place. */
export interface ValueAndGradient<T> {
  readonly value: Tensor;
  /** In the structure of the argument. */
  readonly gradient: T;
}

/**
 * The gradient of a scalar function, as a function. The argument is a tensor, or tensors in arrays and
 * plain objects; the gradient has the same structure.
 *
 * Errors: of the function it returns: `ShapeError` when `f` does not return a single number.
 *
 * @example
 * ```ts
 * import { grad, mul, sum, tensor } from '@unroll/core';
 * const slope = grad((x) => sum(mul(x, x, x)));
 * slope(tensor([1, 2])).toArray(); // [3, 12]
 * const curvature = grad((x) => sum(slope(x)));
 * curvature(tensor([1, 2])).toArray(); // [6, 12]
 * ```
 */
export function grad(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor;
export function grad<T extends TensorTree>(f: (x: T) => Tensor): (x: T) => T;
export function grad<T extends TensorTree>(f: (x: T) => Tensor): (x: T) => T {
  return (x) => pull('grad', f, x, undefined).gradient;
}

/** As {@link grad}, with the value too. */
export function valueAndGrad(f: (x: Tensor) => Tensor): (x: Tensor) => ValueAndGradient<Tensor>;
export function valueAndGrad<T extends TensorTree>(f: (x: T) => Tensor): (x: T) => ValueAndGradient<T>;
export function valueAndGrad<T extends TensorTree>(f: (x: T) => Tensor): (x: T) => ValueAndGradient<T> {
  return (x) => pull('valueAndGrad', f, x, undefined);
}

/**
 * The vector–Jacobian product of a function with a tensor as result: `g` is the gradient by that result.
 *
 * Shapes: g as the result of `f`; a number stands for all of its entries.
 * Errors: of the function it returns: `ShapeError` and `DataTypeError` when `g` has another shape or dtype.
 */
export function vjp(f: (x: Tensor) => Tensor): (x: Tensor, g: TensorLike) => ValueAndGradient<Tensor>;
export function vjp<T extends TensorTree>(f: (x: T) => Tensor): (x: T, g: TensorLike) => ValueAndGradient<T>;
export function vjp<T extends TensorTree>(f: (x: T) => Tensor): (x: T, g: TensorLike) => ValueAndGradient<T> {
  return (x, g) => pull('vjp', f, x, g);
}

/**
 * The Hessian–vector product of a scalar function: `∇²f(x)·v`, the slope of the gradient along `v`, in the structure of
 * the argument. It costs a few gradients, however many numbers x has; the Hessian is never made.
 *
 * Shapes: v as x, tensor for tensor.
 * Errors: of the function it returns: `ShapeError` when `f` does not return a single number; `ValueError`, `ShapeError`
 * and `DataTypeError` when `v` is not like `x`.
 *
 * @example
 * ```ts
 * import { hvp, mul, sum, tensor } from '@unroll/core';
 * const curvature = hvp((x) => sum(mul(x, x, x)));
 * curvature(tensor([1, 2]), tensor([1, 10])).toArray(); // [6, 120]
 * ```
 */
export function hvp(f: (x: Tensor) => Tensor): (x: Tensor, v: Tensor) => Tensor;
export function hvp<T extends TensorTree>(f: (x: T) => Tensor): (x: T, v: T) => T;
export function hvp<T extends TensorTree>(f: (x: T) => Tensor): (x: T, v: T) => T {
  return (x, v) => {
    const directions = directionsLike('hvp', x, v);
    const slope = (y: T): Tensor => {
      const { value, gradient } = pull('hvp', f, y, undefined);
      const shares = [...variablesOf(gradient).values()].map((g, i) => sum(mul(g, directions[i] as Tensor)));
      return shares.reduce((total, share) => add(total, cast(share, value.dtype)), constant(0, value.dtype));
    };
    return pull('hvp', slope, x, undefined).gradient;
  };
}

function pull<T extends TensorTree>(
  op: string,
  f: (x: T) => Tensor,
  x: T,
  g: TensorLike | undefined,
): ValueAndGradient<T> {
  checkTree(op, x, 'x');
  const outer = engine.recording;
  if (outer instanceof Recording) return pullInside(outer, op, f, x, g, true);
  const recording = acquire();
  try {
    const result = inArena(recording.arena, recording, () => pullInside(recording, op, f, x, g, false));
    forEachTensor(result as unknown as TensorTree, keep);
    return result;
  } finally {
    giveUp(recording);
  }
}

/** Runs `f` on stand-ins for its inputs, then walks back to them. */
function pullInside<T extends TensorTree>(
  recording: Recording,
  op: string,
  f: (x: T) => Tensor,
  x: T,
  g: TensorLike | undefined,
  recorded: boolean,
): ValueAndGradient<T> {
  const inputs = new Map<Tensor, number>();
  const standIns = mapTensors(x, (t) => {
    const standIn = apply(aliasOp, [t], null);
    inputs.set(standIn, standIn.node);
    return standIn;
  });
  const value = f(standIns);
  checkTensor(op, 'the result', value);
  const seed = seedFor(op, value, g, { result: 'result', seed: 'g', otherwise: 'use vjp' });
  const sources = new Set(inputs.values());
  const last = recording.nodeOf(value);
  const isSource = (node: number): boolean => sources.has(node);
  const marks = last < 0 ? null : markDependents(recording, last, isSource);
  const collect = (): T => {
    const reached = marks !== null && marks[last] === 1;
    const gradients = reached ? walk(recording, last, seed, { marks, sources: isSource, recorded }) : null;
    return mapTensors(standIns, (t) => {
      const gradient = gradients?.get(inputs.get(t) as number) ?? null;
      if (gradient === null) return hostTensor(newData(t.dtype, t.size), t.shape, t.dtype);
      if (!recorded) keep(gradient);
      return gradient;
    });
  };
  return { value, gradient: recorded ? collect() : inWalkArena(collect) };
}

function inWalkArena<T>(fn: () => T): T {
  const arena = borrowArena();
  try {
    return inArena(arena, null, fn);
  } finally {
    returnArena(arena);
  }
}
