/** What an operation is: plain data and two functions beside each other. */
import type { DataType } from '@unroll/kernels';
import { ValueError } from '../errors.js';
import type { NestedNumbers } from '../tensor/nested.js';
import type { Layout } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** One input of a {@link Sample}: random numbers of a shape, or fixed ones. */
export type SampleInput =
  | {
      readonly shape: readonly number[];
      /** Draw evenly from this range instead of from the normal distribution. */
      readonly between?: readonly [number, number];
    }
  | {
      readonly values: NestedNumbers;
      readonly dtype?: DataType;
      /** Not differentiated: a condition, an index. */
      readonly constant?: true;
    };

/** A call that the gradient tests make. Inputs keep away from kinks, where there is no derivative. */
export interface Sample<Attributes> {
  readonly inputs: readonly SampleInput[];
  readonly attributes: Attributes;
}

/** What an adjoint may look at, and where it may write. */
export interface Pullback<Attributes> {
  /** ∂loss/∂output. */
  readonly gradient: Tensor;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attributes: Attributes;
  /** Whether anybody asks for the gradient of input `i`. */
  readonly wants: (i: number) => boolean;
}

/** A {@link Pullback} that is not itself recorded, so that gradients can be written in place. */
export interface InPlacePullback<Attributes> extends Pullback<Attributes> {
  /** Adds `gradient` to that of input `i`; it may be shared with others and is not written to. */
  readonly add: (i: number, gradient: Tensor) => void;
  /**
   * The gradient buffer of input `i`, which the caller alone may write now. `fresh` says
   * that nothing was written yet: its numbers are arbitrary, and all of them must be set.
   */
  readonly buffer: (i: number) => { readonly tensor: Tensor; readonly fresh: boolean };
  /** Adds `leftᵀ·right`, two matrices with equal rows, to the gradient of input `i`: together with others of the same input, as one product. */
  readonly addProduct: (i: number, left: Tensor, right: Tensor) => void;
}

/**
 * One differentiable operation.
 *
 * `vjp` is its definition for differentiation: written with public operations, so that it can itself be
 * differentiated. `backward` may do the same in place, faster; tests hold the two equal.
 */
export interface Op<Attributes = unknown> {
  /** As its function is called. */
  readonly name: string;
  /**
   * Computes the result. It runs in an arena and unrecorded, with all inputs in kernel memory, and
   * returns a new tensor.
   */
  forward(inputs: readonly Tensor[], attributes: Attributes): Tensor;
  /**
   * For an operation that only reads its input's numbers in another way: the layout of the result, or null
   * when strides cannot say it and a copy is needed first.
   */
  readonly view?: (layout: Layout, attributes: Attributes) => Layout | null;
  /** `∂loss/∂inputᵢ` for each input, null where there is none; null for an operation without a gradient. */
  readonly vjp: ((pullback: Pullback<Attributes>) => readonly (Tensor | null)[]) | null;
  /** The same, written straight into gradient buffers. */
  readonly backward?: (pullback: InPlacePullback<Attributes>) => void;
  /** Calls for the tests; at least one. */
  readonly samples: readonly Sample<Attributes>[];
}

/**
 * Checks and freezes the description of an operation.
 *
 * Errors: `ValueError` without a name or samples.
 *
 * @example
 * ```ts
 * import { abs, apply, defineOp, grad, mul, sum, type Tensor, tensor } from '@unroll/core';
 * // x·|x|, whose derivative is 2·|x|
 * const signedSquareOp = defineOp<null>({
 *   name: 'signedSquare',
 *   forward: ([x]) => mul(x as Tensor, abs(x as Tensor)),
 *   vjp: ({ gradient, inputs: [x] }) => [mul(gradient, 2, abs(x as Tensor))],
 *   samples: [{ inputs: [{ shape: [2, 3] }], attributes: null }],
 * });
 * const signedSquare = (x: Tensor): Tensor => apply(signedSquareOp, [x], null);
 * grad((x) => sum(signedSquare(x)))(tensor([-3, 1])).toArray(); // [6, 2]
 * ```
 */
export function defineOp<Attributes>(op: Op<Attributes>): Op<Attributes> {
  if (op.name === '' || op.samples.length === 0) {
    throw new ValueError({
      op: 'defineOp',
      what: `${op.name === '' ? 'an operation' : op.name} has no ${op.name === '' ? 'name' : 'samples'}`,
      rule: 'messages need the name, gradient tests the samples',
      mend: 'Add it',
    });
  }
  return Object.freeze(op);
}
