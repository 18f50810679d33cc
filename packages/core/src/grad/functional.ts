/** Gradients of functions. They nest, to any order: inside a recording their own walk is recorded too. */
import { ShapeError } from '../errors.js';
import { aliasOp } from '../ops/views.js';
import { apply } from '../tape/apply.js';
import { borrowArena, engine, inArena, returnArena } from '../tape/engine.js';
import { Recording } from '../tape/recording.js';
import { acquire, giveUp } from '../tape/recordings.js';
import { asTensor, type TensorLike } from '../tensor/create.js';
import { sameShape } from '../tensor/shape.js';
import { newData } from '../tensor/storage.js';
import { hostTensor, keep, type Tensor } from '../tensor/tensor.js';
import { checkTree, forEachTensor, mapTensors, type TensorTree } from '../tensor/tree.js';
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
export function grad<T extends TensorTree = Tensor>(f: (x: T) => Tensor): (x: T) => T {
  return (x) => valueAndGrad(f)(x).gradient;
}

/** As {@link grad}, with the value too. */
export function valueAndGrad<T extends TensorTree = Tensor>(f: (x: T) => Tensor): (x: T) => ValueAndGradient<T> {
  return (x) => pull('grad', f, x, null);
}

/**
 * The vector–Jacobian product of a function with a tensor as result: `g` is the gradient by that result.
 *
 * Shapes: g as the result of `f`.
 * Errors: of the function it returns: `ShapeError` when `g` has another shape.
 */
export function vjp<T extends TensorTree = Tensor>(
  f: (x: T) => Tensor,
): (x: T, g: TensorLike) => ValueAndGradient<T> {
  return (x, g) => pull('vjp', f, x, asTensor(g));
}

function pull<T extends TensorTree>(op: string, f: (x: T) => Tensor, x: T, g: Tensor | null): ValueAndGradient<T> {
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
  g: Tensor | null,
  recorded: boolean,
): ValueAndGradient<T> {
  const inputs = new Map<Tensor, number>();
  const standIns = mapTensors(x, (t) => {
    const standIn = apply(aliasOp, [t], null);
    inputs.set(standIn, standIn.node);
    return standIn;
  });
  const value = f(standIns);
  const seed = g ?? hostTensor(newData(value.dtype, value.size).fill(1), value.shape, value.dtype);
  checkSeed(op, value, seed, g !== null);
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

function checkSeed(op: string, value: Tensor, seed: Tensor, given: boolean): void {
  if (!given && value.size !== 1) {
    throw new ShapeError({
      op,
      what: 'the function does not return a single number',
      arrays: { result: value },
      rule: 'only a scalar function has a gradient',
      mend: 'Reduce its result with sum or mean, or use vjp',
    });
  }
  if (sameShape(value.shape, seed.shape)) return;
  throw new ShapeError({
    op,
    what: 'g has another shape than the result',
    arrays: { result: value, g: seed },
    rule: 'g is the gradient by the result',
    mend: 'Reshape g',
  });
}
