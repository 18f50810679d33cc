/** What operations that act on each number alone have in common. */
import type { BinaryKernel, KernelTable, UnaryKernel } from '@unroll/kernels';
import { allocate } from '../tape/engine.js';
import { defineOp, type InPlacePullback, type Op, type Pullback, type Sample } from '../tape/op.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runBinary, runGradient, runUnary } from '../tensor/loops.js';
import { broadcastShapes } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { sumTo } from './sum.js';

/** Kernels of one input, by name. */
type UnaryName = {
  [Name in keyof KernelTable]: KernelTable[Name] extends UnaryKernel ? Name : never;
}[keyof KernelTable];
type BinaryName = {
  [Name in keyof KernelTable]: KernelTable[Name] extends BinaryKernel
    ? BinaryKernel extends KernelTable[Name]
      ? Name
      : never
    : never;
}[keyof KernelTable];

/** What an operation may say beside its derivative. */
interface Extras {
  /** Where the derivative does not exist everywhere: calls that keep away from there. */
  readonly samples?: readonly Sample<null>[];
  /** The same derivative, written straight into gradient buffers. */
  readonly backward?: (pullback: InPlacePullback<null>) => void;
}

const SHAPES: readonly Sample<null>[] = [
  { inputs: [{ shape: [2, 3] }], attributes: null },
  { inputs: [{ shape: [0] }], attributes: null },
  { inputs: [{ shape: [] }], attributes: null },
];

/** An operation `f(x)` whose kernel has its name. `derivative` gives ∂loss/∂x. */
export function defineUnary(
  name: UnaryName,
  derivative: (gradient: Tensor, x: Tensor, output: Tensor) => Tensor,
  { samples = SHAPES, ...extras }: Extras = {},
): Op<null> {
  return defineOp<null>({
    name,
    forward([x]) {
      const input = x as Tensor;
      const out = allocate(input.shape, input.dtype);
      runUnary(kernelsFor(name, floatType(input))[name], input, out);
      return out;
    },
    vjp: ({ gradient, inputs: [x], output }) => [derivative(gradient, x as Tensor, output)],
    samples,
    ...extras,
  });
}

/** Shapes that meet in every way that broadcasting allows. */
export const BROADCASTS: readonly Sample<null>[] = [
  { inputs: [{ shape: [2, 3] }, { shape: [2, 3] }], attributes: null },
  { inputs: [{ shape: [2, 3] }, { shape: [3] }], attributes: null },
  { inputs: [{ shape: [2, 1, 2] }, { shape: [3, 1] }], attributes: null },
  { inputs: [{ shape: [] }, { shape: [2] }], attributes: null },
  { inputs: [{ shape: [0, 3] }, { shape: [1, 3] }], attributes: null },
];

/**
 * An operation `f(a, b)`, broadcasting, whose kernel has its name. `derivatives` gives ∂loss/∂a and
 * ∂loss/∂b in the shape of the output, each only when it is asked for.
 */
export function defineBinary(
  name: BinaryName,
  derivatives: (pullback: Pullback<null>, a: Tensor, b: Tensor) => readonly [() => Tensor, () => Tensor],
  { samples = BROADCASTS, ...extras }: Extras = {},
): Op<null> {
  return defineOp<null>({
    name,
    forward([a, b]) {
      const [left, right] = [a as Tensor, b as Tensor];
      const out = allocate(broadcastShapes(name, left.shape, right.shape), left.dtype);
      runBinary(kernelsFor(name, floatType(left))[name], left, right, out);
      return out;
    },
    vjp(pullback) {
      const [a, b] = pullback.inputs as readonly [Tensor, Tensor];
      const [ga, gb] = derivatives(pullback, a, b);
      return [pullback.wants(0) ? sumTo(ga(), a.shape) : null, pullback.wants(1) ? sumTo(gb(), b.shape) : null];
    },
    samples,
    ...extras,
  });
}

/** The in-place derivative of a function that its output determines (tanh′ = 1 − y²). */
export function fromOutput(kernel: 'tanhGradient' | 'sigmoidGradient'): Required<Pick<Extras, 'backward'>> {
  return {
    backward({ gradient, output, buffer }) {
      const { tensor: out, fresh } = buffer(0);
      runGradient(kernelsFor('backward', floatType(out))[kernel], output, gradient, out, fresh ? 0 : 1);
    },
  };
}
